import { everyTwentySeconds, world } from '../runtime/aws-redeliver.ts';
import { redeliver } from './redeliver.ts';

/** Called by a timer, every minute. */
export const handler = everyTwentySeconds(redeliver(world));
