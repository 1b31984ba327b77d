import { httpFunction, shops } from '../runtime/tencent-shops.ts';
import { getShopInfo } from './get-shop-info.ts';

/** `GET /get_shop_info` */
export const main_handler = httpFunction(getShopInfo(shops));
