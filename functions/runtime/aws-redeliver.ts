import { timerFunction } from '../../apigateway/aws/timer-function.ts';
import { awsPush } from './aws-push.ts';
import { redeliverWorld } from './redeliver.ts';

/** For `redeliver`. */
export const world = redeliverWorld(awsPush());

/**
 * EventBridge calls once a minute at most: three passes within one invocation, 20 s apart. A pass is given 15 s, so the
 * function's time-out has to be 60 s.
 */
export const everyTwentySeconds = <Answer>(pass: () => Promise<Answer>) =>
  timerFunction(pass, { passes: 3, everyMs: 20_000, neededMs: 15_000 });
