import type { Push } from '../../../apigateway/push.ts';
import type { ListedMember, Room } from './room.ts';

/** Resolves when so many pushes have their turn: what a message costs is told by how many it goes to. */
export type Deliveries = (count: number) => Promise<void>;

/** What it takes to push to many. */
export interface FanOutDependencies {
  push: Pick<Push, 'send'>;
  room: Pick<Room, 'remove'>;
  /** How many pushes are begun at once. */
  lanes: number;
  /** Resolves when a push has held up its lane for long enough; the push itself goes on. */
  patience(): Promise<unknown>;
  deliveries: Deliveries;
}

/**
 * Pushes a frame to each member, many at once, and forgets those that are gone. A push that takes long leaves its
 * lane to the next, so that slow clients hold up nobody; it ends by the push's own time-out, and is waited for before
 * this answers. Nothing here fails because of a push.
 */
export async function fanOut(
  dependencies: FanOutDependencies,
  members: readonly ListedMember[],
  frame: (member: ListedMember) => string,
): Promise<void> {
  await dependencies.deliveries(members.length);
  const slow = new Set<Promise<void>>();
  const waiting = members[Symbol.iterator]();

  async function lane(): Promise<void> {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const pushed = tell(dependencies, next.value, frame(next.value));
      slow.add(pushed);
      pushed.then(() => slow.delete(pushed));
      await Promise.race([pushed, dependencies.patience()]);
    }
  }

  await Promise.all(Array.from({ length: dependencies.lanes }, lane));
  await Promise.all(slow);
}

/** When the store fails, the member stays until the next push finds it gone, or its lease ends. */
async function tell({ push, room }: FanOutDependencies, { id, isNew }: ListedMember, frame: string): Promise<void> {
  if ((await push.send(id, frame)) === 'gone' && !isNew) await room.remove(id).catch(() => undefined);
}
