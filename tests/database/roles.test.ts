import { randomUUID } from 'node:crypto';
import { closeConnectionsOf, postgresConnections } from '../../db/connections/postgres.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { askFailover } from '../../db/durability.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { postgresReports } from '../../db/reports.ts';
import { OWNERS_FUNCTIONS, RIGHTS } from '../../db/roles.ts';
import { postgresStreams } from '../../db/streams.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import type { Change } from '../../functions/domain/frames.ts';
import { dropRole } from '../support/postgres/database.ts';
import { earlier } from '../support/postgres/earlier.ts';
import { aRequest, type DatabasePorts, newShop, openPorts, placing } from '../support/postgres/ports.ts';
import { aShopScene, codeOf } from '../support/postgres/scene.ts';

let world: DatabasePorts;
let runtime: Database;
const role = `run_${randomUUID().replaceAll('-', '')}`;
const password = 'päß word/@:';

const urlOf = (user: string) => {
  const url = new URL(world.url);
  url.username = user;
  url.password = encodeURIComponent(password);
  return url.href;
};

beforeAll(async () => {
  world = await openPorts();
  const installation = postgresInstallation(world.database, urlOf(role));
  await installation.migrate();
  await installation.migrate();
  runtime = openDatabase({ url: urlOf(role), poolSize: 2 });
});

afterAll(async () => {
  await runtime.end();
  await world.end();
  await dropRole(role);
});

/** What the catalogue lets the role do to tables, its own and what everybody may. */
async function rightsOfRole(): Promise<Record<string, string[]>> {
  const { rows } = await world.pool.query<{ table: string; rights: string[] }>(
    `select c.relname as table, array(
       select r from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) r
       where has_table_privilege($1, c.oid, r)
       union all
       select 'update ' || a.attname from pg_attribute a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and not has_table_privilege($1, c.oid, 'update')
         and has_column_privilege($1, c.oid, a.attnum, 'update')
       order by 1) as rights
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p', 'S')`,
    [role],
  );
  return Object.fromEntries(rows.filter(({ rights }) => rights.length > 0).map(({ table, rights }) => [table, rights]));
}

test('the role that functions run as has the least rights, and none beside', async () => {
  const wanted = Object.entries(RIGHTS).map(([table, rights]) => {
    const each = rights.flatMap(right =>
      typeof right === 'string' ? [right] : right.update.split(', ').map(column => `update ${column}`),
    );
    return [table, each.sort()];
  });
  expect(await rightsOfRole()).toEqual(Object.fromEntries(wanted));
  const { rows } = await world.pool.query(
    `select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as more,
       has_schema_privilege(rolname, 'public', 'create') as creates,
       array(select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'public'::regnamespace
         and not has_function_privilege(rolname, p.oid, 'execute')) as others
     from pg_roles where rolname = $1`,
    [role],
  );
  expect(rows).toEqual([{ more: false, creates: false, others: expect.anything() }]);
  const plain = (names: string[]) => names.map(name => name.replaceAll(' ', '')).sort();
  expect(plain(rows[0].others)).toEqual(plain(OWNERS_FUNCTIONS));
});

test('they are enough for all that functions do', async () => {
  const limits = { perAddress: 30, perPhone: 10, perShop: 600 };
  const own = {
    ...world,
    commands: (await import('../../db/commands.ts')).postgresCommands(runtime),
    shops: (await import('../../db/shops.ts')).postgresShops(runtime),
  };
  const scene = await aShopScene(own);
  const orders = postgresOrders(runtime, limits);
  const redelivery = postgresRedelivery(runtime);
  const subscriptions = postgresSubscriptions(runtime, { perShop: 1, perOrder: 9, visitorsPerShop: 9 });
  const connections = postgresConnections(runtime, { perAddress: 9 });
  const placed = placing(aRequest(scene.shop), { address: 'a' });
  const { orderId } = await orders.place(placed);
  expect((await orders.place(placed)).event).toBeUndefined();
  await orders.countRefused('a');
  for (const id of ['s1', 's2']) {
    await connections.add({ id, address: 'a' });
    await subscriptions.bindScreen({ id, shop: scene.shop, device: randomUUID(), keyId: `${scene.shop}.1` });
  }
  await subscriptions.followOrder({ id: 'c', shop: scene.shop, order: orderId, isReadOnly: false });
  await subscriptions.ordersToTell('c');
  await subscriptions.visitShop({ id: 'v', shop: scene.shop });
  await own.commands.autoAccept(scene.shop, 0, 1);
  await subscriptions.startSnapshot('s2', (await postgresStreams(runtime).openOrders(scene.shop)).epoch);
  await subscriptions.touch('s2', { epoch: undefined, after: 1, lastId: undefined });
  const changes: Change[] = [
    { op: 'accept', order: orderId, version: 1 },
    { op: 'ready', order: orderId, version: 9 },
    { op: 'complete', order: orderId, version: 2 },
    { op: 'pause', minutes: 5 },
    { op: 'set_open', open: true },
    { op: 'put_dish', dish: 'tea', name: 'tea', category: '', priceCents: 1, available: true },
    { op: 'remove_dish', dish: 'tea' },
  ];
  const codes = [];
  for (const change of changes) codes.push(await scene.ask(change));
  expect(codes).toEqual(['ok', 'version_conflict', 'ok', 'ok', 'ok', 'ok', 'ok']);
  expect(codeOf(await scene.run({ op: 'claim_print', order: orderId }, undefined, 's2'))).toBe('ok');
  await postgresReports(runtime).day(scene.shop, undefined);
  await postgresReports(runtime).orders(scene.shop, undefined, 0, 9);
  await orders.place(placing(aRequest(scene.shop)));
  await world.pool.query(
    `update orders set ${earlier('placed_at', "interval '9 minutes'")}, ${earlier('accept_by', "interval '9 minutes'")}, day = day - 99`,
  );
  await world.pool.query("update connections set opened_at = now() - interval '1 minute' where id = 'c'");
  await redelivery.settleClock();
  await redelivery.escalate(9);
  await redelivery.claimEscalations(9);
  expect((await redelivery.expireOrders(9)).map(({ type }) => type)).toEqual(['order.expired']);
  await redelivery.reopenShops(9);
  await redelivery.closeStale(9);
  for (const screen of await redelivery.claimOverdue(9)) {
    await redelivery.settleOverdue([screen]);
    await redelivery.releaseOverdue(screen.connectionId);
  }
  await redelivery.claimVisitorNews(9);
  await redelivery.cutLogs();
  await redelivery.audit();
  expect(JSON.stringify((await world.pool.query('select * from orders')).rows)).not.toContain('李雷');
  for (const id of ['s2', 'c', 'unknown']) await connections.remove(id);
  await connections.prune('v');
  await closeConnectionsOf(runtime, 'instance');
  await askFailover(runtime);
});

test.each([
  'drop table orders',
  'delete from orders',
  "update shops set key_hash = ''",
  "update streams set epoch = '00000000-0000-4000-8000-000000000000'",
  'update orders set total_cents = 0',
  'truncate events',
  'create table mine (id integer)',
  "select upsert_shop('{}', '')",
  'select from migrations',
])('the role that functions run as may not: %s', async statement => {
  await expect(runtime.query(statement)).rejects.toMatchObject({ code: '42501' });
});

test('a role that may do more is refused, and so is a URL without one', async () => {
  await newShop(world);
  for (const url of [world.url, 'postgres://127.0.0.1/orders']) {
    const installation = postgresInstallation(world.database, url);
    await expect(installation.migrate()).rejects.toMatchObject({ code: 'invalid_request' });
  }
});
