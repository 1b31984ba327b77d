import { postgresShops } from '../../db/shops.ts';
import { database } from './store.ts';

export { httpFunction } from '../../apigateway/aws/http-function.ts';

/** For `get_shop_info`. */
export const shops = postgresShops(database);
