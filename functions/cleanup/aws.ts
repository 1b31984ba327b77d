import { cleanupFunction, connections } from '../runtime/aws-connections.ts';
import { cleanup } from './cleanup.ts';

/** Route `$disconnect`: called when a connection has closed, if API Gateway has noticed. */
export const handler = cleanupFunction(cleanup(connections));
