import type { CleanupHandler } from '../domain/handlers.ts';
import type { Connections } from '../domain/ports.ts';

/** A connection has closed: its row becomes a tombstone. Twice, and for an unknown id, is fine. */
export function cleanup(connections: Pick<Connections, 'remove'>): CleanupHandler {
  return ({ connectionId }) => connections.remove(connectionId);
}
