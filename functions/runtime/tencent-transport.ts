import { logFailure } from '../../apigateway/tencent/failure-log.ts';
import { tencentPush } from './tencent-push.ts';
import { transportWorld } from './transport.ts';

export { transportFunction } from '../../apigateway/tencent/transport-function.ts';

/** For `transport`. */
export const world = transportWorld(tencentPush(), logFailure);
