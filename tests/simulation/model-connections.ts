import { MAX_ORDERS_PER_CONNECTION } from '../../functions/domain/frames.ts';
import type {
  Bound,
  ClaimedCursor,
  Connections,
  Subscriptions,
  Touched,
  TouchedScreen,
} from '../../functions/domain/ports.ts';
import { LEASE_SECONDS, TOLD_AGAIN_SECONDS } from '../../functions/domain/server-frame.ts';
import type { Sync } from './invocation.ts';
import { keysOf } from './model-shops.ts';
import { type ConnectionRow, eventAt, liveScreens, liveVisitors, type ModelDatabase, rowOf } from './tables.ts';

const LEASE_MS = LEASE_SECONDS * 1_000;

/** How many connections a shop and an order may have, and how many visitors a shop. */
export interface Caps {
  perShop: number;
  perOrder: number;
  visitorsPerShop: number;
}

/** Connections as db/connections/postgres.ts keeps them; addresses are nobody's here. */
export function modelConnections({ tables, now }: ModelDatabase): Sync<Connections> {
  return {
    add({ id }) {
      const known = tables.connections.get(id);
      if (known === undefined) tables.connections.set(id, newRow(id, now(), 30_000));
      return known?.state === 'closed' ? 'closed' : 'added';
    },
    remove(id) {
      close(tables.connections, tables.connections.get(id) ?? newRow(id, now(), 0));
    },
    prune(id) {
      const row = tables.connections.get(id);
      if (row !== undefined && row.openedAt < now() - 5_000) close(tables.connections, row);
    },
  };
}

/** Leases, cursors and claims as 004-connections.sql keeps them. */
export function modelSubscriptions(database: ModelDatabase, caps: Caps): Sync<Subscriptions> {
  const { tables, now } = database;
  const change = (id: string, part: Partial<ConnectionRow>) => {
    const row = tables.connections.get(id);
    if (row !== undefined) tables.connections.set(id, { ...row, ...part });
  };

  /** What both ways of binding have in common: the row, the cap, the refusals. */
  function bind(id: string, others: ConnectionRow[], cap: number, mayBe: (row: ConnectionRow) => boolean): Bound {
    if (!tables.connections.has(id)) tables.connections.set(id, newRow(id, now(), LEASE_MS));
    const row = rowOf(tables.connections, id);
    if (row.state === 'closed') return { outcome: 'closed', replaced: [] };
    if (row.state === 'bound' && !mayBe(row)) return { outcome: 'taken', replaced: [] };
    const newestFirst = others.sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? -1 : 1));
    return {
      outcome: 'bound',
      replaced: newestFirst
        .slice(cap - 1)
        .reverse()
        .map(other => other.id),
    };
  }

  return {
    bindScreen({ id, shop, device, keyId }) {
      const row = rowOf(tables.shops, shop);
      const { keyVersion } = row;
      if (!keysOf(row).some(key => key.keyId === keyId)) return { outcome: 'revoked', replaced: [] };
      const others = liveScreens(database, shop).filter(row => row.id !== id);
      const bound = bind(id, others, caps.perShop, row => row.role === 'shop' && row.shop === shop);
      if (bound.outcome !== 'bound') return bound;
      change(id, { state: 'bound', role: 'shop', shop, device, keyVersion, keyId });
      change(id, { boundAt: now(), expiresAt: now() + LEASE_MS });
      change(id, { epoch: undefined, ackedSeq: undefined, pageSeq: undefined, pushAfter: undefined, pushTries: 0 });
      for (const other of bound.replaced) close(tables.connections, rowOf(tables.connections, other));
      return bound;
    },

    revokedScreens(shop) {
      const { keyVersion } = rowOf(tables.shops, shop);
      return [...tables.connections.values()]
        .filter(row => row.state === 'bound' && row.role === 'shop' && row.shop === shop)
        .filter(row => (row.keyVersion ?? 0) < keyVersion)
        .map(({ id }) => id);
    },

    followOrder({ id, order, isReadOnly }) {
      const others = followers(database, order).filter(row => row.id !== id && row.readOnly.has(order) === isReadOnly);
      const bound = bind(id, others, caps.perOrder, row => row.role === 'customer');
      if (bound.outcome !== 'bound') return bound;
      const { follows, readOnly } = rowOf(tables.connections, id);
      if (!follows.has(order) && follows.size >= MAX_ORDERS_PER_CONNECTION) return { outcome: 'full', replaced: [] };
      const since = follows.get(order) ?? now();
      const staysReadOnly = isReadOnly && (readOnly.has(order) || !follows.has(order));
      change(id, {
        state: 'bound',
        role: 'customer',
        expiresAt: now() + LEASE_MS,
        follows: new Map(follows).set(order, since),
        readOnly: new Set([...readOnly].filter(each => each !== order).concat(staysReadOnly ? order : [])),
      });
      for (const other of bound.replaced) close(tables.connections, rowOf(tables.connections, other));
      return bound;
    },

    visitShop({ id, shop }) {
      const bound = bind(id, [], 1, row => row.role === 'customer');
      if (bound.outcome !== 'bound') return bound;
      const others = liveVisitors(database, shop).filter(row => row.id !== id);
      if (others.length >= caps.visitorsPerShop) return { outcome: 'full', replaced: [] };
      change(id, { state: 'bound', role: 'customer', visits: shop, expiresAt: now() + LEASE_MS });
      return bound;
    },

    visitorsOf: shop => liveVisitors(database, shop).map(({ id }) => id),
    visitedVersion: id => tables.shops.get(tables.connections.get(id)?.visits ?? '')?.version,
    touch: (id, cursor) => touch(database, id, cursor),
    startSnapshot: (id, epoch) => change(id, { epoch, ackedSeq: undefined, pageSeq: undefined }),
    setPage: (id, pageSeq) => change(id, { pageSeq }),
    turnPage(id, from, to) {
      if (tables.connections.get(id)?.pageSeq !== from) return false;
      change(id, { pageSeq: to });
      return true;
    },
    screensOf: shop => liveScreens(database, shop).map(({ id }) => id),
    followersOf: (_shop, order) =>
      followers(database, order).map(({ id, readOnly }) => ({ id, isReadOnly: readOnly.has(order) })),
    ordersToTell(id) {
      const row = tables.connections.get(id);
      if (row === undefined) return [];
      const told = new Map(row.told);
      const due = [...row.follows.keys()].flatMap(orderId => {
        const order = tables.orders.get(orderId)?.order;
        const last = told.get(orderId);
        const isDue = last?.version !== order?.version || now() - (last?.at ?? 0) > TOLD_AGAIN_SECONDS * 1_000;
        if (order === undefined || !isDue) return [];
        told.set(orderId, { version: order.version, at: now() });
        return [{ order: JSON.stringify(order), isReadOnly: row.readOnly.has(orderId) }];
      });
      change(id, { told });
      return due;
    },
    followedBy(id) {
      const row = tables.connections.get(id);
      return [...(row?.follows.keys() ?? [])].flatMap(orderId => {
        const order = tables.orders.get(orderId)?.order;
        const isReadOnly = row?.readOnly.has(orderId) === true;
        return order === undefined ? [] : [{ id: orderId, shop: order.shop, order: JSON.stringify(order), isReadOnly }];
      });
    },
    followsAny: id => (tables.connections.get(id)?.follows.size ?? 0) > 0,
  };
}

