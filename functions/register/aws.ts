import { registerFunction } from '../../apigateway/aws/register-function.ts';
import { connections } from '../runtime/connections.ts';
import { allowedOrigins } from '../runtime/origins.ts';
import { subjectOf } from '../runtime/secrets.ts';
import { register } from './register.ts';

/** Route `$connect`: called when a connection opens. */
export const handler = registerFunction(register(connections, subjectOf), allowedOrigins());
