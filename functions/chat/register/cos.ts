import { room } from '../../runtime/chat-cos.ts';
import { registerFunction } from '../../runtime/tencent-chat-register.ts';
import { register } from './register.ts';

/** Called when a connection of the chat opens; the room is on COS. */
export const main_handler = registerFunction(register(room));
