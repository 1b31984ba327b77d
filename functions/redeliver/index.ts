import { world } from '../runtime/tencent-redeliver.ts';
import { redeliver } from './redeliver.ts';

/** Called by a timer, every 20 s. */
export const main_handler = redeliver(world);
