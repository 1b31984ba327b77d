import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { postgresCommands } from '../../db/commands.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresReports } from '../../db/reports.ts';
import { LOWER_WALL, WALLED } from '../../db/shop-wall.ts';
import { postgresShops } from '../../db/shops.ts';
import { dropRole } from '../support/postgres/database.ts';
import { aRequest, type DatabasePorts, newShop, openPorts, placing } from '../support/postgres/ports.ts';

// The first wall between shops is that each statement names its shop. The second is row-level security by shop, which
// has to hold where the first has a hole: so here the first gets one hole after the other.

let world: DatabasePorts;
let runtime: Database;
const role = `run_${randomUUID().replaceAll('-', '')}`;
/** What shop `theirs` has, and nobody else. */
const MARK = 'only-theirs';
let ours: string;
let theirs: string;
let theirOrder: string;
const theirKey = { key: randomUUID(), bodyHash: Buffer.from('theirs') };

beforeAll(async () => {
  world = await openPorts();
  const url = new URL(world.url);
  url.username = role;
  url.password = 'password';
  await postgresInstallation(world.database, url.href).migrate();
  runtime = openDatabase({ url: url.href, poolSize: 1 });
  ours = await newShop(world, { id: 'b-ours' });
  // Before ours and behind it: whichever row comes first is one of theirs.
  for (const id of ['a-theirs', 'c-theirs']) {
    theirs = await newShop(world, {
      id,
      name: MARK,
      dishes: ['rice', 'their-dish'].map(dish => ({ id: dish, name: MARK, category: MARK, priceCents: 100 })),
      later: { leadMinutes: 0, daysAhead: 1, slotMinutes: 60, perSlot: 77 },
    });
    const customer = { name: MARK, phone: MARK, address: MARK };
    const request = aRequest(theirs, { customer, note: MARK, items: [{ dish: 'their-dish', quantity: 1 }] });
    const { orderId } = await world.orders.place({ ...placing(request), ...theirKey });
    theirOrder = orderId;
  }
  await world.orders.place(placing(aRequest(ours)));
});

afterAll(async () => {
  await runtime.end();
  await world.end();
  await dropRole(role);
});

const aboutConnections = ['claim_news', 'close_stale', 'live_screens', 'live_visitors', 'settle_overdue', 'visit_shop'];
const byTheOwner = ['erase_customer', 'make_key', 'revoke_key', 'rotate_key', 'upsert_shop'];
/** There is no other argument to say it in. */
const aboutNothingElse = ['keys_json', 'reopen_shop'];

/** What is done in the name of our shop; each answers with whatever it sees. */
const deeds: Record<string, () => Promise<unknown>> = {
  'place an order': () => postgresOrders(runtime, undefined).place(placing(aRequest(ours))),
  'place one of their dishes': () =>
    postgresOrders(runtime, undefined).place(placing(aRequest(ours, { items: [{ dish: 'their-dish', quantity: 1 }] }))),
  'place an order with their key': () =>
    postgresOrders(runtime, undefined).place({ ...placing(aRequest(ours)), ...theirKey }),
  'accept their order': () => run({ op: 'accept', order: theirOrder, version: 1 }),
  'cancel their order': () => run({ op: 'cancel', order: theirOrder, version: 1 }, true),
  'put a dish': () =>
    run({ op: 'put_dish', dish: 'their-dish', name: 'ours', category: '', priceCents: 1, available: true }),
  'remove a dish': () => run({ op: 'remove_dish', dish: 'their-dish' }),
  'sell out a dish': () => run({ op: 'set_dish', dish: 'rice', available: false }),
  close: () => run({ op: 'set_open', open: false }),
  open: () => run({ op: 'set_open', open: true }),
  'list the keys': () => run({ op: 'list_keys' }),
  'print their order': () => run({ op: 'claim_print', order: theirOrder }),
  'read the report': () => postgresReports(runtime).day(ours, undefined),
  'list the orders': () => postgresReports(runtime).orders(ours, undefined, 0, 9),
  'read the slots': () => postgresShops(runtime).slots(ours, new Date().toISOString().slice(0, 10)),
  'accept by itself': () => postgresCommands(runtime).autoAccept(ours, 0, 1),
};

