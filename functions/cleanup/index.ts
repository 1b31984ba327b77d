import { cleanupFunction, connections } from '../runtime/tencent-connections.ts';
import { cleanup } from './cleanup.ts';

/** Called when a connection has closed. */
export const main_handler = cleanupFunction(cleanup(connections));
