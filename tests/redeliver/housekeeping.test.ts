import { randomUUID } from 'node:crypto';
import { hashOf } from '../../functions/domain/secret.ts';
import { newShop, place, read } from '../support/postgres/ports.ts';
import { anOldOrder, aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

let world: RecordedRedelivery;
beforeEach(async () => {
  world = await openRedelivery();
});
afterEach(() => world.end());

test('an order that nobody accepted in time expires once, and the screens and its customer are told', async () => {
  const shop = await newShop(world, { acceptMinutes: 2 });
  const screen = await aScreen(world, shop);
  const late = await anOldOrder(world, shop, 121);
  const { order } = await place(world, shop);
  const customer = randomUUID();
  await world.subscriptions.followOrder({ id: customer, shop, order: late, isReadOnly: false });
  const answers = await Promise.all([world.run(), world.run(), world.run()]);
  expect(answers.reduce((sum, answer) => sum + answer.expired, 0)).toBe(1);
  const expired = { id: late, status: 'expired', reason: 'expired', version: 2 };
  expect(world.pushed.get(customer)).toMatchObject([{ type: 'order', order: expired }]);
  const events = world.pushed.get(screen)?.filter(frame => frame.type === 'events') ?? [];
  expect(events[0]).toMatchObject({ events: [{ type: 'order.expired', order: expired }] });
  expect((await world.streams.order(read(order).id))?.order).toContain('"placed"');
});

test('many orders of many shops expire in parallel runs without waiting for each other for ever', async () => {
  const shops = await Promise.all([1, 2, 3, 4].map(() => newShop(world, { acceptMinutes: 1 })));
  await Promise.all(shops.flatMap(shop => Array.from({ length: 10 }, () => anOldOrder(world, shop, 61))));
  const answers = await Promise.all(Array.from({ length: 5 }, () => world.run()));
  expect(answers.reduce((sum, answer) => sum + answer.expired, 0)).toBe(40);
  expect((await world.run()).audit).toEqual({ gaps: 0, headMismatches: 0, ordersWithoutEvent: 0, stuckOrders: 0 });
});

test('connections that never said hello, lapsed, or hold an old key are told so and closed', async () => {
  const shop = await newShop(world);
  const silent = randomUUID();
  await world.connections.add({ id: silent, address: undefined });
  const lapsed = await aScreen(world, shop);
  const revoked = await aScreen(world, shop);
  const good = await aScreen(world, shop);
  await world.pool.query("update connections set opened_at = now() - interval '11 seconds' where id = $1", [silent]);
  await world.pool.query("update connections set expires_at = now() - interval '61 minutes' where id = $1", [lapsed]);
  await world.pool.query('update connections set key_version = 0 where id = $1', [revoked]);
  expect((await world.run()).closed).toBe(3);
  expect(world.closed.sort()).toEqual([silent, lapsed, revoked].sort());
  expect(world.pushed.get(silent)).toMatchObject([{ type: 'error', error: { code: 'hello_required' } }]);
  expect(world.pushed.get(revoked)).toMatchObject([{ type: 'error', error: { code: 'unauthorized' } }]);
  expect(world.securityEvents).toEqual(['revoked_key']);
  expect(await world.subscriptions.screensOf(shop)).toEqual([good]);
  expect((await world.run()).closed).toBe(0);
});

test('once an hour the log is cut below thirty days, and a cursor from there gets a snapshot', async () => {
  const shop = await newShop(world);
  const screen = await aScreen(world, shop);
  for (let count = 0; count < 3; count++) await anOldOrder(world, shop, 31 * 86_400);
  await place(world, shop);
  expect((await world.run()).cut).toBe(0 + 3);
  expect((await world.run()).cut).toBe(0);
  const { epoch } = await world.streams.openOrders(shop);
  expect(await world.subscriptions.touch(screen, { epoch, after: 3, lastId: undefined })).toMatchObject({
    cursor: 'lost',
  });
  expect(await world.subscriptions.touch(screen, { epoch, after: 4, lastId: undefined })).toMatchObject({
    cursor: 'kept',
  });
  expect((await world.streams.page(shop, 0, 50)).map(event => event.seq)).toEqual([4, 5, 6, 7]);
});

test('what must never be is found and said', async () => {
  const shop = await newShop(world);
  for (let count = 0; count < 5; count++) await place(world, shop);
  expect((await world.run()).audit).toEqual({ gaps: 0, headMismatches: 0, ordersWithoutEvent: 0, stuckOrders: 0 });
  await world.pool.query('delete from events where shop = $1 and seq in (2, 5)', [shop]);
  expect((await world.run()).audit).toEqual({ gaps: 1, headMismatches: 1, ordersWithoutEvent: 2, stuckOrders: 0 });
  expect(world.notes).toContainEqual(expect.objectContaining({ level: 'error', event: 'audit failed' }));
});

test('a key that was changed lets nothing more through, from that moment', async () => {
  const shop = await newShop(world);
  const screen = await aScreen(world, shop);
  expect(await world.installation.rotateKey(shop, hashOf('another'))).toEqual([screen]);
  expect(await world.subscriptions.screensOf(shop)).toEqual([]);
  expect(await world.subscriptions.touch(screen, undefined)).toEqual({ state: 'revoked' });
});

test('what is past its use goes in pieces, and what a run has no time for goes in the next', async () => {
  await world.pool.query(
    `insert into connections (id, state, expires_at, closed_at)
     select gen_random_uuid()::text, 'closed', now(), now() - interval '2 hours' from generate_series(1, 5000)`,
  );
  await world.pool.query(
    `insert into commands (shop, scope, id, content_hash, refused, at)
     select 'shop', 'scope', gen_random_uuid(), '', true, now() - interval '11 minutes' from generate_series(1, 3000)`,
  );
  expect((await world.pool.query('select forget_connections(2000) as count')).rows[0].count).toBe('2000');
  await world.run();
  const counts = () =>
    world.pool.query(
      'select (select count(*)::integer from connections) as connections, (select count(*)::integer from commands) as commands',
    );
  expect((await counts()).rows).toEqual([{ connections: 0, commands: 1000 }]);
  await world.run();
  expect((await counts()).rows).toEqual([{ connections: 0, commands: 0 }]);
});

test('the cleaning begins with the shop that the last one had no time for, and a shop that fails keeps no other', async () => {
  const shops = (await Promise.all([1, 2, 3, 4].map(() => newShop(world)))).sort();
  const [, second = '', third = ''] = shops;
  await world.pool.query("update chores set done_at = '-infinity', next_shop = $1 where name = 'clean up'", [third]);
  const order = async () => {
    const { rows } = await world.pool.query<{ shop: string }>(
      "select shop from shops_to_clean(interval '30 days', (select next_shop from chores where name = 'clean up'))",
    );
    return rows.map(({ shop }) => shop);
  };
  expect(await order()).toEqual([...shops.slice(2), ...shops.slice(0, 2)]);
  await world.pool.query(
    `create function fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
     create trigger fail before update on shops for each row when (new.id = '${second}') execute function fail()`,
  );
  await expect(world.run()).rejects.toThrow('no');
  expect(await order()).toEqual([second]);
});
