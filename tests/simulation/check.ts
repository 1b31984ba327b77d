import type { Order, ResultFrame } from '../../functions/domain/frames.ts';
import { sellingOf } from './check-selling.ts';
import { keyHashOf } from './functions.ts';
import { keysOf } from './model-shops.ts';
import type { Kind } from './schedule.ts';
import type { Screen } from './screen.ts';
import type { SimulatedSystem } from './system.ts';
import { eventAt, hexOf, rowOf } from './tables.ts';

/** What screens, and customers where they are asked about too, still lack. Empty once everything has drained. */
export function differencesOf(world: SimulatedSystem, alsoCustomers: boolean): string[] {
  const differences = world.screens.map(screen => lackOf(world, screen)).filter(text => text !== undefined);
  if (!alsoCustomers) return differences;
  for (const customer of [...world.customers, ...world.viewers]) {
    for (const order of [...customer.placed.map(each => each.order.id), ...customer.links.map(each => each.order)]) {
      const now = world.database.tables.orders.get(order)?.order;
      if (now === undefined || world.wasRestored()) continue;
      const seen = customer.stream().orders.get(order);
      if (!isFollowed(customer.stream().following, order)) continue;
      if (seen?.version !== now.version)
        differences.push(`${customer.name} sees version ${seen?.version} of ${order}, it is ${now.version}`);
    }
    if (customer.stream().outbox.length > 0 && !world.wasRestored())
      differences.push(`${customer.name} waits for a result`);
  }
  return differences;
}

/** Open orders that a screen of their shop does not show at all. */
export function ordersMissing({ screens, database }: SimulatedSystem): string[] {
  return screens.flatMap(screen =>
    openOrders(database.tables.orders.values(), screen.shop)
      .filter(({ id }) => !screen.state().orders.has(id))
      .map(({ id }) => `${screen.name} does not show ${id}`),
  );
}

function isFollowed(following: readonly { order: string }[], id: string): boolean {
  return following.some(({ order }) => order === id);
}

function lackOf({ database }: SimulatedSystem, screen: Screen): string | undefined {
  const { link, cursor, mode, outbox } = screen.state();
  const { epoch, head } = rowOf(database.tables.streams, screen.shop);
  if (link.phase !== 'live') return `${screen.name} is ${link.phase} (${link.stoppedBy ?? 'by itself'})`;
  if (mode !== 'log' || cursor?.epoch !== epoch || !knowsUpTo(head))
    return `${screen.name} is at ${cursor?.after} of ${cursor?.epoch} (${mode}), the log at ${head} of ${epoch}`;
  if (outbox.length > 0) return `${screen.name} waits for ${outbox.length} results`;
  const [held, kept] = [shown(screen.openOrders()), shown(openOrders(database.tables.orders.values(), screen.shop))];
  return held === kept ? undefined : `${screen.name} shows ${held || 'nothing'}; open are ${kept || 'none'}`;

  /** What the results of its own commands said need not come as events. */
  function knowsUpTo(head: number): boolean {
    for (let seq = (cursor?.after ?? 0) + 1; seq <= head; seq++) {
      const event = eventAt(database, screen.shop, seq);
      if (event === undefined || event.type === 'order.reminded') return false;
      const { version } = JSON.parse(event.order) as Order;
      if ((screen.state().orders.get(event.orderId)?.version ?? 0) < version) return false;
    }
    return true;
  }
}

function openOrders(rows: Iterable<{ order: Order }>, shop: string): Order[] {
  return [...rows]
    .map(({ order }) => order)
    .filter(order => order.shop === shop && ['placed', 'accepted', 'ready'].includes(order.status));
}

function shown(orders: Order[]): string {
  return orders
    .map(({ id, version, status }) => `${id} ${version} ${status}`)
    .sort()
    .join();
}

/** I1 to I9 as far as they can be seen from here, some time after everything has drained. */
export function checkEverything(everybody: SimulatedSystem, kind: Kind, isWoken: boolean): void {
  const { problems, shops } = everybody;
  // Whose key was changed in the last moments has not been told yet, or has just stopped.
  const given = shops.filter(shop => shop.given !== undefined && isThere(everybody, shop.id, shop.given.token));
  const present = new Set([...shops.map(({ token }) => token), ...given.map(shop => shop.given?.token)]);
  const world = { ...everybody, screens: everybody.screens.filter(({ token }) => present.has(token())) };
  // Where nobody has looked at a device, a connection may have died that nobody has missed yet.
  if (isWoken || kind === 'pushes') problems.push(...differencesOf(world, isWoken).map(text => `I3, I7: ${text}`));
  problems.push(...[...ordersOf(world)].map(text => `I1, I2, I5, I6: ${text}`));
  problems.push(...[...logsOf(world)].map(text => `I3, I9: ${text}`));
  problems.push(...[...answersOf(world)].map(text => `commands: ${text}`));
  problems.push(...[...sellingOf(world)].map(text => `selling: ${text}`));
  problems.push(...[...linksOf(world)].map(text => `links: ${text}`));
  problems.push(...[...nobodyWaits(world, isWoken)].map(text => `I7: ${text}`));
}

function isThere({ database }: SimulatedSystem, shop: string, token: string): boolean {
  const hash = hexOf(keyHashOf(token));
  return keysOf(rowOf(database.tables.shops, shop)).some(key => key.hash === hash);
}

