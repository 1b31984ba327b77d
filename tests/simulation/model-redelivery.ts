import type { Audit, Redelivery, Stale, VisitorNews } from '../../functions/domain/redelivery.ts';
import { nextChange } from '../support/model-hours.ts';
import type { Sync } from './invocation.ts';
import { moveOrder } from './model-orders.ts';
import { reckonWaits } from './model-selling.ts';
import { modelShops } from './model-shops.ts';
import { type ConnectionRow, liveScreens, liveVisitors, type ModelDatabase, rowOf } from './tables.ts';

const SECOND_MS = 1_000;

/** What the timer works off, as 034-shop-by-shop.sql and 037-presence-by-shop.sql have it. Nothing is older than a day here: no log is cut by itself. */
export function modelRedelivery(database: ModelDatabase): Sync<Redelivery> {
  const { tables, now, random } = database;
  const { connections } = tables;
  return {
    // The clock of the simulation only goes on.
    settleClock: () => undefined,

    claimOverdue(limit) {
      const due = [...connections.values()]
        .filter(row => isOverdue(database, row))
        .sort((a, b) => (a.pushAfter ?? 0) - (b.pushAfter ?? 0))
        .slice(0, limit);
      return due.map(row => {
        connections.set(row.id, { ...row, pushAfter: now() + 10 * SECOND_MS, pushTries: row.pushTries + 1 });
        const shop = row.shop ?? '';
        const { epoch, head } = rowOf(tables.streams, shop);
        return { connectionId: row.id, shop, epoch, head, ackedSeq: row.ackedSeq };
      });
    },

    settleOverdue(screens) {
      for (const { connectionId: id } of screens) {
        const row = connections.get(id);
        if (row?.pushAfter === undefined) continue;
        const seconds = 15 * 2 ** Math.min(4, Math.max(0, row.pushTries - 30)) * (0.8 + 0.2 * random.next());
        connections.set(id, { ...row, pushAfter: now() + seconds * SECOND_MS });
      }
    },

    releaseOverdue(id) {
      const row = connections.get(id);
      if (row?.pushAfter === undefined) return;
      connections.set(id, { ...row, pushAfter: now(), pushTries: Math.max(0, row.pushTries - 1) });
    },

    closeStale(limit) {
      const stale: Stale[] = [];
      for (const row of connections.values()) {
        const why = staleBecause(database, row);
        if (why !== undefined && stale.length < limit) stale.push({ connectionId: row.id, why });
      }
      for (const { connectionId } of stale) {
        connections.set(connectionId, { ...rowOf(connections, connectionId), state: 'closed' });
      }
      return stale;
    },

    reopenShops(limit) {
      const isPast = (at: number | undefined) => at !== undefined && at <= now();
      const over = [...tables.shops.values()].filter(shop => isPast(shop.pausedUntil) || isPast(shop.hoursChangeAt));
      for (const shop of over.slice(0, limit)) {
        const changed = isPast(shop.pausedUntil)
          ? { open: true, pausedUntil: undefined }
          : { hoursChangeAt: nextChange(shop, now()) ?? now() + 7 * 86_400 * SECOND_MS };
        tables.shops.set(shop.id, { ...shop, ...changed, version: shop.version + 1 });
        reckonWaits(database, shop.id);
      }
      return over.slice(0, limit).map(({ id }) => id);
    },

    expireOrders(limit) {
      const due = [...tables.orders.values()]
        .filter(({ order, acceptBy }) => order.status === 'placed' && acceptBy <= now())
        .sort((a, b) => a.acceptBy - b.acceptBy);
      return due.slice(0, limit).map(row => moveOrder(database, row, 'expired', 'expired', 0));
    },

    escalate() {
      const noted = [];
      for (const { order, placedSeq, placedAt } of tables.orders.values()) {
        const reached = placedSeq <= rowOf(tables.acks, order.shop);
        if (order.status !== 'placed' || reached || placedAt >= now() - 70 * SECOND_MS) continue;
        if (tables.escalations.has(order.id)) continue;
        const { hasWebhook } = rowOf(tables.shops, order.shop);
        const times = { since: now(), nextAt: now(), tries: 0 };
        const done = hasWebhook ? undefined : ('dead' as const);
        tables.escalations.set(order.id, { id: random.uuid(), shop: order.shop, ...times, done });
        noted.push({ orderId: order.id, shop: order.shop, hasWebhook });
      }
      return noted;
    },

    claimEscalations(limit) {
      const due = [...tables.escalations].filter(([, row]) => row.done === undefined && row.nextAt <= now());
      return due.slice(0, limit).map(([orderId, row]) => {
        const tries = row.tries + 1;
        tables.escalations.set(orderId, { ...row, tries, nextAt: now() + 10 * SECOND_MS });
        const order = JSON.stringify(rowOf(tables.orders, orderId).order);
        const { id, shop, since } = row;
        const url = 'https://shop.example/hook';
        return { orderId, id, shop, tries, url, secret: SECRET, order, since: new Date(since).toISOString() };
      });
    },

    settleEscalation({ orderId }, error) {
      const row = tables.escalations.get(orderId);
      if (row === undefined) return { isDead: false };
      const done = error === undefined ? ('delivered' as const) : row.tries >= 8 ? ('dead' as const) : undefined;
      const nextAt = now() + 10 * 2 ** (row.tries - 1) * SECOND_MS;
      tables.escalations.set(orderId, { ...row, done, nextAt });
      return { isDead: done === 'dead' };
    },

    claimVisitorNews(limit) {
      const news: VisitorNews[] = [];
      for (const shop of tables.shops.values()) {
        const visitors = liveVisitors(database, shop.id).map(({ id }) => id);
        const present = `${shop.version} ${liveScreens(database, shop.id).length > 0}`;
        if (visitors.length === 0 || tables.visitorNews.get(shop.id) === present || news.length === limit) continue;
        tables.visitorNews.set(shop.id, present);
        const text = modelShops(database).forVisitors(shop.id);
        if (text !== undefined) news.push({ visitors, text });
      }
      return news;
    },

    cutLogs: () => 0,
    audit: () => audit(database),
  };
}

