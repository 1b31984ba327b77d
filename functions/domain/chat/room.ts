import type { ConnectionStore } from '../connection-store.ts';
import { Refusal } from '../refusal.ts';
import { lettersOf } from './names.ts';

/** A connection in the chat room. `name` is the four letters that the others know it by. */
export interface Member {
  id: string;
  name: string;
}

/** A member as it is listed. */
export interface ListedMember extends Member {
  /**
   * It came, or was renewed, in the last `NEW_SECONDS`. A gateway may say "no such connection" of one that it is only
   * just opening: that is no reason to forget it.
   */
  isNew: boolean;
}

/** Seconds for which a member counts as new. */
export const NEW_SECONDS = 5;

/**
 * Who is in the chat room. `add` answers `taken` when the name belongs to another connection, or the connection has
 * another name already. A member whose lease has lapsed is no longer listed, and its name is free.
 */
export interface Room extends ConnectionStore<Member, 'taken'> {
  /**
   * Gives a member the name that it had on an earlier connection; the one it has becomes free. `taken`: the name belongs to
   * another connection, or the member is no longer in the room under the name it is said to have. May be repeated.
   */
  rename(member: Member, name: string): Promise<'added' | 'closed' | 'taken'>;
  /**
   * The members, in pages and in no order. Whoever was added before the list was begun, and not removed since, is in it;
   * whoever was removed before is not; a store that can promise this only after a delay says so. Somebody who comes or
   * goes while it is read may be in it or not.
   */
  list(): AsyncIterable<ListedMember[]>;
}

/** Everybody in the room, by the connection's id. */
export async function membersOf(room: Pick<Room, 'list'>): Promise<Map<string, ListedMember>> {
  const members = new Map<string, ListedMember>();
  for await (const page of room.list()) for (const member of page) members.set(member.id, member);
  return members;
}

/**
 * Lets a connection in under the first of its names that nobody has. Done again, it only renews the lease.
 * @throws Refusal `not_found`: the connection was closed. `unavailable`: all of its names are taken
 */
export async function enter(room: Pick<Room, 'add'>, id: string): Promise<Member> {
  for (const name of lettersOf(id)) {
    const outcome = await room.add({ id, name });
    if (outcome === 'added') return { id, name };
    if (outcome === 'closed') throw new Refusal('not_found', 'this connection was closed, open a new one');
  }
  throw new Refusal('unavailable', 'the room is full', { retryAfterSeconds: 60 });
}
