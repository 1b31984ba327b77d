import { logFailure } from '../../apigateway/aws/failure-log.ts';
import { awsPush } from './aws-push.ts';
import { transportWorld } from './transport.ts';

export { transportFunction } from '../../apigateway/aws/transport-function.ts';

/** For `transport`. */
export const world = transportWorld(awsPush(), logFailure);
