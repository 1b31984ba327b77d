import { cleanupFunction } from '../../apigateway/tencent/cleanup-function.ts';
import { withHealth } from '../../apigateway/tencent/health.ts';
import { connections } from '../runtime/connections.ts';
import { databaseAnswers } from '../runtime/health.ts';
import { cleanup } from './cleanup.ts';

/** Called when a connection has closed. */
export const main_handler = withHealth(cleanupFunction(cleanup(connections)), databaseAnswers);
