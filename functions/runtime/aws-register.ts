import { postgresConnections } from '../../db/connections/postgres.ts';
import { connectionCaps } from './environment.ts';
import { database } from './store.ts';

export { registerFunction } from './aws-origins.ts';
export { subject } from './store.ts';

/** For `register`, which pushes nothing: inside its own `$connect` a connection answers 410. */
export const connections = postgresConnections(database, connectionCaps());
