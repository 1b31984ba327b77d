import type { Presence } from '../../domain/chat/presence.ts';
import type { Room } from '../../domain/chat/room.ts';
import type { CleanupHandler } from '../../domain/handlers.ts';

/** A connection has closed: it leaves the room, and the others are told how many are left. */
export function cleanup(dependencies: { room: Pick<Room, 'remove'>; presence: Presence }): CleanupHandler {
  return async ({ connectionId }) => {
    await dependencies.room.remove(connectionId);
    await dependencies.presence();
  };
}
