import {
  type ErrorFrame,
  MAX_ORDERS_PER_CONNECTION,
  type Order,
  type ResultFrame,
  type ServerFrame,
  type WelcomeFrame,
} from '../../functions/domain/frames.ts';
import { customerAgenda, forgetConnection, lose, nextToJoin, open, PING_GAP_MS, sayHello } from './customer-sending.ts';
import type { CustomerEffect, CustomerInput, CustomerStream, CustomerTurn } from './customer-state.ts';
import { ANSWER_MS, hurryLink, linkAfterError, stopLink, waitAfterClose, welcomeLink } from './link.ts';
import { doWhatIsDue, earliest, type Moment, type Outcome } from './moment.ts';
import { isTerminal } from './order-book.ts';
import { answer, post, postpone, repost } from './outbox.ts';

const UNAVAILABLE_MS = 5_000;

/** A customer's end of the stream, as a pure function; see `reduceShopStream`. Ends by itself when no order can change any more. */
export function reduceCustomerStream(
  stream: CustomerStream,
  input: CustomerInput,
  moment: Moment,
): Outcome<CustomerStream, CustomerEffect> {
  const turn: CustomerTurn = { draft: { ...stream }, effects: [], moment };
  take(turn, input);
  finishWhenDone(turn);
  doWhatIsDue(() => customerAgenda(turn), moment.now);
  return { state: turn.draft, effects: turn.effects };
}

/** When the reducer wants its next `tick`. */
export function customerStreamDueAt(stream: CustomerStream): number | undefined {
  return earliest(customerAgenda({ draft: { ...stream }, effects: [], moment: { now: 0, random: 0 } }));
}

function take(turn: CustomerTurn, input: CustomerInput): void {
  const { draft, moment } = turn;
  const { phase } = draft.link;
  switch (input.type) {
    case 'follow':
      follow(turn, input.order, input.token);
      break;
    case 'connect':
      if (phase === 'stopped') reconnect(turn);
      else draft.link = hurryLink(draft.link, moment.now);
      break;
    case 'leave':
      end(turn, 'left');
      break;
    case 'opened':
      if (phase === 'connecting') sayHello(turn);
      break;
    case 'closed':
      if (phase !== 'stopped' && phase !== 'waiting') lose(turn, waitAfterClose(draft.link, input.code, moment));
      break;
    case 'wake':
      draft.link = hurryLink(draft.link, moment.now);
      if (phase === 'live') draft.pingAt = Math.min(draft.pingAt, draft.lastPingAt + PING_GAP_MS);
      break;
    case 'tick':
      break;
    case 'command':
      draft.outbox = post(draft.outbox, input.id, input.operation, moment.now);
      break;
    case 'frame':
      if (phase === 'greeting' || phase === 'live') takeFrame(turn, input.frame);
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
      onPong(turn);
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
  if (frame.order.id !== draft.greeting) return; // a repeated one
  draft.joined = new Set([...draft.joined, frame.order.id]);
  if (draft.link.liveSince === undefined) draft.outbox = repost(draft.outbox, moment.now);
  draft.pingMs = frame.pingSeconds * 1_000;
  draft.pingAt = moment.now + draft.pingMs;
  becomeLive(turn);
}

function becomeLive({ draft, moment }: CustomerTurn): void {
  draft.greeting = undefined;
  draft.repeatHelloAt = undefined;
  draft.link = welcomeLink(draft.link, moment.now);
}

function takeOrder({ draft, effects }: CustomerTurn, order: Order): void {
  const known = draft.orders.get(order.id);
  if (known !== undefined && known.version > order.version) return;
  draft.orders = new Map(draft.orders).set(order.id, order);
  effects.push({ type: 'order', order });
}

function onPong({ draft }: CustomerTurn): void {
  if (draft.pongBy !== undefined) draft.pingAt = draft.lastPingAt + draft.pingMs;
  draft.pongBy = undefined;
}

function onResult(turn: CustomerTurn, result: ResultFrame): void {
  const { draft, effects, moment } = turn;
  if (result.order !== undefined) takeOrder(turn, result.order);
  const { outbox, settled } = answer(draft.outbox, result, moment.now, UNAVAILABLE_MS);
  draft.outbox = outbox;
  if (settled !== undefined) effects.push({ type: 'result', operation: settled.operation, result });
}

function onError(turn: CustomerTurn, frame: ErrorFrame): void {
  const { draft, effects, moment } = turn;
  if (draft.greeting !== undefined && (frame.order === draft.greeting || frame.error.code === 'unauthorized')) {
    refuse(turn, draft.greeting);
    return;
  }
  const link = linkAfterError(draft.link, frame, moment);
  if (link === undefined) {
    comeAgainLater(turn, frame.retryAfterMs ?? UNAVAILABLE_MS);
    return;
  }
  forgetConnection(turn);
  draft.link = link;
  effects.push({ type: 'close' });
}

/** A refused first hello closes the connection; a refused further one leaves it to the orders before. */
function refuse(turn: CustomerTurn, order: string): void {
  const { draft, effects } = turn;
  draft.refused = new Set([...draft.refused, order]);
  if (draft.joined.size > 0) {
    becomeLive(turn);
    return;
  }
  effects.push({ type: 'close' });
  if (nextToJoin(turn) !== undefined) {
    lose(turn, 0);
    return;
  }
  forgetConnection(turn);
  draft.link = stopLink(draft.link, 'unauthorized', turn.moment.now);
}

function comeAgainLater({ draft, moment: { now } }: CustomerTurn, waitMs: number): void {
  draft.outbox = postpone(draft.outbox, now + waitMs, ({ tries }) => tries > 0);
  if (draft.pongBy !== undefined) {
    draft.pongBy = undefined;
    draft.pingAt = now + waitMs;
  }
  if (draft.link.phase !== 'greeting') return;
  draft.repeatHelloAt = now + waitMs;
  draft.link = { ...draft.link, until: now + waitMs + ANSWER_MS };
}

function finishWhenDone(turn: CustomerTurn): void {
  const { link, following, outbox, greeting } = turn.draft;
  if (link.phase !== 'live' || greeting !== undefined || outbox.length > 0) return;
  if (!following.some(({ order }) => mayChange(turn.draft, order))) end(turn, 'finished');
}

function mayChange({ orders, refused }: CustomerTurn['draft'], order: string): boolean {
  const known = orders.get(order);
  return !refused.has(order) && (known === undefined || !isTerminal(known));
}

function end(turn: CustomerTurn, why: 'left' | 'finished'): void {
  forgetConnection(turn);
  turn.draft.link = stopLink(turn.draft.link, why, turn.moment.now);
  turn.effects.push({ type: 'close' });
}
