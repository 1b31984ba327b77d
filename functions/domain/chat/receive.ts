import type { Push } from '../../../apigateway/push.ts';
import { errorFrame, Refusal } from '../refusal.ts';
import { parseChatClientFrame } from './client-frame.ts';
import { type FanOutDependencies, fanOut } from './fan-out.ts';
import type { MessageFrame } from './frames.ts';
import type { Passes } from './pass.ts';
import type { Presence } from './presence.ts';
import { enter, type ListedMember, type Member, membersOf, type Room } from './room.ts';

/** What the frames of the chat are handled with. */
export interface ReceiveDependencies extends FanOutDependencies {
  push: Push;
  room: Room;
  presence: Presence;
  passes: Pick<Passes, 'read'>;
}

/** A frame that came in; `text` is `undefined` when it was binary. */
export interface ChatFrame {
  connectionId: string;
  text: string | undefined;
}

/**
 * Does what a frame asks for. What is wrong with the frame is pushed to its sender and to nobody else.
 * @throws any failure that is not the sender's doing; the frame may then be received again
 */
export async function receive(dependencies: ReceiveDependencies, { connectionId, text }: ChatFrame): Promise<void> {
  try {
    const frame = parseChatClientFrame(text);
    if (frame.action === 'join') await join(dependencies, connectionId, frame.pass);
    else await say(dependencies, connectionId, frame.data, frame.to);
  } catch (error) {
    if (!(error instanceof Refusal) || isOutage(error)) throw error;
    await dependencies.push.send(connectionId, errorFrame(error));
  }
}

/** Whether the store could not be reached: then nothing is wrong with the frame. */
function isOutage(refusal: Refusal): boolean {
  return refusal.code === 'unavailable' && refusal.cause !== undefined;
}

/** Renews the lease of whoever is in, lets in whoever is not, and tells everybody. */
async function join(dependencies: ReceiveDependencies, id: string, pass: string | undefined): Promise<void> {
  const members = await membersOf(dependencies.room);
  const known = members.get(id);
  const isKept = known !== undefined && (await dependencies.room.add(known)) === 'added';
  const member = isKept ? known : await enter(dependencies.room, id);
  const before = pass === undefined ? undefined : dependencies.passes.read(pass);
  // Its own pass, or one that it has shown before: it asks again when it has heard no answer.
  const isShownAgain = before?.id === id || before?.name === member.name;
  if (before === undefined || isShownAgain) return dependencies.presence({ ...member, isBack: false });
  if (members.has(before.id)) await end(dependencies, before.id);
  await dependencies.presence({ ...(await withName(dependencies, member, before.name)), isBack: true });
}

/**
 * Whoever shows the pass of a connection may end it. Usually its closing is only late; a page that is still open there
 * connects anew.
 */
async function end({ room, push }: ReceiveDependencies, id: string): Promise<void> {
  await room.remove(id);
  await push.close(id);
}

/** The member under the name it had before, unless somebody else has it by now. */
async function withName({ room }: ReceiveDependencies, member: Member, name: string): Promise<Member> {
  const isRenamed = name === member.name || (await room.rename(member, name)) === 'added';
  return { id: member.id, name: isRenamed ? name : member.name };
}

async function say(dependencies: ReceiveDependencies, id: string, data: string, to: string | undefined): Promise<void> {
  const members = await membersOf(dependencies.room);
  // Register's record may have been lost, or its lease have lapsed.
  const sender = members.get(id) ?? { ...(await enter(dependencies.room, id)), isNew: true };
  members.set(id, sender);
  const message: MessageFrame = { type: 'message', from: sender.name, data, online: members.size };
  if (to === undefined) {
    const text = JSON.stringify(message);
    members.delete(id);
    await fanOut(dependencies, [...members.values()], () => text);
    return;
  }
  // It goes to one, and the whole room was read for it.
  await dependencies.deliveries(1 + Math.floor(members.size / 10));
  const addressee = findByName(members, to);
  if (addressee === undefined) throw new Refusal('not_found', 'nobody here has this name');
  const text = JSON.stringify({ ...message, direct: true } satisfies MessageFrame);
  const outcome = await dependencies.push.send(addressee.id, text);
  if (outcome !== 'gone') return;
  if (!addressee.isNew) await dependencies.room.remove(addressee.id);
  throw new Refusal('not_found', 'nobody here has this name');
}

function findByName(members: ReadonlyMap<string, ListedMember>, name: string): ListedMember | undefined {
  for (const member of members.values()) if (member.name === name) return member;
  return undefined;
}
