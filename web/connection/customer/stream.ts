import {
  type ErrorFrame,
  MAX_ORDERS_PER_CONNECTION,
  type Order,
  type ResultFrame,
  type ServerFrame,
  type WelcomeFrame,
} from '../../../functions/domain/frames.ts';
import { parseServerFrame } from '../../../functions/domain/received.ts';
import type { Machine } from '../connect.ts';
import { type StopReason, welcomeLink } from '../link.ts';
import { isTerminal } from '../order-book.ts';
import { answer, blame, keepOutbox, post, postpone, repost } from '../outbox.ts';
import { type Moment, nextTurnAt, type Outcome, takeTurn } from '../reducer.ts';
import {
  askAgainLater,
  endByError,
  lose,
  open,
  type Role,
  stop,
  takePong,
  takeSocketInput,
  takeWelcome,
  UNAVAILABLE_MS,
} from '../session.ts';
import { customerAgenda, customerGreeter, nextToJoin } from './sending.ts';
import type { CustomerEffect, CustomerInput, CustomerStream, CustomerTurn } from './state.ts';

const customer: Role<CustomerTurn> = { ...customerGreeter, start: reconnect, takeFrame, takeOffence };

/** A customer's end of the stream, as a pure function; see `reduceShopStream`. Ends by itself when no order can change any more. */
export function reduceCustomerStream(
  stream: CustomerStream,
  input: CustomerInput,
  moment: Moment,
): Outcome<CustomerStream, CustomerEffect> {
  return takeTurn(
    stream,
    moment,
    turn => {
      take(turn, input);
      finishWhenDone(turn);
    },
    customerAgenda,
  );
}

/** When the reducer wants its next `tick`. */
export function customerStreamDueAt(stream: CustomerStream): number | undefined {
  return nextTurnAt(stream, customerAgenda);
}

/** What `connect` runs. */
export const customerMachine: Machine<CustomerStream, CustomerInput, CustomerEffect> = {
  reduce: reduceCustomerStream,
  dueAt: customerStreamDueAt,
  parse: parseServerFrame,
};

function take(turn: CustomerTurn, input: CustomerInput): void {
  const { draft, moment } = turn;
  switch (input.type) {
    case 'follow':
      follow(turn, input.order, input.token);
      break;
    case 'command':
      keepOutbox(turn, post(draft.outbox, input.id, input.operation, moment.now));
      break;
    default:
      takeSocketInput(turn, input, customer);
  }
}

function follow(turn: CustomerTurn, order: string, token: string): void {
  const { draft } = turn;
  const known = draft.following.some(one => one.order === order && one.token === token);
  if (known) return;
  const others = draft.following.filter(one => one.order !== order);
  // A page that stays open for weeks follows many orders, but few at a time.
  const kept = others.length < MAX_ORDERS_PER_CONNECTION ? others : others.filter(one => mayChange(draft, one.order));
  if (kept.length >= MAX_ORDERS_PER_CONNECTION) return;
  draft.following = [...kept, { order, token }];
  draft.refused = new Set([...draft.refused].filter(id => id !== order));
  const { phase, stoppedBy } = draft.link;
  if (phase === 'stopped' && (stoppedBy === undefined || stoppedBy === 'finished')) open(turn);
}

/** A person asks again, so what was refused is asked for again too. */
function reconnect(turn: CustomerTurn): void {
  turn.draft.refused = new Set();
  if (nextToJoin(turn) !== undefined) open(turn);
}

function takeFrame(turn: CustomerTurn, frame: ServerFrame): void {
  switch (frame.type) {
    case 'welcome':
      onWelcome(turn, frame);
      break;
    case 'order':
      takeOrder(turn, frame.order);
      break;
    case 'pong':
      takePong(turn);
      break;
    case 'result':
      onResult(turn, frame);
      break;
    case 'error':
      onError(turn, frame);
      break;
    case 'events': // a shop's frames
    case 'snapshot':
    case 'shop':
  }
}

