import type { CleanupHandler } from '../domain/handlers.ts';
import type { Connections } from '../domain/ports.ts';

/**
 * A connection has closed: its row becomes a tombstone. Twice, and for an unknown id, is fine. One that has sent no frame
 * has none, and no hello of it can come late.
 */
export function cleanup(connections: Pick<Connections, 'remove'>): CleanupHandler {
  return async ({ connectionId, hasSpoken }) => {
    if (hasSpoken !== false) await connections.remove(connectionId);
  };
}
