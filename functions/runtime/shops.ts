import { postgresShops } from '../../db/shops.ts';
import { database } from './store.ts';

/** For `get_shop_info`. */
export const shops = postgresShops(database);
