import type { CleanupHandler } from '../../domain/handlers.ts';
import type { Presence } from '../../domain/presence.ts';
import type { Room } from '../../domain/room.ts';

/** A connection has closed: it leaves the room, and the others are told how many are left. */
export function cleanup(world: { room: Pick<Room, 'remove'>; presence: Presence }): CleanupHandler {
  return async ({ connectionId }) => {
    await world.room.remove(connectionId);
    await world.presence();
  };
}
