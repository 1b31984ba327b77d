import { room } from '../../runtime/chat-memory.ts';
import { registerFunction } from '../../runtime/tencent-chat-register.ts';
import { register } from './register.ts';

/** Called when a connection of the chat opens; the room is in the memory of one process. */
export const main_handler = registerFunction(register(room));