/** `touch_connection`. */
function touch(database: ModelDatabase, id: string, cursor: ClaimedCursor | undefined): Touched {
  const { tables, now } = database;
  const before = tables.connections.get(id);
  if (before?.state !== 'bound') return { state: 'unknown' };
  const row = { ...before, expiresAt: now() + LEASE_MS };
  tables.connections.set(id, row);
  if (row.role === 'customer' || row.shop === undefined) return { state: 'customer' };
  const shop = rowOf(tables.shops, row.shop);
  if (shop.keyVersion !== row.keyVersion) return { state: 'revoked' };
  const { epoch, head } = rowOf(tables.streams, shop.id);
  const touched: TouchedScreen = {
    state: 'shop',
    shop: shop.id,
    role: keysOf(shop).find(({ keyId }) => keyId === row.keyId)?.role ?? 'display',
    epoch,
    head,
    shopVersion: shop.version,
    autoAccept: shop.autoAccept,
    cursor: 'none',
    pageSeq: row.pageSeq,
    ackedFrom: undefined,
  };
  if (cursor === undefined) return touched;
  const { after } = cursor;
  if (cursor.epoch === undefined && row.ackedSeq !== undefined && after <= row.ackedSeq) {
    return { ...touched, cursor: 'kept' };
  }
  const judged = judge(database, row, cursor);
  if (judged !== 'kept') return { ...touched, cursor: judged };
  if (row.ackedSeq === undefined || row.ackedSeq < after || row.epoch !== epoch) {
    tables.connections.set(id, { ...row, ackedSeq: after, epoch, pushAfter: undefined, pushTries: 0 });
  }
  const ackedFrom = rowOf(tables.acks, shop.id);
  if (after === 0 || ackedFrom >= after) return { ...touched, cursor: judged };
  tables.acks.set(shop.id, after);
  return { ...touched, cursor: judged, ackedFrom };
}

function judge(
  database: ModelDatabase,
  row: ConnectionRow,
  { epoch, after, lastId }: ClaimedCursor,
): TouchedScreen['cursor'] {
  const shop = row.shop ?? '';
  const stream = rowOf(database.tables.streams, shop);
  if ((epoch ?? row.epoch ?? stream.epoch) !== stream.epoch) return 'lost';
  if (after > stream.head) return 'beyond';
  if (after === 0 && stream.minSeq === 1) return 'kept';
  const event = eventAt(database, shop, after);
  return event !== undefined && event.id === (lastId ?? event.id) ? 'kept' : 'lost';
}

function followers({ tables, now }: ModelDatabase, order: string): ConnectionRow[] {
  return [...tables.connections.values()].filter(
    row => row.state === 'bound' && row.expiresAt > now() && row.follows.has(order),
  );
}

function close(connections: Map<string, ConnectionRow>, row: ConnectionRow): void {
  connections.set(row.id, { ...row, state: 'closed' });
}

function newRow(id: string, now: number, leaseMs: number): ConnectionRow {
  return {
    id,
    state: 'new',
    role: undefined,
    shop: undefined,
    device: undefined,
    keyVersion: undefined,
    keyId: undefined,
    openedAt: now,
    boundAt: undefined,
    expiresAt: now + leaseMs,
    epoch: undefined,
    ackedSeq: undefined,
    pageSeq: undefined,
    pushAfter: undefined,
    pushTries: 0,
    follows: new Map(),
    readOnly: new Set(),
    told: new Map(),
    visits: undefined,
  };
}
