import { postgresInstallation } from '../../db/installation.ts';
import { awsPush } from './aws-push.ts';
import { database } from './store.ts';

export { demoShops } from '../../db/demo-shops.ts';

/** For `init_db`. */
export const installation = postgresInstallation(database);

/** To say farewell to screens whose key has been changed. */
export const push = awsPush();
