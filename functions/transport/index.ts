import { withHealth } from '../../apigateway/tencent/health.ts';
import { transportFunction } from '../../apigateway/tencent/transport-function.ts';
import { databaseAnswers } from '../runtime/health.ts';
import { tencentPush } from '../runtime/tencent-push.ts';
import { transportDependencies } from '../runtime/transport.ts';
import { transport } from './transport.ts';

/** Called when a client has sent a frame. */
export const main_handler = withHealth(
  transportFunction(transport(transportDependencies(tencentPush()))),
  databaseAnswers,
);
