import { parseChatClientFrame } from './chat-client-frame.ts';
import type { MessageFrame } from './chat-frames.ts';
import { errorFrame } from './delivery.ts';
import { type FanOut, fanOut } from './fan-out.ts';
import type { Presence } from './presence.ts';
import type { Push } from './push.ts';
import { Refusal } from './refusal.ts';
import { enter, type ListedMember, membersOf, type Room } from './room.ts';

/** What the frames of the chat are handled with. */
export interface Chat extends FanOut {
  push: Push;
  room: Room;
  presence: Presence;
}

/** A frame that came in; `text` is `undefined` when it was binary. */
export interface ChatFrame {
  connectionId: string;
  text: string | undefined;
}

/**
 * Does what a frame asks for. What is wrong with the frame is pushed to its sender and to nobody else.
 * @throws what went wrong without the sender's doing; the frame may then be received again
 */
export async function receive(chat: Chat, { connectionId, text }: ChatFrame): Promise<void> {
  try {
    const frame = parseChatClientFrame(text);
    if (frame.action === 'join') await join(chat, connectionId);
    else await say(chat, connectionId, frame.data, frame.to);
  } catch (error) {
    if (!(error instanceof Refusal) || isOutage(error)) throw error;
    await chat.push.send(connectionId, errorFrame(error));
  }
}

/** A store that is away is a refusal of ours, not of the frame. */
function isOutage(refusal: Refusal): boolean {
  return refusal.code === 'unavailable' && refusal.cause !== undefined;
}

/** Renews the lease of whoever is in, lets in whoever is not, and tells everybody. */
async function join(chat: Chat, id: string): Promise<void> {
  const known = (await membersOf(chat.room)).get(id);
  const isKept = known !== undefined && (await chat.room.add(known)) === 'added';
  await chat.presence(isKept ? known : await enter(chat.room, id));
}

async function say(chat: Chat, id: string, data: string, to: string | undefined): Promise<void> {
  const members = await membersOf(chat.room);
  // Register's record may have been lost, or its lease have lapsed.
  const sender = members.get(id) ?? { ...(await enter(chat.room, id)), isNew: true };
  members.set(id, sender);
  const message: MessageFrame = { type: 'message', from: sender.name, data, online: members.size };
  if (to === undefined) {
    const text = JSON.stringify(message);
    members.delete(id);
    await fanOut(chat, members.values(), () => text);
    return;
  }
  const addressee = named(members, to);
  if (addressee === undefined) throw new Refusal('not_found', 'nobody here has this name');
  const text = JSON.stringify({ ...message, direct: true } satisfies MessageFrame);
  const outcome = await chat.push.send(addressee.id, text);
  if (outcome !== 'gone') return;
  if (!addressee.isNew) await chat.room.remove(addressee.id);
  throw new Refusal('not_found', 'nobody here has this name');
}

function named(members: ReadonlyMap<string, ListedMember>, name: string): ListedMember | undefined {
  for (const member of members.values()) if (member.name === name) return member;
  return undefined;
}
