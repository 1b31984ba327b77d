import { httpFunction } from '../../apigateway/aws/http-function.ts';
import { shopsFor } from '../runtime/shops.ts';
import { getShopInfo } from './get-shop-info.ts';

/** `GET /get_shop_info` */
export const handler = httpFunction(getShopInfo(shopsFor));
