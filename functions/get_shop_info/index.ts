import { withHealth } from '../../apigateway/tencent/health.ts';
import { httpFunction } from '../../apigateway/tencent/http-function.ts';
import { databaseAnswers } from '../runtime/health.ts';
import { shopsFor } from '../runtime/shops.ts';
import { getShopInfo } from './get-shop-info.ts';

/** `GET /get_shop_info` */
export const main_handler = withHealth(httpFunction(getShopInfo(shopsFor)), databaseAnswers);
