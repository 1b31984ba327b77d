import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresReports } from '../../db/reports.ts';
import { postgresShops } from '../../db/shops.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { aRequest, aShop, contentsOf, placing } from '../support/postgres/ports.ts';
import { migrateUpTo, PLACE_BEFORE } from './older-schema.ts';

// A database that the version before orders had terms has filled: no options, hours, handing over, discounts, and nothing
// for later.

/** The last migration of that version. */
const BEFORE = 26;

let own: TestDatabase;
let database: Database;
beforeEach(async () => {
  own = await createTestDatabase({ empty: true });
  database = openDatabase({ url: own.url, poolSize: 2 });
  await migrateUpTo(own.pool, BEFORE);
});
afterEach(async () => {
  await database.end();
  await own.drop();
});

async function one<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row> {
  const { rows } = await own.pool.query<Row>(text, values);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return row;
}

interface Placed extends Record<string, unknown> {
  order_id: string;
  body: string;
}

/** What shop, customers and the timer have done, so that every table holds something. */
async function aPast() {
  const { id: shop } = aShop();
  await one('select upsert_shop($1, $2)', [aShop({ id: shop }), hashOf('key')]);
  const key = randomUUID();
  const placed = await one<Placed>(PLACE_BEFORE, [key, shop]);
  const order = placed.order_id;
  const run = (values: unknown[], operation: object, about: string | null, connection: string | null) =>
    one('select outcome::text as outcome from run_command($1, $2, $3, $4, $5, $6, $7, $8)', [
      ...values,
      operation,
      about,
      connection,
    ]);
  await one("select * from bind_screen($1, $2, $3, 1, interval '1 hour', 9)", ['screen', shop, randomUUID()]);
  await one("select * from follow_order('customer', $1, interval '1 hour', 20, 10)", [order]);
  const byShop = () => [shop, randomUUID(), '\\x01', shop, false];
  await run(byShop(), { op: 'claim_print', order }, order, 'screen');
  await run(byShop(), { op: 'accept', order, version: 1 }, order, 'screen');
  await run(byShop(), { op: 'complete', order, version: 2 }, order, 'screen');
  await one<Placed>(PLACE_BEFORE, [randomUUID(), shop]);
  await run(byShop(), { op: 'set_busy', busyMinutes: 5 }, null, 'screen');
  // Nobody acknowledges: an hour later the owner is told. One who reads the menu is told of the shop.
  await one("select visit_shop('visitor', $1, interval '1 hour', 200)", [shop]);
  await one('select count(*) from claim_visitor_news(100)');
  await one("update orders set placed_at = placed_at - interval '1 hour' where status = 'placed' returning id");
  await one("select count(*) from escalate(interval '70 seconds')");
  await one("select take_rate('phone:138', 10)");
  await one("insert into chat_members (id, name, expires_at) values ('chat', 'abcd', now()) returning id");
  return { shop, key, order, placed };
}

const parsed = (row: object) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, JSON.parse(String(value))]));

/** What the version before reads of a shop, of its orders and of its log. */
async function everything(shop: string, order: string) {
  const row = await one(
    `select
      (select shop_json(s)::text from shops s where s.id = $1) as shop,
      (select order_json(o)::text from orders o where o.id = $2) as "order",
      (select json_agg(e.body order by e.seq)::text from events e where e.shop = $1) as events,
      (select r.report::text from day_report($1, null) r) as report`,
    [shop, order],
  );
  return parsed(row);
}

test('a filled database is migrated, with nothing lost and everything readable', async () => {
  const { shop, key, order, placed } = await aPast();
  const before = await everything(shop, order);
  const filled = await contentsOf(own.pool);
  expect(Object.keys(filled).filter(table => filled[table]?.length === 0)).toEqual([]);

  const { applied } = await migrate(own.pool);
  expect(applied).toEqual(migrations.slice(BEFORE).map(({ name }) => name));
  const now = await contentsOf(own.pool);
  for (const [table, rows] of Object.entries(filled))
    if (table !== 'migrations') expect([table, now[table]?.length]).toEqual([table, rows.length]);
  expect(await everything(shop, order)).toMatchObject(before);

  // What a shop and an order of before are in the words of now.
  const { dishes, ...terms } = JSON.parse((await postgresShops(database).byId(shop))?.shop ?? '');
  expect(dishes).toEqual((before.shop as { dishes: unknown }).dishes);
  const everywhere = { minimumCents: 0, feeCents: 0, freeFromCents: null, areas: [] };
  expect(terms).toMatchObject({
    open: true,
    pickup: false,
    delivery: everywhere,
    discounts: [],
    later: null,
    about: {},
  });
  expect(
    JSON.parse(
      (await one<{ text: string }>('select order_json(o)::text as text from orders o where o.id = $1', [order])).text,
    ),
  ).toMatchObject({
    fulfilment: { type: 'delivery' },
    wantedAt: null,
    amounts: { itemsCents: 2600, totalCents: 2600 },
  });
  expect(JSON.parse(await postgresReports(database).day(shop, undefined))).toMatchObject({ orders: 2, completed: 1 });

  // Keys of before are known to both versions, and both go on.
  expect(parsed({ body: (await one<Placed>(PLACE_BEFORE, [key, shop])).body })).toMatchObject(
    parsed({ body: placed.body }),
  );
  expect(await one(PLACE_BEFORE, [randomUUID(), shop])).toMatchObject({ replayed: false });
  const { event } = await postgresOrders(database, undefined).place(placing(aRequest(shop)));
  expect(event?.seq).toBe((before.events as unknown[]).length + 2);
});
