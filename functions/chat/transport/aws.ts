import { transportFunction, world } from '../../runtime/aws-chat.ts';
import { transport } from './transport.ts';

/** Routes `sendmessage` and `$default` of the chat. */
export const handler = transportFunction(transport(world));
