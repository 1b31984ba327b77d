import { redeliverWorld } from './redeliver.ts';
import { tencentPush } from './tencent-push.ts';

/** For `redeliver`. */
export const world = redeliverWorld(tencentPush());
