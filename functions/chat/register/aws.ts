import { registerFunction } from '../../../apigateway/aws/register-function.ts';
import { room } from '../../runtime/chat/dynamodb.ts';
import { allowedOrigins } from '../../runtime/origins.ts';
import { register } from './register.ts';

/** Route `$connect` of the chat. */
export const handler = registerFunction(register(room), allowedOrigins());
