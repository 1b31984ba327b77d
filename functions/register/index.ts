import { connections, registerFunction, subject } from '../runtime/tencent-connections.ts';
import { register } from './register.ts';

/** Called when a connection opens. */
export const main_handler = registerFunction(register(connections, subject));