function onWelcome(turn: CustomerTurn, frame: WelcomeFrame): void {
  if (frame.role !== 'customer') return;
  const { draft, moment } = turn;
  takeOrder(turn, frame.order);
  takeLinks(turn, frame);
  if (frame.order.id !== draft.greeting) return; // a repeated one
  draft.joined = new Set([...draft.joined, frame.order.id]);
  if (draft.link.liveSince === undefined) draft.outbox = repost(draft.outbox, moment.now);
  draft.greeting = undefined;
  takeWelcome(turn, frame.pingSeconds);
}

function takeLinks(
  { draft }: CustomerTurn,
  { order, shareToken, readOnly }: Extract<WelcomeFrame, { role: 'customer' }>,
): void {
  if (shareToken !== undefined) draft.shareTokens = new Map(draft.shareTokens).set(order.id, shareToken);
  const others = [...draft.readOnly].filter(id => id !== order.id);
  draft.readOnly = new Set(readOnly ? [...others, order.id] : others);
}

function takeOrder({ draft, effects }: CustomerTurn, order: Order): void {
  const known = draft.orders.get(order.id);
  if (known !== undefined && known.version > order.version) return;
  draft.orders = new Map(draft.orders).set(order.id, order);
  effects.push({ type: 'order', order });
}

function onResult(turn: CustomerTurn, result: ResultFrame): void {
  const { draft, effects, moment } = turn;
  if (result.order !== undefined) takeOrder(turn, result.order);
  const { outbox, settled } = answer(draft.outbox, result, moment.now, UNAVAILABLE_MS);
  draft.outbox = outbox;
  if (settled !== undefined) effects.push({ type: 'result', operation: settled.operation, result });
}

function onError(turn: CustomerTurn, frame: ErrorFrame): void {
  const { greeting } = turn.draft;
  if (greeting !== undefined && (frame.order === greeting || frame.error.code === 'unauthorized'))
    refuse(turn, greeting);
  else if (!endByError(turn, frame, customer)) comeAgainLater(turn, frame.retryAfterMs ?? UNAVAILABLE_MS);
}

/** A refused first hello closes the connection; a refused further one leaves it to the orders before. */
function refuse(turn: CustomerTurn, order: string): void {
  const { draft, effects, moment } = turn;
  draft.refused = new Set([...draft.refused, order]);
  if (draft.joined.size > 0) {
    draft.greeting = undefined;
    draft.repeatHelloAt = undefined;
    draft.link = welcomeLink(draft.link, moment.now);
  } else if (nextToJoin(turn) !== undefined) {
    effects.push({ type: 'close' });
    lose(turn, customer, 0);
  } else stop(turn, 'unauthorized', customer);
}

/** What a command does, or the hello for an order: a link that the server cannot read opens nothing. */
function takeOffence(turn: CustomerTurn): StopReason | undefined {
  const { draft } = turn;
  if (draft.outbox.some(({ isOut }) => isOut)) keepOutbox(turn, blame(draft.outbox));
  else if (draft.greeting !== undefined) draft.refused = new Set([...draft.refused, draft.greeting]);
  return draft.following.every(({ order }) => draft.refused.has(order)) ? 'unauthorized' : undefined;
}

function comeAgainLater(turn: CustomerTurn, waitMs: number): void {
  const { draft, moment } = turn;
  draft.outbox = postpone(draft.outbox, moment.now + waitMs, ({ tries }) => tries > 0);
  askAgainLater(turn, waitMs);
}

function finishWhenDone(turn: CustomerTurn): void {
  const { link, following, outbox, greeting } = turn.draft;
  if (link.phase !== 'live' || greeting !== undefined || outbox.length > 0) return;
  if (!following.some(({ order }) => mayChange(turn.draft, order))) stop(turn, 'finished', customer);
}

function mayChange({ orders, refused }: CustomerTurn['draft'], order: string): boolean {
  const known = orders.get(order);
  return !refused.has(order) && (known === undefined || !isTerminal(known));
}
