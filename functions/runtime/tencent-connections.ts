import { postgresConnections } from '../../db/connections/postgres.ts';
import { connectionCaps } from './environment.ts';
import { database } from './store.ts';

export { cleanupFunction } from '../../apigateway/tencent/cleanup-function.ts';
export { registerFunction } from '../../apigateway/tencent/register-function.ts';
export { subject } from './store.ts';

/** For `register` and `cleanup`, which push nothing: PostgreSQL alone. */
export const connections = postgresConnections(database, connectionCaps());