function* ordersOf({
  database,
  customers,
  lostByRestore,
  overlapping,
  wasRestored,
}: SimulatedSystem): Generator<string> {
  const { orders, keys } = database.tables;
  const byKey = new Map<string, number>();
  for (const { order } of orders.values()) {
    byKey.set(order.note ?? '', (byKey.get(order.note ?? '') ?? 0) + 1);
  }
  const keysOfShops = new Set([...keys.keys()].map(each => each.slice(each.indexOf(' ') + 1)));
  const hasMade = (key: string) => keysOfShops.has(key);
  for (const [key, count] of byKey) if (count > 1) yield `the key ${key} has made ${count} orders`;
  for (const customer of customers) {
    for (const { order } of customer.placed) {
      const kept = orders.get(order.id)?.order;
      if (kept === undefined && !lostByRestore.has(order.id)) yield `${order.id} was acknowledged and is not there`;
      if (
        kept !== undefined &&
        (kept.placedAt !== order.placedAt || kept.totalCents !== order.totalCents || order.version !== 1)
      )
        yield `${order.id} was acknowledged as another order`;
      if (kept !== undefined && keys.get(`${order.shop} ${order.note ?? ''}`)?.orderId !== order.id)
        yield `the key of ${order.id} is another’s`;
    }
    for (const key of customer.refused)
      if (hasMade(key) && !overlapping.has(key) && !wasRestored()) yield `${key} was refused and has made an order`;
  }
}

function* logsOf({ database, screens }: SimulatedSystem): Generator<string> {
  for (const screen of screens) {
    const { minSeq } = rowOf(database.tables.streams, screen.shop);
    for (const { seq, id } of screen.applied()) {
      if (seq >= minSeq && eventAt(database, screen.shop, seq)?.id !== id)
        yield `${screen.name} applied ${id} as ${seq}, the log has another`;
    }
    const last = screen.applied().at(-1);
    const { cursor } = screen.state();
    if (last !== undefined && last.seq !== cursor?.after)
      yield `${screen.name} has applied ${last.seq} and is at ${cursor?.after}`;
  }
}

/**
 * What was answered is what the table says: an answer that is repeated is the first one. A refusal comes with the order
 * as it is at that moment.
 */
function* answersOf({ database, screens, customers, wasRestored }: SimulatedSystem): Generator<string> {
  if (wasRestored()) return;
  const { commands } = database.tables;
  const check = function* (name: string, scopes: string[], results: ReadonlyMap<string, ResultFrame>) {
    for (const { type: _, id, ...said } of results.values()) {
      if (!said.ok && ['rate_limited', 'unavailable', 'not_found', 'forbidden'].includes(said.error.code)) continue;
      const kept = scopes.map(scope => commands.get(`${scope} ${id}`)?.outcome).find(text => text !== undefined);
      if (kept === undefined || comparable(JSON.parse(kept)) !== comparable(said))
        yield `${name} was told ${JSON.stringify(said)}, the table says ${kept}`;
    }
  };
  for (const screen of screens) yield* check(screen.name, [screen.shop], screen.results);
  for (const { name, placed, results } of customers)
    yield* check(
      name,
      placed.map(({ order }) => order.id),
      results,
    );
}

/** A link that is read-only does nothing to its order. */
function* linksOf({ viewers }: SimulatedSystem): Generator<string> {
  for (const { name, results } of viewers)
    for (const { id, ok } of results.values()) if (ok) yield `${name} was obeyed with command ${id}`;
}

/** The key that was made is told once, and kept nowhere. */
function comparable({ order, key: _, ...result }: { ok: boolean; order?: unknown; key?: unknown }): string {
  return JSON.stringify(result.ok ? { ...result, order } : result);
}

/** Every screen's row says how far it has got, and who has no screen is called; orders expire whoever is there. */
function* nobodyWaits({ database, screens, network, time }: SimulatedSystem, isWoken: boolean): Generator<string> {
  const { connections, streams, orders, acks, escalations } = database.tables;
  const open = network.open();
  for (const screen of screens) {
    // One that lacks nothing does not know yet that its connection is dead.
    if (!isWoken && !open.has(screen.name)) continue;
    const row = connections.get(open.get(screen.name) ?? '');
    const { head } = rowOf(streams, screen.shop);
    if (row?.state !== 'bound' || row.expiresAt <= time.now()) yield `the row of ${screen.name} is ${row?.state}`;
    else if (isSettled(eventAt(database, screen.shop, head)?.at, row.pushAfter) && row.ackedSeq !== head)
      yield `${screen.name} has acked ${row.ackedSeq} of ${head}`;
  }
  /**
   * An event is acked within 30 s, or else pushed again 35 s after it was made, at the next run of the timer; and once
   * more, when a result has told it before, for then only its repetition is acked.
   */
  function isSettled(at = '', pushAfter = 0): boolean {
    return at < new Date(time.now() - 100_000).toISOString() && pushAfter < time.now();
  }
  for (const { order, placedSeq, placedAt, acceptBy } of orders.values()) {
    if (order.status !== 'placed') continue;
    if (acceptBy < time.now() - 25_000) yield `${order.id} should have expired`;
    const isUnreached = placedSeq > rowOf(acks, order.shop) && placedAt < time.now() - 95_000;
    if (isUnreached && !escalations.has(order.id)) yield `${order.id} has reached nobody, and nobody was called`;
  }
}
