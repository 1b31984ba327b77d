import { type FanOutDependencies, fanOut } from './fan-out.ts';
import type { PresenceFrame } from './frames.ts';
import type { Passes } from './pass.ts';
import { type Member, membersOf, type Room } from './room.ts';

/** What it takes to say how many are online. */
export interface PresenceDependencies extends FanOutDependencies {
  room: Pick<Room, 'remove' | 'list'>;
  passes: Pick<Passes, 'issue'>;
}

/** Somebody who has just joined. */
export interface Joined extends Member {
  /** It has shown the pass of an earlier connection. */
  isBack: boolean;
}

/**
 * Tells everybody in the room how many they are, and how many of those who came were here before; who has just joined is
 * told its name besides, and given its pass.
 */
export type Presence = (joined?: Joined) => Promise<void>;

/**
 * Makes the one `Presence` of a process. Where a thousand come or leave at once, as when a gateway stops, telling each time
 * would be a million pushes: so all who come or leave while everybody is being told share the next time.
 */
export function createPresence(dependencies: PresenceDependencies): Presence {
  let current: Promise<void> | undefined;
  let next: { joined: Joined[]; told: Promise<void> } | undefined;

  async function tellAfterCurrent(joined: Joined[]): Promise<void> {
    await current?.catch(() => undefined);
    next = undefined;
    current = tellAll(dependencies, joined);
    await current;
  }

  return joined => {
    if (next === undefined) {
      const waiting: Joined[] = [];
      next = { joined: waiting, told: tellAfterCurrent(waiting) };
    }
    if (joined !== undefined) next.joined.push(joined);
    return next.told;
  };
}

async function tellAll(dependencies: PresenceDependencies, joined: readonly Joined[]): Promise<void> {
  const members = await membersOf(dependencies.room);
  // A store whose list comes late lacks them, or has them under the names that they had before.
  for (const { id, name } of joined) members.set(id, { id, name, isNew: true });
  const ofJoined = new Map(joined.map(({ id, name }) => [id, { id, name }]));
  const back = joined.filter(({ isBack }) => isBack).length;
  const presence: PresenceFrame = { type: 'presence', online: members.size, ...(back === 0 ? {} : { back }) };
  const toAll = JSON.stringify(presence);
  await fanOut(dependencies, [...members.values()], ({ id }) => {
    const you = ofJoined.get(id);
    if (you === undefined) return toAll;
    const pass = dependencies.passes.issue(you);
    return JSON.stringify({ ...presence, you: you.name, ...(pass && { pass }) } satisfies PresenceFrame);
  });
}
