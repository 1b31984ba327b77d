import { room } from '../../runtime/chat-redis.ts';
import { registerFunction } from '../../runtime/tencent-chat-register.ts';
import { register } from './register.ts';

/** Called when a connection of the chat opens; the room is on Redis. */
export const main_handler = registerFunction(register(room));
