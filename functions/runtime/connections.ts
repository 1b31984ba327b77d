import { postgresConnections } from '../../db/connections/postgres.ts';
import { connectionCaps } from './environment.ts';
import { database } from './store.ts';

/**
 * For `register` and `cleanup`, which push nothing: PostgreSQL alone. Inside its own `$connect` a connection answers
 * every push with 410.
 */
export const connections = postgresConnections(database, connectionCaps());
