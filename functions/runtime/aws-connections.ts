import { postgresConnections } from '../../db/connections/postgres.ts';
import { connectionCaps } from './environment.ts';
import { database } from './store.ts';

export { cleanupFunction } from '../../apigateway/aws/cleanup-function.ts';

/** For `cleanup`: PostgreSQL alone. */
export const connections = postgresConnections(database, connectionCaps());
