import type { Cursor, EventsFrame, Order, OrderEvent, SnapshotFrame } from '../../../functions/domain/frames.ts';
import { putOrders } from '../order-book.ts';
import { letGoOfEarly, sayHello, sayHelloAfresh } from './sending.ts';
import { collect, collected } from './snapshot.ts';
import type { AppliedEvent, ShopTurn } from './state.ts';

/** An order should be known to have arrived soon (escalation and auto-accept wait for it); batched within this time. */
const ACK_SOON_MS = 500;
/** The wire asks for every other ack within 30 s; until then it may ride on a command or a ping. */
const ACK_LATER_MS = 25_000;
/**
 * Each ack brings the next page at once, and a gateway closes who sends more than 20 frames a second, but for bursts of
 * 60: so many pages are asked for without a pause, then one each so often.
 */
const PAGE_BURST = 45;
const PAGE_GAP_MS = 50;
const RECENT_KEPT = 50;
const EARLY_KEPT = 100;

/** Live events and pages alike: applies what comes next, drops what is older, and notes what is still missing. */
export function onEvents(turn: ShopTurn, frame: EventsFrame): void {
  const { draft } = turn;
  const { cursor } = draft;
  const settled = draft.link.phase === 'live' && draft.mode === 'log' && draft.collecting === undefined;
  if (!settled || cursor === undefined) {
    raiseSeen(turn, frame);
    return;
  }
  if (frame.epoch !== cursor.epoch) {
    draft.doubt = true;
    return;
  }
  raiseSeen(turn, frame);
  const fresh = apply(turn, cursor, frame.events);
  if (fresh.length === 0) dropOld(turn, cursor, frame.events);
  noteProgress(turn, frame, fresh.length > 0);
}

/** Remembers the highest seq or head met. What is met before the welcome counts as soon as the epoch turns out to be the same. */
export function raiseSeen({ draft }: ShopTurn, met: { epoch: string; head: number; events?: OrderEvent[] }): void {
  const known = draft.seen?.epoch === met.epoch ? draft.seen.head : 0;
  const seqs = met.events?.map(event => event.seq) ?? [];
  draft.seen = { epoch: met.epoch, head: Math.max(known, met.head, ...seqs) };
}

function apply({ draft, effects, moment }: ShopTurn, start: Cursor, events: readonly OrderEvent[]): OrderEvent[] {
  const { fresh, early } = inOrder(start.after, [...draft.early.values(), ...events]);
  draft.early = early;
  draft.gapSince = early.size > 0 ? (draft.gapSince ?? moment.now) : undefined;
  const last = fresh.at(-1);
  if (last === undefined) return fresh;
  const away = draft.awayUpTo;
  const applied: AppliedEvent[] = fresh.map(event => ({
    event,
    away: away !== undefined && away.epoch === start.epoch && event.seq <= away.head,
  }));
  const news = fresh.filter(event => !isKnown(draft.orders, event));
  draft.cursor = { epoch: start.epoch, after: last.seq, lastId: last.id };
  draft.orders = putOrders(
    draft.orders,
    fresh.map(event => event.order),
  );
  draft.recent = [...draft.recent, ...applied].slice(-RECENT_KEPT);
  const waited = applied.filter(one => one.away && one.event.type === 'order.placed').map(one => one.event.order.id);
  if (waited.length > 0) draft.away = new Set([...draft.away, ...waited]);
  for (const one of applied) effects.push({ type: 'applied', ...one });
  const soon = news.some(event => event.type === 'order.placed');
  if (news.length > 0) ackBy(draft, moment.now + (soon ? ACK_SOON_MS : ACK_LATER_MS));
  return fresh;
}

/** The events that follow one another after `after`, and those for which one before them is still missing. */
function inOrder(
  after: number,
  events: readonly OrderEvent[],
): { fresh: OrderEvent[]; early: Map<number, OrderEvent> } {
  const bySeq = new Map(events.filter(event => event.seq > after).map(event => [event.seq, event]));
  const fresh: OrderEvent[] = [];
  for (let next = bySeq.get(after + 1); next !== undefined; next = bySeq.get(next.seq + 1)) fresh.push(next);
  for (const { seq } of fresh) bySeq.delete(seq);
  return { fresh, early: new Map([...bySeq].slice(0, EARLY_KEPT)) };
}

/**
 * What a command of ours has done was in its result, and the server counts that as our ack: an ack of its own would be a
 * call for nothing. The next one covers it.
 */
function isKnown(orders: ReadonlyMap<string, Order>, { type, order }: OrderEvent): boolean {
  return type !== 'order.reminded' && (orders.get(order.id)?.version ?? 0) >= order.version;
}

/**
 * Old events: the server has missed our ack, so it gets another one at once; unless one is not the event that was
 * applied under this number: then this is another log (a restored backup), and only a snapshot helps.
 */
