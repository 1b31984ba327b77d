import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { dumpSchema } from '../../db/schema-dump.ts';
import { parseOrNothing } from '../../functions/domain/answer.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { aShop, upTo } from '../support/postgres/ports.ts';
import { migrateUpTo, PLACE_BEFORE } from './older-schema.ts';

/** The last migration of the version whose keys did not begin with the shop. */
const BEFORE = 22;

let own: TestDatabase;
let database: Database;
let shops: string[];

beforeEach(async () => {
  own = await createTestDatabase({ empty: true });
  database = openDatabase({ url: own.url, poolSize: 8 });
  await migrateUpTo(own.pool, BEFORE);
  shops = [aShop().id, aShop().id];
  for (const id of shops) await own.pool.query('select upsert_shop($1, $2)', [aShop({ id }), hashOf('key')]);
});

afterEach(async () => {
  await database.end();
  await own.drop();
});

/** What the version before sends, word for word where it is more than a call of a function. */
const ORDER = 'select o.shop, order_json(o)::text as body from orders o where o.id = $1';
const FOLLOWED = `
  select o.id, o.shop, order_json(o)::text as "order"
  from followers f join orders o on o.id = f.order_id where f.connection = $1 order by f.since`;
const FOLLOWERS = `
  select c.id from followers f join connections c on c.id = f.connection
  where f.order_id = $1 and c.state = 'bound' and c.expires_at > now()`;
const RUN = 'select outcome::text as outcome, seq from run_command($1, $2, $3, $4, $5, $6, $7, $8)';

interface Placed {
  replayed: boolean;
  order_id: string;
  seq: string | null;
  body: string;
}

async function one<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row> {
  const [row] = await database.query<Row>(text, values);
  if (row === undefined) throw new Error('no row');
  return row;
}

/** A row whose texts of JSON are read. */
function parsed(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' ? (parseOrNothing(value) ?? value) : value,
    ]),
  );
}

const place = (shop: string | undefined, key: string = randomUUID()) => one<Placed>(PLACE_BEFORE, [key, shop]);
const screen = { id: 'screen', device: randomUUID() };

/** What a shop and a customer have done, and what each of it was answered. */
async function aPast() {
  const key = randomUUID();
  const [shop = ''] = shops;
  const placed = await place(shop, key);
  const order = placed.order_id;
  await place(shops[1]);
  await one("select * from bind_screen($1, $2, $3, 1, interval '1 hour', 9)", [screen.id, shop, screen.device]);
  await one("select * from follow_order('customer', $1, interval '1 hour', 20, 10)", [order]);
  const commands = [
    [order, randomUUID(), '\\x01', shop, true, { op: 'remind', order }, order, null],
    [order, randomUUID(), '\\x02', shop, true, { op: 'cancel', order, version: 7 }, order, null],
    [shop, randomUUID(), '\\x03', shop, false, { op: 'claim_print', order }, order, screen.id],
    [shop, randomUUID(), '\\x04', shop, false, { op: 'accept', order, version: 1 }, order, screen.id],
    [shop, randomUUID(), '\\x05', shop, false, { op: 'set_busy', busyMinutes: 5 }, null, screen.id],
  ];
  const answers = [];
  for (const values of commands) answers.push(await one(RUN, values));
  await own.pool.query("update orders set placed_at = placed_at - interval '1 hour' where shop = $1", [shops[1]]);
  await one("select count(*) from escalate(interval '70 seconds')", []);
  return { key, order, shop, placed, commands, answers };
}

it('a filled database goes on: every row has its shop, keys and commands of before are answered as before', async () => {
  const { key, order, shop, placed, commands } = await aPast();
  const read = async () =>
    [await one(ORDER, [order]), await one(FOLLOWED, ['customer']), await one(FOLLOWERS, [order])].map(parsed);
  const [before, repeated] = [await read(), await Promise.all(commands.map(values => one(RUN, values)))];
  const { applied } = await migrate(own.pool);
  expect(applied).toEqual(migrations.slice(BEFORE).map(({ name }) => name));
  // Later migrations may add to what is read; nothing that was there changes.
  expect(await read()).toMatchObject(before);
  expect(parsed(await place(shop, key))).toMatchObject({ replayed: true, order_id: order, body: parsed(placed).body });
  expect((await place(shops[1], key)).replayed).toBe(false);
  const again = await Promise.all(commands.map(values => one(RUN, values)));
  expect(again.map(parsed)).toMatchObject(repeated.map(parsed));
  for (const table of ['order_keys', 'order_items', 'commands', 'print_claims', 'followers', 'escalations']) {
    const { rows } = await own.pool.query(`select shop, count(*)::integer from ${table} group by shop`);
    expect([table, rows.length > 0 && rows.every(row => shops.includes(row.shop))]).toEqual([table, true]);
  }
  const newOne = await createTestDatabase();
  try {
    expect(await dumpSchema(own.pool)).toBe(await dumpSchema(newOne.pool));
  } finally {
    await newOne.drop();
  }
});

it('what began before the columns came, and ended after they were filled, gets its shop with the keys', async () => {
  const { shop, order } = await aPast();
  for (const { sql } of migrations.slice(BEFORE, BEFORE + 2)) await own.pool.query(`begin; ${sql}; commit`);
  await own.pool.query('insert into migrations select n, $1 from unnest($2::integer[]) n', [
    'before the keys',
    [BEFORE + 1, BEFORE + 2],
  ]);
  const tables = ['order_keys', 'order_items', 'commands', 'print_claims', 'followers'];
  for (const table of tables) await own.pool.query(`update ${table} set shop = null where shop = $1`, [shop]);
  await migrate(own.pool);
  for (const table of tables) {
    const { rows } = await own.pool.query(`select from ${table} where shop = $1`, [shop]);
    expect([table, rows.length > 0]).toEqual([table, true]);
  }
  expect(JSON.parse((await one<Placed>(ORDER, [order])).body).items).toHaveLength(2);
});

it('the version before goes on meanwhile: every order is placed once, moved, followed, and none is refused', async () => {
  let isOver = false;
  const made: { key: string; shop: string; order: string }[] = [];
  const customers = upTo(6).map(async number => {
    while (!isOver) {
      const shop = shops[number % 2] ?? '';
      const key = randomUUID();
      const { order_id: order } = await place(shop, key);
      made.push({ key, shop, order });
      const values = [shop, randomUUID(), '\\x01', shop, false, { op: 'accept', order, version: 1 }, order, null];
      const first = await one<{ outcome: string }>(RUN, values);
      expect(first.outcome).toMatch('accepted');
      expect((await one<{ outcome: string }>(RUN, values)).outcome).toBe(first.outcome);
      await one("select * from follow_order($1, $2, interval '1 hour', 20, 10)", [order, order]);
      expect(await one(FOLLOWED, [order])).toMatchObject({ id: order, shop });
    }
  });
  const migrating = new pg.Pool({ connectionString: own.url, max: 1 });
  try {
    await migrate(migrating);
  } finally {
    isOver = true;
    await migrating.end();
    await Promise.all(customers);
  }
  for (const { key, shop, order } of made) {
    expect(await place(shop, key)).toMatchObject({ replayed: true, order_id: order });
  }
  const { rows } = await own.pool.query('select count(*)::integer from orders');
  expect(rows).toEqual([{ count: made.length }]);
});
