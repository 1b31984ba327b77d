import { registerFunction, room } from '../../runtime/aws-chat-room.ts';
import { register } from './register.ts';

/** Route `$connect` of the chat. */
export const handler = registerFunction(register(room));
