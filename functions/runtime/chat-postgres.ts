import { postgresRoom } from '../../db/connections/postgres-room.ts';
import { openDatabase } from '../../db/database.ts';
import { chatLeaseSeconds, poolSize, setting } from './environment.ts';

const database = openDatabase({
  url: setting('DATABASE_URL'),
  poolSize: poolSize(),
  log: entry => console.error(JSON.stringify({ level: 'warn', ...entry })),
});

/** The chat room on PostgreSQL. */
export const room = postgresRoom(database, { leaseSeconds: chatLeaseSeconds() });
