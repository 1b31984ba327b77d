import shops from './001-shops.sql';
import orders from './002-orders.sql';
import commands from './003-commands.sql';
import connections from './004-connections.sql';
import redelivery from './005-redelivery.sql';
import shopWork from './006-shop-work.sql';
import visitors from './007-visitors.sql';
import chatConnections from './008-chat-connections.sql';

/** Every migration, in order; its place, counted from 1, is its number. One that has landed is never edited. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '001-shops', sql: shops },
  { name: '002-orders', sql: orders },
  { name: '003-commands', sql: commands },
  { name: '004-connections', sql: connections },
  { name: '005-redelivery', sql: redelivery },
  { name: '006-shop-work', sql: shopWork },
  { name: '007-visitors', sql: visitors },
  { name: '008-chat-connections', sql: chatConnections },
];
