import { transportFunction, world } from '../runtime/aws-transport.ts';
import { transport } from './transport.ts';

/** Route `$default`: called when a client has sent a frame. */
export const handler = transportFunction(transport(world));
