import { writeBoundedLog } from '../../../apigateway/bounded-log.ts';
import { postgresRoom } from '../../../db/connections/postgres-room.ts';
import { openDatabase } from '../../../db/database.ts';
import { chatLeaseSeconds, databaseRole, databaseUrl, poolSize } from '../environment.ts';

const database = openDatabase({
  url: databaseUrl(),
  // The database is there for orders first.
  poolSize: Math.min(2, poolSize()),
  role: databaseRole(),
  log: ({ event, ...fields }) => writeBoundedLog('warn', event, fields),
});

/** The chat room on PostgreSQL. */
export const room = postgresRoom(database, { leaseSeconds: chatLeaseSeconds() });
