import type { Push } from './push.ts';
import type { ListedMember, Room } from './room.ts';

/** What it takes to tell many. */
export interface FanOut {
  push: Pick<Push, 'send'>;
  room: Pick<Room, 'remove'>;
  /** Pushes that are waited for at once. */
  lanes: number;
  /** Ends when a push has had its lane for long enough: it goes on beside. */
  patience(): Promise<unknown>;
}

/**
 * Pushes a frame to each member, many at once, and forgets those that are gone. A push that takes long leaves its
 * lane to the next, so that slow clients hold up nobody; it ends by the push's own time-out, and is waited for before
 * this answers. Nothing here fails because of a push.
 */
export async function fanOut(
  world: FanOut,
  members: Iterable<ListedMember>,
  frame: (member: ListedMember) => string,
): Promise<void> {
  const slow = new Set<Promise<void>>();
  const waiting = members[Symbol.iterator]();

  async function lane(): Promise<void> {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const pushed = tell(world, next.value, frame(next.value));
      slow.add(pushed);
      pushed.then(() => slow.delete(pushed));
      await Promise.race([pushed, world.patience()]);
    }
  }

  await Promise.all(Array.from({ length: world.lanes }, lane));
  await Promise.all(slow);
}

/** A store that cannot forget now forgets the next time, or when the lease ends. */
async function tell({ push, room }: FanOut, { id, isNew }: ListedMember, frame: string): Promise<void> {
  if ((await push.send(id, frame)) === 'gone' && !isNew) await room.remove(id).catch(() => undefined);
}
