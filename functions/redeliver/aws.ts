import { timerFunction } from '../../apigateway/aws/timer-function.ts';
import { awsPush } from '../runtime/aws-push.ts';
import { redeliverDependencies } from '../runtime/redeliver.ts';
import { redeliver } from './redeliver.ts';

const pass = redeliver(redeliverDependencies(awsPush()));

/**
 * Called by a timer, every minute, which is as often as EventBridge calls: three passes within one invocation, 20 s
 * apart. A pass is given 15 s, so the function's time-out has to be 60 s.
 */
export const handler = timerFunction(pass, { passes: 3, everyMs: 20_000, neededMs: 15_000 });
