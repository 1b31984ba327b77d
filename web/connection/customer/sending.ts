import { commandFrame, outboxAgenda, type PendingCommand, sent, takeBack } from '../outbox.ts';
import type { Due } from '../reducer.ts';
import { type Greeter, greet, ping, sessionAgenda } from '../session.ts';
import type { CustomerTurn, FollowedOrder } from './state.ts';

/** How a customer's stream says hello, and what it drops with a connection. */
export const customerGreeter: Greeter<CustomerTurn> = { sayHello, forgetConnection };

/** Everything this client has to do by itself, with the time from which on. */
export function customerAgenda(turn: CustomerTurn): Due[] {
  const { draft } = turn;
  const due = sessionAgenda(turn, customerGreeter);
  if (draft.link.phase !== 'live') return due;
  if (nextToJoin(turn) !== undefined) due.push({ at: Number.NEGATIVE_INFINITY, act: () => sayHello(turn) });
  due.push({ at: draft.pingAt, act: () => ping(turn) });
  return [...due, ...outboxAgenda(draft.outbox, pending => sendCommand(turn, pending))];
}

/** Says hello for the next order: one after the other, since nothing may be sent between hello and welcome. */
function sayHello(turn: CustomerTurn): void {
  const next = nextToJoin(turn);
  if (next === undefined) return;
  turn.draft.greeting = next.order;
  greet(turn, { type: 'hello', role: 'customer', ...next });
}

/** The first order that is neither welcomed on this connection nor refused. */
export function nextToJoin({ draft }: CustomerTurn): FollowedOrder | undefined {
  return draft.following.find(({ order }) => !draft.joined.has(order) && !draft.refused.has(order));
}

function forgetConnection({ draft }: CustomerTurn): void {
  draft.joined = new Set();
  draft.greeting = undefined;
  draft.outbox = takeBack(draft.outbox);
}

function sendCommand({ draft, effects, moment: { now } }: CustomerTurn, pending: PendingCommand): void {
  effects.push({ type: 'send', frame: commandFrame(pending) });
  draft.outbox = sent(draft.outbox, pending.id, now);
}
