import { randomUUID } from 'node:crypto';
import { postgresRedelivery } from '../../db/redelivery.ts';
import type { Redelivery } from '../../functions/domain/redelivery.ts';
import { aShop, newShop, place, upTo } from '../support/postgres/ports.ts';
import { aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

// A flood at some shops keeps no other shop waiting: what one run can do is shared in turns.

let world: RecordedRedelivery;
let redelivery: Redelivery;
beforeEach(async () => {
  // One round at a time, to see what is in it.
  world = await openRedelivery({ workMs: 0 });
  redelivery = postgresRedelivery(world.database);
});
afterEach(() => world.end());

const webhook = { url: 'http://127.0.0.1:9/', secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` };

/** Orders of a shop that were placed so many minutes ago. */
async function flood(shop: string, count: number, minutesAgo: number): Promise<void> {
  await world.pool.query(
    `select place_order(gen_random_uuid(), '\\x00', $1, '{rice}', '{1}', array[null]::text[], 'x', '1', 'x',
      null, null, null, null, null, null, 24576) from generate_series(1, $2)`,
    [shop, count],
  );
  await world.pool.query(
    `update orders set placed_at = placed_at - make_interval(mins => $2), accept_by = accept_by - make_interval(mins => $2)
     where shop = $1`,
    [shop, minutesAgo],
  );
}

test('orders expire in turns: first the one that is due longest, then the oldest of every other shop', async () => {
  const flooded = [await newShop(world), await newShop(world), await newShop(world)];
  for (const [index, shop] of flooded.entries()) await flood(shop, 80, 20 - index);
  const quiet = await newShop(world);
  await flood(quiet, 2, 6);
  expect((await world.run()).expired).toBe(200);
  const { rows } = await world.pool.query(
    "select shop, count(*)::integer as open from orders where status = 'placed' group by shop",
  );
  expect(rows.map(({ shop }) => shop).sort()).toEqual([...flooded].sort());
  expect(Math.max(...rows.map(({ open }) => open))).toBe(14);
  expect((await redelivery.expireOrders(1)).map(({ shop }) => shop)).toEqual([flooded[0]]);
});

test('an order in other hands is passed over for the next shop', async () => {
  const [held, free] = [await newShop(world), await newShop(world)];
  await flood(held, 1, 9);
  await flood(free, 1, 6);
  const other = await world.pool.connect();
  await other.query('begin');
  await other.query('select from orders where shop = $1 for update', [held]);
  expect((await redelivery.expireOrders(9)).map(({ shop }) => shop)).toEqual([free]);
  expect(await redelivery.expireOrders(9)).toEqual([]);
  await other.query('rollback');
  other.release();
});

test('shops are called in turns', async () => {
  const [flooded, quiet] = [await newShop(world, { webhook }), await newShop(world, { webhook })];
  await flood(flooded, 600, 3);
  await redelivery.escalate(500);
  await flood(quiet, 1, 2);
  expect(await redelivery.escalate(500)).toEqual(expect.arrayContaining([expect.objectContaining({ shop: quiet })]));
  expect((await redelivery.claimEscalations(5)).map(({ shop }) => shop).filter(shop => shop === quiet)).toEqual([
    quiet,
  ]);
});

test('a webhook that is taken away silences nobody else, and what was due to it is given up', async () => {
  const [gone, good] = [aShop({ webhook }), await newShop(world, { webhook })];
  await world.installation.upsertShop(gone, Buffer.alloc(32));
  await flood(gone.id, 30, 3);
  await redelivery.escalate(500);
  await world.installation.upsertShop({ ...gone, webhook: null }, Buffer.alloc(32));
  await flood(good, 1, 2);
  await redelivery.escalate(500);
  expect((await redelivery.claimEscalations(20)).map(({ shop }) => shop)).toEqual([good]);
  const { rows } = await world.pool.query(
    "select from escalations where shop = $1 and dead_at is not null and last_error = 'the shop has no webhook'",
    [gone.id],
  );
  expect(rows).toHaveLength(30);
});

test('screens get what they lack in turns', async () => {
  const [crowded, quiet] = [await newShop(world), await newShop(world)];
  for (const _ of upTo(6)) await aScreen(world, crowded);
  const screen = await aScreen(world, quiet);
  for (const shop of [crowded, quiet]) await place(world, shop);
  await world.pool.query("update events set at = at - interval '10 seconds'");
  expect((await redelivery.claimOverdue(3)).map(({ connectionId }) => connectionId)).toContain(screen);
});

test('dead connections are closed in turns: many that never said hello delay no screen with an old key', async () => {
  const shop = await newShop(world);
  const revoked = await aScreen(world, shop);
  await world.pool.query('update connections set key_version = 0');
  for (const _ of upTo(6)) await world.connections.add({ id: randomUUID(), address: 'one' });
  await world.pool.query("update connections set opened_at = now() - interval '20 seconds' where state = 'new'");
  expect((await redelivery.closeStale(2)).map(({ connectionId }) => connectionId)).toContain(revoked);
});

test('visitors whose shop changes all the time keep no others from being told', async () => {
  const shops = (await Promise.all(upTo(3).map(() => newShop(world)))).sort();
  for (const shop of shops) await world.subscriptions.visitShop({ id: randomUUID(), shop });
  const toldOf = new Set<string>();
  for (const _ of upTo(3)) {
    await world.pool.query('update shops set version = version + 1');
    await redelivery.claimVisitorNews(1);
    const { rows } = await world.pool.query<{ shop: string }>('select shop from visitor_news');
    for (const { shop } of rows) toldOf.add(shop);
  }
  expect([...toldOf].sort()).toEqual(shops);
});

test('a part of a run that fails keeps the others from nothing, and the run fails', async () => {
  const shop = await newShop(world);
  await flood(shop, 1, 6);
  await world.pool.query('drop function shops_with_stale(integer)');
  await world.pool.query("delete from events where shop = $1 and type = 'order.placed'", [shop]);
  await expect(world.run()).rejects.toThrow();
  expect(world.notes).toContainEqual(expect.objectContaining({ event: 'audit failed' }));
  expect(world.securityEvents).toContain('audit_finding');
});

test('a flood at three shops keeps ten others from nothing, and a shop that somebody holds only itself', async () => {
  const floods = [await newShop(world), await newShop(world), await newShop(world)];
  for (const shop of floods) await flood(shop, 150, 30);
  const quiet = await Promise.all(upTo(10).map(() => newShop(world)));
  for (const shop of quiet) await flood(shop, 1, 6);
  const held = floods[0] ?? '';
  const other = await world.pool.connect();
  await other.query('begin');
  await other.query('select from streams where shop = $1 for update', [held]);
  const failures: string[] = [];
  const begin = performance.now();
  const expired = await postgresRedelivery(world.database, (_, shop) => failures.push(shop)).expireOrders(113);
  const shares = new Map<string, number>();
  for (const { shop } of expired) shares.set(shop, (shares.get(shop) ?? 0) + 1);
  expect(quiet.map(shop => shares.get(shop))).toEqual(quiet.map(() => 1));
  expect(floods.map(shop => shares.get(shop) ?? 0)).toEqual([0, expect.any(Number), expect.any(Number)]);
  expect(Math.min(...floods.slice(1).map(shop => shares.get(shop) ?? 0))).toBeGreaterThan(40);
  // It waited for the lock as long as any statement does, and was left out.
  expect(failures).toEqual([held]);
  expect(performance.now() - begin).toBeLessThan(20_000);
  await other.query('rollback');
  other.release();
  expect((await redelivery.expireOrders(1)).map(({ shop }) => shop)).toEqual([held]);
}, 60_000);
