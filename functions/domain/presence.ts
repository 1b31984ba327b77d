import type { PresenceFrame } from './chat-frames.ts';
import { type FanOut, fanOut } from './fan-out.ts';
import { type Member, membersOf, type Room } from './room.ts';

/** What it takes to say how many are online. */
export interface PresenceWorld extends FanOut {
  room: Pick<Room, 'remove' | 'list'>;
}

/** Tells everybody in the room how many they are; who has just joined is told its name besides. */
export type Presence = (joined?: Member) => Promise<void>;

/**
 * Makes the one presence of a process. A thousand who come or leave at once, as when a gateway stops, would be a million
 * pushes: whoever comes while a telling is under way shares the next one.
 */
export function createPresence(world: PresenceWorld): Presence {
  let current: Promise<void> | undefined;
  let next: { joined: Member[]; told: Promise<void> } | undefined;

  async function afterCurrent(joined: Member[]): Promise<void> {
    await current?.catch(() => undefined);
    next = undefined;
    current = tellAll(world, joined);
    await current;
  }

  return joined => {
    if (next === undefined) {
      const waiting: Member[] = [];
      next = { joined: waiting, told: afterCurrent(waiting) };
    }
    if (joined !== undefined) next.joined.push(joined);
    return next.told;
  };
}

async function tellAll(world: PresenceWorld, joined: readonly Member[]): Promise<void> {
  const members = await membersOf(world.room);
  // A store whose list comes late lacks them.
  for (const member of joined) members.set(member.id, { ...member, isNew: true });
  const names = new Map(joined.map(({ id, name }) => [id, name]));
  const online = members.size;
  const toAll = JSON.stringify({ type: 'presence', online } satisfies PresenceFrame);
  await fanOut(world, members.values(), ({ id }) => {
    const you = names.get(id);
    return you === undefined ? toAll : JSON.stringify({ type: 'presence', online, you } satisfies PresenceFrame);
  });
}
