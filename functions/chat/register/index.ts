import { room } from '../../runtime/chat-postgres.ts';
import { registerFunction } from '../../runtime/tencent-chat-register.ts';
import { register } from './register.ts';

/** Called when a connection of the chat opens; the room is on PostgreSQL. */
export const main_handler = registerFunction(register(room));
