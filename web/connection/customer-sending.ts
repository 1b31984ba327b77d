import type { CustomerTurn, FollowedOrder } from './customer-state.ts';
import { ANSWER_MS, connectLink, greetLink, linkAgenda, loseLink } from './link.ts';
import type { Due } from './moment.ts';
import { commandFrame, outboxAgenda, type PendingCommand, sent } from './outbox.ts';

const PING_AGAIN_MS = 5_000;
/** No two pings within this time. */
export const PING_GAP_MS = 1_000;

/** Everything this client has to do by itself, with the time from which on. */
export function customerAgenda(turn: CustomerTurn): Due[] {
  const { draft } = turn;
  const due = linkAgenda(
    draft.link,
    () => open(turn),
    () => giveUp(turn),
  );
  if (draft.link.phase === 'greeting' && draft.repeatHelloAt !== undefined)
    due.push({ at: draft.repeatHelloAt, act: () => sayHello(turn) });
  if (draft.link.phase !== 'live') return due;
  if (nextToJoin(turn) !== undefined) due.push({ at: Number.NEGATIVE_INFINITY, act: () => sayHello(turn) });
  if (draft.pongBy !== undefined) due.push({ at: draft.pongBy, act: () => giveUp(turn) });
  due.push({ at: draft.pingAt, act: () => ping(turn) });
  return [...due, ...outboxAgenda(draft.outbox, pending => sendCommand(turn, pending))];
}

/** Opens a socket. */
export function open(turn: CustomerTurn): void {
  turn.effects.push({ type: 'connect' });
  turn.draft.link = connectLink(turn.draft.link, turn.moment.now);
}

/** Says hello for the next order: one after the other, since nothing may be sent between hello and welcome. */
export function sayHello(turn: CustomerTurn): void {
  const { draft, moment } = turn;
  const next = nextToJoin(turn);
  if (next === undefined) return;
  draft.greeting = next.order;
  draft.repeatHelloAt = undefined;
  draft.link = greetLink(draft.link, moment.now);
  turn.effects.push({ type: 'send', frame: { type: 'hello', role: 'customer', ...next } });
}

/** The first order that is neither welcomed on this connection nor refused. */
export function nextToJoin({ draft }: CustomerTurn): FollowedOrder | undefined {
  return draft.following.find(({ order }) => !draft.joined.has(order) && !draft.refused.has(order));
}

/** Closes the connection and comes back later. */
export function giveUp(turn: CustomerTurn): void {
  turn.effects.push({ type: 'close' });
  lose(turn);
}

/** The connection is no more. */
export function lose(turn: CustomerTurn, waitMs?: number): void {
  forgetConnection(turn);
  turn.draft.link = loseLink(turn.draft.link, turn.moment, waitMs);
}

/** Drops what belongs to the connection that ends here. */
export function forgetConnection({ draft }: CustomerTurn): void {
  draft.joined = new Set();
  draft.greeting = undefined;
  draft.repeatHelloAt = undefined;
  draft.pongBy = undefined;
}

function ping({ draft, effects, moment: { now } }: CustomerTurn): void {
  effects.push({ type: 'send', frame: { type: 'ping' } });
  draft.lastPingAt = now;
  draft.pingAt = now + PING_AGAIN_MS;
  draft.pongBy ??= now + ANSWER_MS;
}

function sendCommand({ draft, effects, moment: { now } }: CustomerTurn, pending: PendingCommand): void {
  effects.push({ type: 'send', frame: commandFrame(pending) });
  draft.outbox = sent(draft.outbox, pending.id, now);
}
