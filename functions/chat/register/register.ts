import { enter, type Room } from '../../domain/chat/room.ts';
import type { RegisterHandler } from '../../domain/handlers.ts';
import { Refusal } from '../../domain/refusal.ts';

/** A connection is announced: it gets its name and is in the room. Nothing is pushed, since it is not open yet. */
export function register(room: Pick<Room, 'add'>): RegisterHandler {
  return async ({ connectionId }) => {
    try {
      await enter(room, connectionId);
      return { accepted: true, message: 'ok' };
    } catch (error) {
      if (error instanceof Refusal) return { accepted: false, message: error.message };
      throw error;
    }
  };
}
