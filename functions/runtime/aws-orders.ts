import { awsPush } from './aws-push.ts';
import { ordersWorld } from './orders.ts';

export { httpFunction } from '../../apigateway/aws/http-function.ts';

/** For `bill`. */
export const world = ordersWorld(awsPush());
