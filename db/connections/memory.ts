import { NEW_SECONDS, type Room } from '../../functions/domain/chat/room.ts';

/** What a room in memory keeps. Tombstones and members that have lapsed go as others come. */
export interface RoomMemory {
  members: Map<string, { name: string; renewedAt: number }>;
  names: Map<string, string>;
  /** When each was closed. */
  closed: Map<string, number>;
}

/** Nobody in it, nobody gone. */
export function emptyRoom(): RoomMemory {
  return { members: new Map(), names: new Map(), closed: new Map() };
}

/**
 * The chat room in the memory of one process: for a gateway that runs alone, and forgotten when it ends. A list is exact.
 * `now` is milliseconds of a clock that only goes on.
 */
export function memoryRoom(
  { members, names, closed }: RoomMemory,
  { leaseSeconds, now = () => performance.now() }: { leaseSeconds: number; now?: () => number },
): Room {
  const isOver = (since: number) => now() - since >= leaseSeconds * 1000;

  function forget(id: string): void {
    const name = members.get(id)?.name;
    if (name !== undefined && names.get(name) === id) names.delete(name);
    members.delete(id);
  }

  /** Both maps are in the order of their times: what is renewed goes to the end. */
  function forgetLapsed(): void {
    for (const [id, { renewedAt }] of members) {
      if (!isOver(renewedAt)) break;
      forget(id);
    }
    for (const [id, closedAt] of closed) {
      if (!isOver(closedAt)) break;
      closed.delete(id);
    }
  }

  return {
    async add({ id, name }) {
      forgetLapsed();
      if (closed.has(id)) return 'closed';
      const own = members.get(id)?.name ?? name;
      const holder = names.get(name) ?? id;
      if (own !== name || holder !== id) return 'taken';
      members.delete(id);
      members.set(id, { name, renewedAt: now() });
      names.set(name, id);
      return 'added';
    },

    async rename({ id, name: old }, name) {
      forgetLapsed();
      if (closed.has(id)) return 'closed';
      const own = members.get(id)?.name;
      const holder = names.get(name) ?? id;
      if ((own !== old && own !== name) || holder !== id) return 'taken';
      forget(id);
      members.set(id, { name, renewedAt: now() });
      names.set(name, id);
      return 'added';
    },

    async remove(id) {
      forget(id);
      closed.delete(id);
      closed.set(id, now());
    },

    async *list() {
      forgetLapsed();
      const newest = now() - NEW_SECONDS * 1000;
      yield Array.from(members, ([id, { name, renewedAt }]) => ({ id, name, isNew: renewedAt > newest }));
    },
  };
}
