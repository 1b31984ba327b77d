import type {
  Dish,
  ErrorFrame,
  PongFrame,
  ResultFrame,
  ServerFrame,
  ShopSettings,
  WelcomeFrame,
} from '../../../functions/domain/frames.ts';
import { parseServerFrame } from '../../../functions/domain/received.ts';
import type { Machine } from '../connect.ts';
import { ANSWER_MS, type StopReason } from '../link.ts';
import { putOrders } from '../order-book.ts';
import { answer, blame, keepOutbox, post, postpone, repost } from '../outbox.ts';
import { type Moment, nextTurnAt, type Outcome, takeTurn } from '../reducer.ts';
import {
  askAgainLater,
  endByError,
  open,
  type Role,
  takePong,
  takeSocketInput,
  takeWelcome,
  UNAVAILABLE_MS,
} from '../session.ts';
import { onEvents, onSnapshot, raiseSeen, replaceWhenComplete } from './log.ts';
import { sayHello, shopAgenda, shopGreeter } from './sending.ts';
import type { ShopEffect, ShopInput, ShopStream, ShopTurn } from './state.ts';

/** A screen that was gone for this long marks what was placed meanwhile; the server's auto-accept ends there too. */
const AWAY_MS = 60_000;

const screen: Role<ShopTurn> = { ...shopGreeter, start: open, takeFrame, takeOffence };

/**
 * A shop's end of the stream: all the rules of PROTOCOL.md for a client, as a pure function. No clock, socket or chance
 * in it: they come with the input. Never throws; frames that make no sense are ignored.
 */
export function reduceShopStream(
  stream: ShopStream,
  input: ShopInput,
  moment: Moment,
): Outcome<ShopStream, ShopEffect> {
  return takeTurn(stream, moment, turn => take(turn, input), shopAgenda);
}

/** When the reducer wants its next `tick`; `undefined` while it waits for others only. */
export function shopStreamDueAt(stream: ShopStream): number | undefined {
  return nextTurnAt(stream, shopAgenda);
}

/** What `connect` runs. */
export const shopMachine: Machine<ShopStream, ShopInput, ShopEffect> = {
  reduce: reduceShopStream,
  dueAt: shopStreamDueAt,
  parse: parseServerFrame,
};

function take(turn: ShopTurn, input: ShopInput): void {
  const { draft, moment } = turn;
  switch (input.type) {
    case 'command':
      keepOutbox(turn, post(draft.outbox, input.id, input.operation, moment.now));
      break;
    case 'menu':
      onMenu(turn, input.version, input.dishes);
      break;
    default:
      takeSocketInput(turn, input, screen);
  }
}

function takeFrame(turn: ShopTurn, frame: ServerFrame): void {
  switch (frame.type) {
    case 'welcome':
      onWelcome(turn, frame);
      break;
    case 'events':
      onEvents(turn, frame);
      break;
    case 'snapshot':
      onSnapshot(turn, frame);
      break;
    case 'pong':
      onPong(turn, frame);
      break;
    case 'shop':
      takeShop(turn, frame.shop);
      break;
    case 'result':
      onResult(turn, frame);
      break;
    case 'error':
      onError(turn, frame);
      break;
    case 'warning':
      if (frame.code === 'many_orders') turn.effects.push({ type: 'flooded' });
      break;
    case 'order': // a customer's frame
  }
}

function onWelcome(turn: ShopTurn, frame: WelcomeFrame): void {
  if (frame.role !== 'shop') return;
  const { draft, moment } = turn;
  const { phase, liveSince, offlineSince } = draft.link;
  const { epoch, head } = frame;
  const resumed = frame.resumed && !draft.afresh && draft.cursor?.epoch === epoch;
  // A repeated welcome is ignored, unless it shows that the one before it was an old one, late.
  if (phase !== 'greeting' && !(resumed && draft.mode === 'snapshot' && draft.collecting === undefined)) return;
  const absentMs = draft.shop === undefined ? Number.POSITIVE_INFINITY : moment.now - (offlineSince ?? moment.now);
  if (absentMs >= AWAY_MS) draft.awayUpTo = { epoch, head };
  if (liveSince === undefined) draft.outbox = repost(draft.outbox, moment.now);
  takeWelcome(turn, frame.pingSeconds);
  takeShop(turn, frame.shop);
  draft.key = frame.key;
  raiseSeen(turn, { epoch, head });
  if (resumed) resume(turn, head);
  else awaitSnapshot(turn, epoch, head);
}

