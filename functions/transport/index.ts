import { transportFunction, world } from '../runtime/tencent-transport.ts';
import { transport } from './transport.ts';

/** Called when a client has sent a frame. */
export const main_handler = transportFunction(transport(world));
