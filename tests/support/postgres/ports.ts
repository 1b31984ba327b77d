import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { postgresCommands } from '../../../db/commands.ts';
import { postgresConnections } from '../../../db/connections/postgres.ts';
import { type Database, openDatabase } from '../../../db/database.ts';
import { postgresInstallation } from '../../../db/installation.ts';
import { postgresOrders, type RateLimits } from '../../../db/orders.ts';
import { postgresReports } from '../../../db/reports.ts';
import { postgresShops } from '../../../db/shops.ts';
import { postgresStreams } from '../../../db/streams.ts';
import { type ConnectionCaps, postgresSubscriptions } from '../../../db/subscriptions.ts';
import type { ListedKey, Order } from '../../../functions/domain/frames.ts';
import type { ShopDefinition } from '../../../functions/domain/init-event.ts';
import type { Installation } from '../../../functions/domain/installation.ts';
import { canonicalOrder, type OrderRequest } from '../../../functions/domain/place-order.ts';
import type {
  Commands,
  Connections,
  Orders,
  Placement,
  PlaceOrder,
  Reports,
  Shops,
  Streams,
  Subscriptions,
} from '../../../functions/domain/ports.ts';
import { hashOf } from '../../../functions/domain/secret.ts';
import { until } from '../until.ts';
import { citusUrl, waitingOnCitus } from './citus.ts';
import { createTestDatabase } from './database.ts';
import { isOfPooler, suitePoolMode } from './suite-pooler.ts';

/** A database of its own with every port on it. */
export interface DatabasePorts {
  /** As the product reaches it. */
  url: string;
  /** Past every pooler. */
  directUrl: string;
  /** For looking and meddling, beside the ports. */
  pool: pg.Pool;
  database: Database;
  installation: Installation;
  orders: Orders;
  shops: Shops;
  streams: Streams;
  commands: Commands;
  reports: Reports;
  connections: Connections;
  subscriptions: Subscriptions;
  /** What the database layer has said about repeated statements and lost connections. */
  log: { event: string; code?: string | undefined }[];
  end(): Promise<void>;
}

/** Numbers of the wire contract unless a test says otherwise; no rate limits. */
export interface PortsSettings {
  limits?: RateLimits;
  caps?: ConnectionCaps;
  perAddress?: number;
  poolSize?: number;
  isCitusLate?: boolean;
}

/** Opens one. A test file ends it in `afterAll`. */
export async function openPorts(settings: PortsSettings = {}): Promise<DatabasePorts> {
  const {
    limits,
    caps = { perShop: 20, perOrder: 10, visitorsPerShop: 200 },
    perAddress = 200,
    poolSize = 16,
    isCitusLate = false,
  } = settings;
  const { url, directUrl, pool, drop } = await createTestDatabase({ isCitusLate });
  const log: DatabasePorts['log'] = [];
  const database = openDatabase({ url, poolSize, log: entry => isOfPooler(entry) || log.push(entry) });
  if (suitePoolMode() === 'session') await openAll(database.pool, poolSize);
  return {
    url,
    directUrl,
    pool,
    database,
    log,
    installation: postgresInstallation(database),
    orders: postgresOrders(database, limits),
    shops: postgresShops(database),
    streams: postgresStreams(database),
    commands: postgresCommands(database),
    reports: postgresReports(database),
    connections: postgresConnections(database, { perAddress }),
    subscriptions: postgresSubscriptions(database, caps),
    async end() {
      await database.end();
      await drop();
    },
  };
}

/**
 * PgBouncer opens the sessions of a database one after the other, and in session mode each client waits for its own: on a
 * busy machine the last of a first burst would give up.
 */
async function openAll(pool: pg.Pool, count: number): Promise<void> {
  const clients: pg.PoolClient[] = [];
  for (let opened = 0; opened < count; opened++) clients.push(await pool.connect());
  for (const client of clients) client.release();
}

