import { writeBoundedLog } from '../../apigateway/bounded-log.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { databaseRole, databaseUrl, poolSize } from './environment.ts';

/** The database of this container, opened once and shared by all its invocations. */
export const database: Database = openDatabase({
  url: databaseUrl(),
  poolSize: poolSize(),
  role: databaseRole(),
  log: ({ event, ...fields }) => writeBoundedLog('warn', event, fields),
});
