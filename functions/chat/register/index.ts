import { room } from '#room';
import { registerFunction } from '../../../apigateway/tencent/register-function.ts';
import { register } from './register.ts';

/** Called when a connection of the chat opens. */
export const main_handler = registerFunction(register(room));
