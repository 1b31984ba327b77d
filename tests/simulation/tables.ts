import type { Dish, Hours, KeyRole, Later, Order } from '../../functions/domain/frames.ts';
import type { StoredEvent } from '../../functions/domain/ports.ts';
import { openingOf } from './model-opening.ts';
import type { Random } from './random.ts';

/*
 * The tables of db/migrations, as Maps. Rows are never changed but replaced, so that a backup is a copy of the Maps.
 * Times are milliseconds since 1970.
 */

/** A further key of a shop, beside the one that its owner's call made. */
export interface KeyRow {
  readonly keyId: string;
  readonly name: string;
  readonly role: KeyRole;
  readonly hash: string;
}

export interface ShopRow {
  readonly id: string;
  readonly open: boolean;
  readonly pausedUntil: number | undefined;
  readonly timeZone: string;
  readonly hours: Hours;
  /** When the hours will have opened or closed it; `undefined`: they are all hours. */
  readonly hoursChangeAt: number | undefined;
  readonly pickup: boolean;
  readonly later: Later | null;
  readonly autoAccept: boolean;
  readonly prepMinutes: number;
  readonly busyMinutes: number;
  readonly acceptMinutes: number;
  readonly keyHash: Uint8Array;
  readonly keyVersion: number;
  readonly moreKeys: readonly KeyRow[];
  /** Keys are numbered: that of the owner's call, and the last one. */
  readonly ownKey: number;
  readonly lastKey: number;
  readonly version: number;
  readonly hasWebhook: boolean;
  readonly dishes: readonly Dish[];
}

export interface StreamRow {
  readonly epoch: string;
  readonly head: number;
  readonly minSeq: number;
  readonly lastAt: number;
  readonly day: number;
  readonly number: number;
}

export interface OrderRow {
  readonly order: Order;
  readonly placedAt: number;
  readonly updatedAt: number;
  readonly placedSeq: number;
  readonly acceptBy: number;
  readonly remindedAt: number | undefined;
  /** Since when an order for later waits that waited for the shop to open. */
  readonly waitsFrom: number | undefined;
  /** What was said first, where it has been moved since. */
  readonly firstAcceptBy: number | undefined;
}

export interface ConnectionRow {
  readonly id: string;
  readonly state: 'new' | 'bound' | 'closed';
  readonly role: 'shop' | 'customer' | undefined;
  readonly shop: string | undefined;
  readonly device: string | undefined;
  /** 0: the key was revoked. */
  readonly keyVersion: number | undefined;
  readonly keyId: string | undefined;
  readonly openedAt: number;
  readonly boundAt: number | undefined;
  readonly expiresAt: number;
  readonly epoch: string | undefined;
  readonly ackedSeq: number | undefined;
  readonly pageSeq: number | undefined;
  readonly pushAfter: number | undefined;
  readonly pushTries: number;
  /** The orders it follows, with the time since when. */
  readonly follows: ReadonlyMap<string, number>;
  /** Those of them that it follows by a read-only link alone. */
  readonly readOnly: ReadonlySet<string>;
  /** By order, which version the last ping was answered with, and when. */
  told: ReadonlyMap<string, { version: number; at: number }>;
  /** The shop whose menu it follows. */
  readonly visits: string | undefined;
}

export interface EscalationRow {
  readonly id: string;
  readonly shop: string;
  readonly since: number;
  readonly tries: number;
  readonly nextAt: number;
  readonly done: 'delivered' | 'dead' | undefined;
}

export interface Tables {
  shops: Map<string, ShopRow>;
  streams: Map<string, StreamRow>;
  /** How far any device of a shop has acknowledged its log. */
  acks: Map<string, number>;
  keys: Map<string, { bodyHash: string; orderId: string }>;
  orders: Map<string, OrderRow>;
  /** By shop; the first one is the one at `minSeq`. */
  events: Map<string, StoredEvent[]>;
  /** By scope and id. */
  commands: Map<string, { contentHash: string; outcome: string }>;
  connections: Map<string, ConnectionRow>;
  /** By order, the device that prints it. */
  printClaims: Map<string, string>;
  /** By shop, what its visitors were told last: its version and whether it was online. */
  visitorNews: Map<string, string>;
  escalations: Map<string, EscalationRow>;
}

/** A database in memory: its tables, its clock, its chance. */
export interface ModelDatabase {
  tables: Tables;
  now(): number;
  random: Random;
}