/** A shop with a new id and three dishes, where it is about noon, so that no test meets midnight. */
export function aShop(differing: Partial<ShopDefinition> = {}): ShopDefinition {
  return {
    id: `shop-${randomUUID()}`,
    name: '老王小炒',
    currency: 'CNY',
    timeZone: noonZone(),
    dishes: [
      { id: 'rice', name: '米饭', category: '主食', priceCents: 200 },
      { id: 'egg', name: '煎蛋', category: '主食', priceCents: 300 },
      { id: 'tofu', name: '麻婆豆腐', category: '热菜', priceCents: 2200 },
    ],
    ...differing,
  };
}

/** Installs a shop and returns its id. */
export async function newShop(world: DatabasePorts, differing: Partial<ShopDefinition> = {}): Promise<string> {
  const shop = aShop(differing);
  await world.installation.upsertShop(shop, hashOf('the key of the shop'));
  return shop.id;
}

/** The id of the first of a shop's keys. */
export async function aKeyOf(world: Pick<DatabasePorts, 'shops'>, shop: string): Promise<string> {
  const [key] = JSON.parse(await world.shops.keys(shop)) as ListedKey[];
  return key?.keyId ?? '';
}

/** What a customer of a shop asks for: two bowls of rice. */
export function aRequest(shop: string, differing: Partial<OrderRequest> = {}): OrderRequest {
  return {
    shop,
    items: [{ dish: 'rice', quantity: 2 }],
    customer: { name: '李雷', phone: '138 0000 0000', address: '人民路 1 号' },
    ...differing,
  };
}

/** A request, ready to be placed, by default under a new key and from nowhere in particular. */
export function placing(request: OrderRequest, differing: Partial<PlaceOrder> = {}): PlaceOrder {
  return {
    request,
    key: randomUUID(),
    bodyHash: hashOf(canonicalOrder(request)),
    address: undefined,
    ...differing,
  };
}

/** Places an order of two bowls of rice. */
export function place(world: DatabasePorts, shop: string, differing: Partial<OrderRequest> = {}): Promise<Placement> {
  return world.orders.place(placing(aRequest(shop, differing)));
}

/** The ORDER in a text of the wire. */
export function read(order: string): Order {
  return JSON.parse(order) as Order;
}

/** The numbers 1 … `count`. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Runs `work` for each item, `atOnce` at a time, as that many clients would. */
export async function inParallel<Item>(
  atOnce: number,
  items: Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    upTo(atOnce).map(async () => {
      for (const item of waiting) await work(item);
    }),
  );
}

/** Everything that is in the database, table by table: equal before and after means that nothing was stored. */
export async function contentsOf(pool: pg.Pool): Promise<Record<string, string[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  const contents: Record<string, string[]> = {};
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t order by 1`);
    contents[name] = rows.map(({ row }) => row);
  }
  return contents;
}

/** Connections that were opened one second after the other, the oldest first, and are not bound yet. */
export async function openedOneByOne(world: DatabasePorts, count: number): Promise<string[]> {
  const ids = upTo(count).map((): string => randomUUID());
  for (const [index, id] of ids.entries()) {
    await world.connections.add({ id, address: undefined });
    await world.pool.query('update connections set opened_at = now() - make_interval(secs => $2) where id = $1', [
      id,
      count - index,
    ]);
  }
  return ids;
}

/** Waits until a statement in this database waits for a lock. */
export async function untilSomebodyWaits(pool: pg.Pool): Promise<void> {
  await until('somebody waits for a lock', async () => (await waiting(pool)) > 0);
}

async function waiting(pool: pg.Pool): Promise<number> {
  if (citusUrl() !== undefined) return waitingOnCitus(pool);
  const { rows } = await pool.query(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows.length;
}

function noonZone(): string {
  const east = 12 - new Date().getUTCHours();
  // In the names of these zones the sign is that of POSIX: west of Greenwich is positive.
  return `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`;
}
