import { connections, registerFunction, subject } from '../runtime/aws-register.ts';
import { register } from './register.ts';

/** Route `$connect`: called when a connection opens. */
export const handler = registerFunction(register(connections, subject));