/** Of no use to anybody: the webhooks of this model go nowhere. */
const SECRET = `whsec_${Buffer.alloc(24).toString('base64')}`;

function isOverdue({ tables, now }: ModelDatabase, row: ConnectionRow): boolean {
  const { state, role, shop, expiresAt, keyVersion, pushAfter, ackedSeq, boundAt } = row;
  if (state !== 'bound' || role !== 'shop' || shop === undefined || expiresAt <= now()) return false;
  if (keyVersion !== rowOf(tables.shops, shop).keyVersion || (pushAfter !== undefined && pushAfter > now()))
    return false;
  if (ackedSeq === undefined) return (boundAt ?? 0) < now() - 5 * SECOND_MS;
  const { minSeq } = rowOf(tables.streams, shop);
  return rowOf(tables.events, shop)
    .slice(Math.max(0, ackedSeq + 1 - minSeq))
    .some(({ type, at }) => Date.parse(at) < now() - (type === 'order.placed' ? 3 : 35) * SECOND_MS);
}

function staleBecause({ tables, now }: ModelDatabase, row: ConnectionRow): Stale['why'] | undefined {
  if (row.state === 'new') return row.openedAt < now() - 10 * SECOND_MS ? 'unbound' : undefined;
  if (row.state !== 'bound') return undefined;
  if (row.expiresAt < now() - 3_600 * SECOND_MS) return 'lapsed';
  const isOfShop = row.role === 'shop' && row.shop !== undefined;
  return isOfShop && (row.keyVersion ?? 0) < rowOf(tables.shops, row.shop ?? '').keyVersion ? 'revoked' : undefined;
}

function audit({ tables }: ModelDatabase): Audit {
  let [gaps, headMismatches, ordersWithoutEvent] = [0, 0, 0];
  for (const [shop, { head, minSeq }] of tables.streams) {
    const log = rowOf(tables.events, shop);
    gaps += log.filter(({ seq }, index) => seq !== minSeq + index).length;
    if (head !== (log.at(-1)?.seq ?? minSeq - 1)) headMismatches += 1;
    for (const { order, placedSeq } of tables.orders.values()) {
      if (order.shop !== shop || placedSeq < minSeq) continue;
      if (log[placedSeq - minSeq]?.orderId !== order.id) ordersWithoutEvent += 1;
    }
  }
  return { gaps, headMismatches, ordersWithoutEvent, stuckOrders: 0 };
}
