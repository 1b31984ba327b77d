import { grouped } from './grouped.ts';
import type { Check, History, Report, ScreenEntry, ScreenLog } from './history.ts';

/** I3, I4, I7: what screens showed against the log. */
export const checkScreens: Check = (history, report) => {
  const events = grouped(history.tables.events, event => event.shop);
  const heads = new Map(history.tables.streams.map(stream => [stream.shop, stream]));
  for (const screen of history.screens) {
    const log = new Map(events.get(screen.shop)?.map(event => [event.seq, event]));
    checkScreen(screen, heads.get(screen.shop), log, report);
  }
  checkArrivals(history, report);
};

function checkScreen(
  { name, shop, entries, isLive }: ScreenLog,
  stream: History['tables']['streams'][number] | undefined,
  log: ReadonlyMap<number, History['tables']['events'][number]>,
  report: Report,
): void {
  let at: number | undefined;
  for (const entry of entries) {
    if (entry.type === 'snapshot') {
      checkSnapshot(entry.head, entry.orders);
      at = entry.head;
      continue;
    }
    if (entry.shop !== shop) report.violations.push(`I4: ${name} saw event ${entry.seq} of ${entry.shop}`);
    else if (log.get(entry.seq)?.id !== entry.id || log.get(entry.seq)?.order !== entry.order)
      report.violations.push(`I3: ${name} applied as ${entry.seq} what is not there in the log`);
    if (at === undefined) report.violations.push(`I3: ${name} applied ${entry.seq} before it knew where it is`);
    else if (entry.seq !== at + 1) report.violations.push(`I3: ${name} applied ${entry.seq} after ${at}`);
    at = entry.seq;
  }
  if (isLive && at !== stream?.head) report.violations.push(`I3: ${name} is at ${at}, the head is ${stream?.head}`);

  /** A snapshot holds what the log up to its head has placed and not ended. */
  function checkSnapshot(head: number, orders: string[]): void {
    const open = new Set<string>();
    for (const [seq, event] of log) {
      if (seq > head) continue;
      if (ending.has(event.type)) open.delete(event.order);
      else open.add(event.order);
    }
    if (open.size !== new Set(orders).size || orders.length !== open.size || orders.some(order => !open.has(order)))
      report.violations.push(`I3: ${name} got a snapshot at ${head} that differs from the log`);
  }
}

const ending = new Set(['order.rejected', 'order.completed', 'order.cancelled', 'order.expired']);

/** Only shops that have a screen can show anything. */
function checkArrivals({ records, screens, healedAt, onScreenWithinMs }: History, report: Report): void {
  const live = screens.filter(screen => screen.isLive);
  const shops = new Set(live.map(screen => screen.shop));
  const shopOf = new Map(
    records.flatMap(record => (record.type === 'invoke' ? [[record.key, record.shop] as const] : [])),
  );
  const shownAt = firstShown(screens.flatMap(screen => screen.entries));
  const isBefore = new Set<string>();
  for (const record of records) {
    if (record.type !== 'ok' || !shops.has(shopOf.get(record.key) ?? '')) continue;
    if (record.at <= healedAt) isBefore.add(record.order);
    const at = shownAt.get(record.order);
    if (at === undefined) {
      report.violations.push(`I7: order ${record.order} was on no screen`);
      continue;
    }
    report.stalestMs = Math.max(report.stalestMs, at - record.at);
    const lateMs = at - Math.max(record.at, healedAt);
    if (lateMs > onScreenWithinMs)
      report.violations.push(`I7: order ${record.order} was on a screen ${lateMs} ms late`);
  }
  for (const { entries } of live) {
    for (const [order, at] of firstShown(entries)) {
      if (isBefore.has(order)) report.catchUpMs = Math.max(report.catchUpMs, at - healedAt);
    }
  }
}

/** When each order was shown first. */
function firstShown(entries: readonly ScreenEntry[]): Map<string, number> {
  const shownAt = new Map<string, number>();
  for (const entry of entries) {
    for (const order of entry.type === 'event' ? [entry.order] : entry.orders) {
      shownAt.set(order, Math.min(entry.at, shownAt.get(order) ?? Number.POSITIVE_INFINITY));
    }
  }
  return shownAt;
}
