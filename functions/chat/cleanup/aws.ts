import { cleanupFunction, world } from '../../runtime/aws-chat.ts';
import { cleanup } from './cleanup.ts';

/** Route `$disconnect` of the chat. */
export const handler = cleanupFunction(cleanup(world));