function dropOld(turn: ShopTurn, { after, lastId }: Cursor, events: readonly OrderEvent[]): void {
  const { draft, moment } = turn;
  const old = events.filter(event => event.seq <= after);
  if (old.length === 0) return;
  const ids = new Map(draft.recent.map(({ event }) => [event.seq, event.id]));
  if (lastId !== undefined) ids.set(after, lastId);
  if (old.some(event => ids.has(event.seq) && ids.get(event.seq) !== event.id)) sayHelloAfresh(turn);
  else ackBy(draft, Math.max(moment.now, draft.lastAckAt + 1_000));
}

function noteProgress({ draft, moment }: ShopTurn, frame: EventsFrame, progress: boolean): void {
  const after = draft.cursor?.after ?? 0;
  const end = frame.events.at(-1)?.seq ?? 0;
  if (frame.more && progress && end <= after) {
    ackBy(draft, nextPageAt(draft, moment.now)); // releases the next page
    draft.waitingSince = moment.now;
  } else if (!frame.more && after >= frame.head) draft.waitingSince = undefined;
  else if (progress && draft.waitingSince !== undefined) draft.waitingSince = moment.now;
}

/** Takes one page from what may be asked for, and says when. */
function nextPageAt(draft: ShopTurn['draft'], now: number): number {
  const paid = (now - draft.pagesPaidAt) / PAGE_GAP_MS;
  const owed = Math.max(0, draft.pagesOwed - paid);
  draft.pagesOwed = owed + 1;
  draft.pagesPaidAt = now;
  return now + Math.max(0, owed - PAGE_BURST) * PAGE_GAP_MS;
}

function ackBy(draft: ShopTurn['draft'], at: number): void {
  draft.ackBy = Math.min(draft.ackBy ?? at, at);
}

/**
 * A frame of a snapshot. Once complete it replaces everything that is held, and is acked at once. One that overtook the
 * welcome is kept for it.
 */
export function onSnapshot(turn: ShopTurn, frame: SnapshotFrame): void {
  const { draft, moment } = turn;
  const early = draft.link.phase === 'greeting';
  if (!early && !isExpected(turn, frame)) return;
  draft.collecting = collect(draft.collecting, frame);
  if (early) return;
  draft.waitingSince = moment.now;
  replaceWhenComplete(turn);
}

/**
 * Pushes may be repeated and late, so a snapshot is not taken at its word: an old one would turn the clock back. One that
 * was promised by the welcome, or goes forward, or answers a ping with another epoch, is taken. One that seems to go
 * back in the same log is put to the test: a hello with our cursor, whose welcome decides.
 */
function isExpected(turn: ShopTurn, frame: SnapshotFrame): boolean {
  const { draft } = turn;
  const { cursor, promised, collecting } = draft;
  if (draft.mode === 'snapshot' || cursor === undefined)
    return promised !== undefined && frame.epoch === promised.epoch && frame.head >= promised.head;
  if (collecting?.epoch === frame.epoch && collecting.head === frame.head) return true;
  if (frame.epoch === cursor.epoch && frame.head > cursor.after) return true;
  const asked = draft.pongBy !== undefined || draft.waitingSince !== undefined;
  if (!asked) {
    if (frame.epoch !== cursor.epoch) draft.doubt = true;
    return false;
  }
  if (frame.epoch !== cursor.epoch) return true;
  const otherEvent = frame.lastId !== undefined && cursor.lastId !== undefined && frame.lastId !== cursor.lastId;
  if (frame.head === cursor.after && otherEvent) return true;
  sayHello(turn);
  return false;
}

/** Puts the snapshot in place of what is held, if all of its frames are here. */
export function replaceWhenComplete({ draft, effects, moment }: ShopTurn): void {
  const { collecting, orders: held, awayUpTo } = draft;
  const orders = collecting && collected(collecting);
  if (collecting === undefined || orders === undefined) return;
  const { epoch, head, lastId } = collecting;
  const waited = orders.filter(
    order =>
      draft.away.has(order.id) || (awayUpTo?.epoch === epoch && order.status === 'placed' && !held.has(order.id)),
  );
  draft.cursor = lastId === undefined ? { epoch, after: head } : { epoch, after: head, lastId };
  draft.mode = 'log';
  draft.orders = putOrders(new Map(), orders);
  draft.away = new Set(waited.map(order => order.id));
  draft.recent = [];
  letGoOfEarly(draft);
  draft.seen = { epoch, head: draft.seen?.epoch === epoch ? Math.max(draft.seen.head, head) : head };
  draft.promised = undefined;
  draft.collecting = undefined;
  draft.waitingSince = undefined;
  draft.doubt = false;
  draft.acked = -1;
  draft.ackBy = Number.NEGATIVE_INFINITY; // before anything else that is due
  if (draft.pongBy !== undefined) {
    draft.pongBy = undefined;
    draft.pingAt = moment.now + draft.pingMs;
  }
  effects.push({ type: 'replaced', orders });
}
