import { withHealth } from '../../apigateway/tencent/health.ts';
import { databaseAnswers } from '../runtime/health.ts';
import { redeliverDependencies } from '../runtime/redeliver.ts';
import { tencentPush } from '../runtime/tencent-push.ts';
import { redeliver } from './redeliver.ts';

/** Called by a timer, every 20 s. */
export const main_handler = withHealth(redeliver(redeliverDependencies(tencentPush())), databaseAnswers);