function run(operation: object, byCustomer = false): Promise<unknown> {
  return postgresCommands(runtime).run({
    ...{ scope: 'second wall', id: randomUUID(), contentHash: Buffer.from('x'), shop: ours, byCustomer },
    operation: operation as never,
  });
}

/** All that is theirs. */
async function theirRows(): Promise<string> {
  const rows = Object.entries(WALLED).map(
    ([table, column]) =>
      `select '${table}' as t, to_jsonb(x)::text as r from ${table} x where ${column} like '%-theirs'`,
  );
  return JSON.stringify((await world.pool.query(`${rows.join(' union all ')} order by 1, 2`)).rows);
}

/** Each function of the schema with each of its conditions on the shop left out, one at a time. */
async function holes(): Promise<{ name: string; whole: string; broken: string }[]> {
  const { rows } = await world.pool.query<{ name: string; whole: string }>(
    `select p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as whole from pg_proc p
     where p.pronamespace = 'public'::regnamespace order by 1`,
  );
  return rows.flatMap(({ name, whole }) =>
    [...whole.matchAll(/\b(\w+\.)?(shop|id) = ((?:\w+\.)?p_shop|\w+\.shop)\b/g)].map(({ index, 0: { length } }) => ({
      ...{ name, whole, broken: `${whole.slice(0, index)}true${whole.slice(index + length)}` },
    })),
  );
}

/** The deeds that show or change what is theirs, by the function with the hole. */
async function leaks(): Promise<string[]> {
  const found: string[] = [];
  let before = await theirRows();
  for (const { name, whole, broken } of await holes()) {
    // A condition that the planner has to see is no condition on rows.
    if (
      !(await world.pool.query(broken).then(
        () => true,
        () => false,
      ))
    )
      continue;
    for (const [deed, act] of Object.entries(deeds)) {
      const seen = JSON.stringify(await act().catch((error: Error) => error.message)) ?? '';
      const after = await theirRows();
      if (seen.includes(MARK) || after !== before) found.push(`${deed}: ${name}`);
      before = after;
    }
    await world.pool.query(whole);
  }
  return found;
}

test('every table with rows of a shop has the wall, but for those that say who is connected', async () => {
  const { rows } = await world.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attname = 'shop' and c.relname not in (
       select tablename from pg_policies where policyname = 'own_shop') order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(['connections', 'followers', 'visitor_news']);
  const { rows: walled } = await world.pool.query(
    "select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace",
  );
  expect(walled).toHaveLength(Object.keys(WALLED).length);
});

test('every call for one shop says which, but where the shop is all that it says, or the owner calls', async () => {
  const { rows } = await world.pool.query<{ name: string }>(
    `select distinct proname as name from pg_proc
     where pronamespace = 'public'::regnamespace and 'p_shop' = any(proargnames)`,
  );
  const text = readdirSync('db').map(file => (file.endsWith('.ts') ? readFileSync(`db/${file}`, 'utf8') : ''));
  const calls = rows.flatMap(({ name }) => [...text.join('').matchAll(new RegExp(`\\b${name}\\([^;]*`, 'g'))]);
  const silent = calls.map(([call]) => call).filter(call => !/^[^)]*inShop\(/.test(call));
  const names = new Set(silent.map(call => call.split('(')[0] ?? ''));
  expect([...names].sort()).toEqual([...aboutConnections, ...byTheOwner, ...aboutNothingElse].sort());
});

test('where a function names its shop no longer, nobody sees or changes what is of another', async () => {
  expect((await holes()).length).toBeGreaterThan(100);
  expect(await leaks()).toEqual([]);
});

test('without the second wall somebody would', async () => {
  await world.pool.query(LOWER_WALL);
  const found = await leaks();
  expect(found).toEqual(
    expect.arrayContaining([
      'accept their order: change_order(text,text,uuid,boolean,jsonb)',
      'list the keys: change_shop(text,jsonb)',
      'list the orders: day_orders(text,date,integer,integer)',
    ]),
  );
});
