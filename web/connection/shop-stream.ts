import type {
  Dish,
  ErrorFrame,
  PongFrame,
  ResultFrame,
  ServerFrame,
  ShopSettings,
  WelcomeFrame,
} from '../../functions/domain/frames.ts';
import { ANSWER_MS, hurryLink, linkAfterError, stopLink, waitAfterClose, welcomeLink } from './link.ts';
import { doWhatIsDue, earliest, type Moment, type Outcome } from './moment.ts';
import { putOrders } from './order-book.ts';
import { answer, post, postpone, repost } from './outbox.ts';
import { onEvents, onSnapshot, raiseSeen, replaceWhenComplete } from './shop-log.ts';
import { forgetWhatIsOut, lose, open, PING_GAP_MS, sayHello, shopAgenda } from './shop-sending.ts';
import type { ShopEffect, ShopInput, ShopStream, ShopTurn } from './shop-state.ts';

/** A screen that was gone for this long marks what was placed meanwhile; the server's auto-accept ends there too. */
const AWAY_MS = 60_000;
const UNAVAILABLE_MS = 5_000;

/**
 * A shop's end of the stream: all the rules of PROTOCOL.md for a client, as a pure function. No clock, socket or chance
 * in it: they come with the input. Never throws; frames that make no sense are ignored.
 */
export function reduceShopStream(
  stream: ShopStream,
  input: ShopInput,
  moment: Moment,
): Outcome<ShopStream, ShopEffect> {
  const turn: ShopTurn = { draft: { ...stream }, effects: [], moment };
  take(turn, input);
  doWhatIsDue(() => shopAgenda(turn), moment.now);
  return { state: turn.draft, effects: turn.effects };
}

/** When the reducer wants its next `tick`; `undefined` while it waits for others only. */
export function shopStreamDueAt(stream: ShopStream): number | undefined {
  // The agenda's actions are not called here, so a moment is not needed.
  return earliest(shopAgenda({ draft: { ...stream }, effects: [], moment: { now: 0, random: 0 } }));
}

function take(turn: ShopTurn, input: ShopInput): void {
  const { draft, moment } = turn;
  const { phase } = draft.link;
  switch (input.type) {
    case 'connect':
      if (phase === 'stopped') open(turn);
      else draft.link = hurryLink(draft.link, moment.now);
      break;
    case 'leave':
      leave(turn);
      break;
    case 'opened':
      if (phase === 'connecting') sayHello(turn);
      break;
    case 'closed':
      if (phase !== 'stopped' && phase !== 'waiting') lose(turn, waitAfterClose(draft.link, input.code, moment));
      break;
    case 'wake':
      draft.link = hurryLink(draft.link, moment.now);
      // A connection may have died unnoticed while the device slept.
      if (phase === 'live') draft.pingAt = Math.min(draft.pingAt, draft.lastPingAt + PING_GAP_MS);
      break;
    case 'tick':
      break;
    case 'command':
      draft.outbox = post(draft.outbox, input.id, input.operation, moment.now);
      break;
    case 'menu':
      onMenu(turn, input.version, input.dishes);
      break;
    case 'frame':
      if (phase === 'greeting' || phase === 'live') takeFrame(turn, input.frame);
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
  draft.link = welcomeLink(draft.link, moment.now);
  draft.pingMs = frame.pingSeconds * 1_000;
  draft.pingAt = moment.now + draft.pingMs;
  draft.repeatHelloAt = undefined;
  takeShop(turn, frame.shop);
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
  if (asked) draft.pingAt = draft.lastPingAt + draft.pingMs;
  draft.pongBy = undefined;
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
  const { draft, effects, moment } = turn;
  const link = linkAfterError(draft.link, frame, moment);
  if (link === undefined) {
    comeAgainLater(turn, frame.retryAfterMs ?? UNAVAILABLE_MS);
    return;
  }
  forgetWhatIsOut(turn);
  draft.link = link;
  effects.push({ type: 'close' });
}

/** The database is away: the connection stays, and whatever is out is repeated later. */
function comeAgainLater({ draft, moment: { now } }: ShopTurn, waitMs: number): void {
  draft.outbox = postpone(draft.outbox, now + waitMs, ({ tries }) => tries > 0);
  if (draft.waitingSince !== undefined) draft.waitingSince = now + waitMs;
  if (draft.pongBy !== undefined) {
    draft.pongBy = undefined;
    draft.pingAt = now + waitMs;
  }
  if (draft.link.phase !== 'greeting') return;
  draft.repeatHelloAt = now + waitMs;
  draft.link = { ...draft.link, until: now + waitMs + ANSWER_MS };
}

function leave(turn: ShopTurn): void {
  const { draft, effects, moment } = turn;
  forgetWhatIsOut(turn);
  draft.link = stopLink(draft.link, 'left', moment.now);
  effects.push({ type: 'close' });
}
