import { httpFunction, shops } from '../runtime/aws-shops.ts';
import { getShopInfo } from './get-shop-info.ts';

/** `GET /get_shop_info` */
export const handler = httpFunction(getShopInfo(shops));
