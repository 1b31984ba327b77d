import type { Dish, Later } from '../../functions/domain/frames.ts';
import type { Installation } from '../../functions/domain/installation.ts';
import type { Shops, ShopText, Streams } from '../../functions/domain/ports.ts';
import type { Sync } from './invocation.ts';
import { eventAt, hexOf, type KeyRow, type ModelDatabase, rowOf, type ShopRow, shopJson } from './tables.ts';

/** Shops as db/shops.ts reads them. */
export function modelShops(database: ModelDatabase): Sync<Shops> {
  const { tables } = database;
  return {
    list: () => ({ shops: [], next: undefined, state: '' }),
    byId: () => undefined,
    slots: () => undefined,
    lastUpTo: () => undefined,
    stateOf: () => '',
    forScreens(id) {
      const row = tables.shops.get(id);
      if (row === undefined) return undefined;
      return textOf(shopJson(database, row));
    },
    forVisitors(id) {
      const row = tables.shops.get(id);
      if (row === undefined) return undefined;
      const { autoAccept: _, acceptMinutes: __, ...shop } = shopJson(database, row);
      return textOf(shop);
    },
    exists: id => tables.shops.has(id),
    keyOf(id, hash) {
      const row = tables.shops.get(id);
      const found = row && keysOf(row).find(key => key.hash === hexOf(hash));
      return found && { keyId: found.keyId, name: found.name, role: found.role };
    },
    keys: () => '[]',
  };
}

/** A shop's keys: the one that its owner's call made, and those that managers have made since. */
export function keysOf({ id, keyHash, ownKey, moreKeys }: ShopRow): readonly KeyRow[] {
  return [{ keyId: `${id}.${ownKey}`, name: '', role: 'manager', hash: hexOf(keyHash) }, ...moreKeys];
}

function textOf<Shop extends { dishes: readonly Dish[] }>(shop: Shop): ShopText {
  const { dishes: _, ...small } = shop;
  return { full: JSON.stringify(shop), withoutDishes: JSON.stringify(small) };
}

/** Shops' logs as db/streams.ts reads them. */
export function modelStreams(database: ModelDatabase): Sync<Streams> {
  const { tables } = database;
  return {
    page(shop, after, limit) {
      const { epoch, minSeq } = rowOf(tables.streams, shop);
      const from = Math.max(0, after + 1 - minSeq);
      return rowOf(tables.events, shop)
        .slice(from, from + limit)
        .map(event => (event.epoch === epoch ? event : { ...event, epoch }));
    },
    openOrders(shop) {
      const { epoch, head } = rowOf(tables.streams, shop);
      const open = [...tables.orders.values()]
        .filter(({ order }) => order.shop === shop && ['placed', 'accepted', 'ready'].includes(order.status))
        .sort((a, b) => a.placedSeq - b.placedSeq);
      const orders = open.map(({ order }) => JSON.stringify(order));
      return { epoch, head, lastId: eventAt(database, shop, head)?.id, orders };
    },
    order(id, shop) {
      const row = tables.orders.get(id.toLowerCase());
      return row === undefined || row.order.shop !== (shop ?? row.order.shop)
        ? undefined
        : { shop: row.order.shop, order: JSON.stringify(row.order) };
    },
  };
}

/** As much of db/installation.ts as `init_db` needs for keys and epochs. */
export function modelInstallation({ tables, random }: ModelDatabase): Sync<Installation> {
  return {
    migrate: () => ({ version: 1, applied: [] }),
    upsertShop: () => false,
    eraseCustomer: () => ({ orders: 0, open: 0 }),
    rotateKey(id, keyHash) {
      const shop = tables.shops.get(id);
      if (shop === undefined) return undefined;
      const ownKey = shop.lastKey + 1;
      const keyVersion = shop.keyVersion + 1;
      tables.shops.set(id, { ...shop, keyHash, keyVersion, ownKey, lastKey: ownKey, moreKeys: [] });
      const revoked = [...tables.connections.values()].filter(
        row => row.state === 'bound' && row.role === 'shop' && row.shop === id,
      );
      return revoked.map(row => row.id);
    },
    makeKey: () => '',
    revokeKey: () => [],
    keys: () => undefined,
    newEpoch() {
      for (const [shop, stream] of tables.streams) tables.streams.set(shop, { ...stream, epoch: random.uuid() });
      return tables.streams.size;
    },
  };
}

/** What a shop of this model is like unless it is said. */
export interface ModelShop {
  id: string;
  keyHash: Uint8Array;
  autoAccept?: boolean;
  hasWebhook?: boolean;
  dishes?: readonly Dish[];
  timeZone?: string;
  pickup?: boolean;
  later?: Later | null;
}

/** Installs a shop with an empty log. */
export function installShop({ tables, random }: ModelDatabase, shop: ModelShop): void {
  const { id, keyHash, autoAccept = false, hasWebhook = false, dishes = menu } = shop;
  const { timeZone = 'Etc/GMT-8', pickup = false, later = null } = shop;
  const settings = {
    open: true,
    pausedUntil: undefined,
    timeZone,
    hours: { week: [[], [], [], [], [], [], []], exceptions: [] },
    hoursChangeAt: undefined,
    pickup,
    later,
    prepMinutes: 15,
    busyMinutes: 0,
    acceptMinutes: 5,
    keyVersion: 1,
    ownKey: 1,
    lastKey: 1,
    moreKeys: [],
    version: 1,
  };
  tables.shops.set(id, { id, keyHash, autoAccept, hasWebhook, dishes, ...settings });
  const epoch = random.uuid();
  tables.streams.set(id, { epoch, head: 0, minSeq: 1, lastAt: 0, day: 0, number: 0 });
  tables.acks.set(id, 0);
  tables.events.set(id, []);
}

/** Cuts a shop's log: what is below `minSeq` is no longer kept, but the last event always is. */
export function cutLog({ tables }: ModelDatabase, shop: string, minSeq: number): void {
  const stream = rowOf(tables.streams, shop);
  const from = Math.min(Math.max(minSeq, stream.minSeq), Math.max(1, stream.head));
  tables.events.set(shop, rowOf(tables.events, shop).slice(from - stream.minSeq));
  tables.streams.set(shop, { ...stream, minSeq: from });
}

/** What every shop here sells; a bowl of tofu is mild or hot. */
export const menu: readonly Dish[] = [
  { id: 'rice', name: '米饭', category: '主食', priceCents: 200, available: true },
  {
    id: 'tofu',
    name: '麻婆豆腐',
    category: '热菜',
    priceCents: 2_200,
    available: true,
    options: [
      {
        id: 'spice',
        name: '辣度',
        min: 1,
        max: 1,
        choices: [
          { id: 'mild', name: '微辣', priceCents: 0, available: true, max: 1 },
          { id: 'hot', name: '特辣', priceCents: 100, available: true, max: 1 },
        ],
      },
    ],
  },
];
