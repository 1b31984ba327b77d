import shops from './001-shops.sql';
import orders from './002-orders.sql';
import commands from './003-commands.sql';
import connections from './004-connections.sql';
import redelivery from './005-redelivery.sql';

/** Every migration, in order; its place, counted from 1, is its number. One that has landed is never edited. */
export const migrations: readonly { name: string; sql: string }[] = [
  { name: '001-shops', sql: shops },
  { name: '002-orders', sql: orders },
  { name: '003-commands', sql: commands },
  { name: '004-connections', sql: connections },
  { name: '005-redelivery', sql: redelivery },
];