function resume({ draft, moment }: ShopTurn, head: number): void {
  const after = draft.cursor?.after ?? 0;
  draft.mode = 'log';
  draft.promised = undefined;
  draft.collecting = undefined;
  draft.waitingSince = head > after ? moment.now : undefined;
  if (draft.acked < after) draft.ackBy ??= moment.now + ANSWER_MS;
}

function awaitSnapshot(turn: ShopTurn, epoch: string, head: number): void {
  const { draft, moment } = turn;
  draft.afresh = false;
  draft.mode = 'snapshot';
  draft.promised = { epoch, head };
  draft.waitingSince = moment.now;
  draft.ackBy = undefined;
  const early = draft.collecting;
  if (early?.epoch === epoch && early.head >= head) replaceWhenComplete(turn);
  else draft.collecting = undefined;
}

function onPong(turn: ShopTurn, { epoch, head, shopVersion }: PongFrame): void {
  const { draft, moment } = turn;
  const { cursor } = draft;
  const isLive = draft.link.phase === 'live';
  const asked = isLive && draft.pongBy !== undefined;
  const isSettled = isLive && draft.mode === 'log' && draft.collecting === undefined;
  // Unasked, it stands for an event; one that comes before the welcome or the snapshot is remembered as that would be.
  if (!asked && !isSettled && epoch !== undefined && head !== undefined) raiseSeen(turn, { epoch, head });
  if (!isLive) return;
  takePong(turn);
  if (!isSettled || cursor === undefined) return;
  if (shopVersion !== undefined && isNews(draft, shopVersion)) {
    draft.helloForVersion = shopVersion;
    sayHello(turn);
    return;
  }
  if (epoch === undefined || head === undefined) return;
  if (epoch !== cursor.epoch || (asked && head < cursor.after)) draft.doubt = true;
  else raiseSeen(turn, { epoch, head });
  // Asked, the server lets follow what is missing, or a snapshot: that is waited for before asking again.
  if (asked) draft.waitingSince = epoch === cursor.epoch && head === cursor.after ? undefined : moment.now;
}

function isNews(draft: ShopTurn['draft'], shopVersion: number): boolean {
  return shopVersion > (draft.shop?.version ?? 0) && shopVersion > draft.helloForVersion;
}

function takeShop({ draft, effects }: ShopTurn, shop: ShopSettings): void {
  const known = draft.shop;
  if (known !== undefined && known.version > shop.version) return;
  if (shop.dishes !== undefined) {
    draft.shop = shop;
    return;
  }
  draft.shop = known?.dishes === undefined ? shop : { ...shop, dishes: known.dishes };
  effects.push({ type: 'read-menu', version: shop.version });
}

function onMenu({ draft }: ShopTurn, version: number, dishes: Dish[]): void {
  if (draft.shop?.version === version) draft.shop = { ...draft.shop, dishes };
}

function onResult({ draft, effects, moment }: ShopTurn, result: ResultFrame): void {
  // A result that is repeated tells of the order as it was then. One that is not held here any more has ended since: it
  // would come back for good, as no event follows.
  if (result.order !== undefined && draft.orders.has(result.order.id))
    draft.orders = putOrders(draft.orders, [result.order]);
  const { outbox, settled } = answer(draft.outbox, result, moment.now, UNAVAILABLE_MS);
  draft.outbox = outbox;
  if (settled !== undefined) effects.push({ type: 'result', operation: settled.operation, result });
}

function onError(turn: ShopTurn, frame: ErrorFrame): void {
  if (!endByError(turn, frame, screen)) comeAgainLater(turn, frame.retryAfterMs ?? UNAVAILABLE_MS);
}

/** What a command does, or a hello. Only a link that has never opened anything is given up. */
function takeOffence(turn: ShopTurn): StopReason | undefined {
  const { draft } = turn;
  if (draft.outbox.some(({ isOut }) => isOut)) keepOutbox(turn, blame(draft.outbox));
  else if (draft.link.phase === 'greeting') {
    const isBare = draft.afresh || draft.cursor === undefined;
    if (isBare && draft.shop === undefined) return 'protocol_error';
    draft.afresh = true; // it may have been the cursor
  }
  return undefined;
}

/** The database is away: the connection stays, and whatever is out is repeated later. */
function comeAgainLater(turn: ShopTurn, waitMs: number): void {
  const { draft, moment } = turn;
  const later = moment.now + waitMs;
  draft.outbox = postpone(draft.outbox, later, ({ tries }) => tries > 0);
  if (draft.waitingSince !== undefined) draft.waitingSince = later;
  askAgainLater(turn, waitMs);
}
