import { ordersWorld } from './orders.ts';
import { tencentPush } from './tencent-push.ts';

export { httpFunction } from '../../apigateway/tencent/http-function.ts';

/** For `bill`. */
export const world = ordersWorld(tencentPush());