/** An empty database. */
export function modelDatabase(now: () => number, random: Random): ModelDatabase {
  const tables: Tables = {
    shops: new Map(),
    streams: new Map(),
    acks: new Map(),
    keys: new Map(),
    orders: new Map(),
    events: new Map(),
    commands: new Map(),
    connections: new Map(),
    printClaims: new Map(),
    visitorNews: new Map(),
    escalations: new Map(),
  };
  return { tables, now, random };
}

/** A copy that later changes do not reach. */
export function copyOf(tables: Tables): Tables {
  return {
    shops: new Map(tables.shops),
    streams: new Map(tables.streams),
    acks: new Map(tables.acks),
    keys: new Map(tables.keys),
    orders: new Map(tables.orders),
    events: new Map([...tables.events].map(([shop, log]) => [shop, [...log]])),
    commands: new Map(tables.commands),
    connections: new Map(tables.connections),
    printClaims: new Map(tables.printClaims),
    visitorNews: new Map(tables.visitorNews),
    escalations: new Map(tables.escalations),
  };
}

/** A row that has to be there. */
export function rowOf<Row>(table: ReadonlyMap<string, Row>, id: string): Row {
  const row = table.get(id);
  if (row === undefined) throw new Error(`there is no row ${id}`);
  return row;
}

/** The event of a shop's log with that number, if it is still kept. */
export function eventAt({ tables }: ModelDatabase, shop: string, seq: number): StoredEvent | undefined {
  return tables.events.get(shop)?.[seq - rowOf(tables.streams, shop).minSeq];
}

/** Bytes as text, to compare and to keep. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** `live_screens`: bound with the shop's present key, and the lease is not over. */
export function liveScreens({ tables, now }: ModelDatabase, shop: string): ConnectionRow[] {
  const keyVersion = tables.shops.get(shop)?.keyVersion;
  return [...tables.connections.values()].filter(
    row =>
      row.state === 'bound' &&
      row.role === 'shop' &&
      row.shop === shop &&
      row.expiresAt > now() &&
      row.keyVersion === keyVersion,
  );
}

/** `live_visitors`. */
export function liveVisitors({ tables, now }: ModelDatabase, shop: string): ConnectionRow[] {
  return [...tables.connections.values()].filter(
    row => row.state === 'bound' && row.visits === shop && row.expiresAt > now(),
  );
}

/** What no shop here changes: delivery to everywhere, for nothing. */
const usualTerms = {
  delivery: { minimumCents: 0, feeCents: 0, freeFromCents: null, areas: [] },
  discounts: [],
  about: {},
};

/** `shop_json`. */
export function shopJson(database: ModelDatabase, row: ShopRow) {
  const { id, open, pausedUntil, prepMinutes, busyMinutes, version, autoAccept, acceptMinutes, dishes } = row;
  const { isOpen, opensAt, closesAt } = openingOf(row, database.now());
  const opening = {
    open: isOpen,
    pausedUntil: timeOf(pausedUntil),
    opensAt: timeOf(opensAt),
    closesAt: timeOf(closesAt),
  };
  const { timeZone, hours, pickup, later } = row;
  const shop = {
    id,
    name: id,
    currency: 'CNY',
    timeZone,
    ...opening,
    online: liveScreens(database, id).length > 0,
  };
  return {
    ...shop,
    ...usualTerms,
    hours,
    pickup,
    later,
    isSwitchedOn: open,
    prepMinutes,
    busyMinutes,
    version,
    autoAccept,
    acceptMinutes,
    dishes,
  };
}

function timeOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

/** Puts a backup in place of everything. The Maps stay the same ones. */
export function restore(tables: Tables, backup: Tables): void {
  const copy = copyOf(backup);
  const refill = <Key, Row>(table: Map<Key, Row>, rows: Map<Key, Row>) => {
    table.clear();
    for (const [key, row] of rows) table.set(key, row);
  };
  refill(tables.shops, copy.shops);
  refill(tables.streams, copy.streams);
  refill(tables.acks, copy.acks);
  refill(tables.keys, copy.keys);
  refill(tables.orders, copy.orders);
  refill(tables.events, copy.events);
  refill(tables.commands, copy.commands);
  refill(tables.connections, copy.connections);
  refill(tables.printClaims, copy.printClaims);
  refill(tables.visitorNews, copy.visitorNews);
  refill(tables.escalations, copy.escalations);
}
