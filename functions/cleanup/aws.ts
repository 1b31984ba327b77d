import { cleanupFunction } from '../../apigateway/aws/cleanup-function.ts';
import { connections } from '../runtime/connections.ts';
import { cleanup } from './cleanup.ts';

/** Route `$disconnect`: called when a connection has closed, if API Gateway has noticed. */
export const handler = cleanupFunction(cleanup(connections));
