import { postgresInstallation } from '../../db/installation.ts';
import { database } from './store.ts';
import { tencentPush } from './tencent-push.ts';

export { demoShops } from '../../db/demo-shops.ts';

/** For `init_db`. */
export const installation = postgresInstallation(database);

/** To say farewell to screens whose key has been changed. */
export const push = tencentPush();
