import { writeBoundedLog } from '../../apigateway/bounded-log.ts';
import { openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { databaseUrl, given } from './environment.ts';

/** The owner's database: the role of `init_db` may be any that can migrate. */
const database = openDatabase({
  url: databaseUrl(),
  poolSize: 1,
  log: ({ event, ...fields }) => writeBoundedLog('warn', event, fields),
});

/** For `init_db`. */
export const installation = postgresInstallation(database, given('RUNTIME_DATABASE_URL'));

/** Whether the owner's database answers, for the health of `init_db`. @throws Refusal `unavailable` when it does not */
export const ownersDatabaseAnswers = () => database.query('select 1');
