import { postgresInstallation } from '../../db/installation.ts';
import { given } from './environment.ts';
import { database } from './store.ts';

/** For `init_db`. */
export const installation = postgresInstallation(database, given('RUNTIME_DATABASE_URL'));
