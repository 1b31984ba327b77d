import { postgresRedelivery } from '../../db/redelivery.ts';
import { newShop, place } from '../support/postgres/ports.ts';
import { anOldOrder, aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

let world: RecordedRedelivery;
beforeEach(async () => {
  world = await openRedelivery();
});
afterEach(() => world.end());

const seqsOf = (id: string) =>
  (world.pushed.get(id) ?? []).flatMap(frame => (frame.type === 'events' ? frame.events.map(event => event.seq) : []));

test('an order that a screen has not acknowledged for three seconds is pushed again, a younger one is not', async () => {
  const shop = await newShop(world);
  const screen = await aScreen(world, shop);
  await place(world, shop);
  expect((await world.run()).overdue).toBe(0);
  await anOldOrder(world, shop, 4);
  expect((await world.run()).overdue).toBe(1);
  expect(seqsOf(screen)).toEqual([1, 2]);
});

test('what was pushed again is left alone until its time has come, and an ack ends it', async () => {
  const shop = await newShop(world);
  const screen = await aScreen(world, shop);
  await anOldOrder(world, shop, 4);
  await world.run();
  expect((await world.run()).overdue).toBe(0);
  const { rows } = await world.pool.query(
    'select extract(epoch from push_after - now())::float8 as seconds from connections where id = $1',
    [screen],
  );
  expect(rows[0].seconds).toBeGreaterThan(10);
  expect(rows[0].seconds).toBeLessThanOrEqual(15);
  await world.pool.query('update connections set push_after = now()');
  expect((await world.run()).overdue).toBe(1);
  await world.subscriptions.touch(screen, { epoch: undefined, after: 1, lastId: undefined });
  await world.pool.query('update connections set push_after = null');
  expect((await world.run()).overdue).toBe(0);
});

test('F44 five runs at once push each screen once, and what a killed run had claimed is free after ten seconds', async () => {
  const shop = await newShop(world);
  const screens = await Promise.all(Array.from({ length: 8 }, () => aScreen(world, shop)));
  await anOldOrder(world, shop, 4);
  const answers = await Promise.all(Array.from({ length: 5 }, () => world.run()));
  expect(answers.reduce((sum, answer) => sum + answer.overdue, 0)).toBe(8);
  for (const screen of screens) expect(seqsOf(screen)).toEqual([1]);
  // Killed after its claim: nobody settles it.
  await world.pool.query('update connections set push_after = null');
  await world.pool.query('select claim_overdue($1, 100)', [shop]);
  expect((await world.run()).overdue).toBe(0);
  const { rows } = await world.pool.query(
    'select max(extract(epoch from push_after - now()))::float8 as seconds from connections',
  );
  expect(rows[0].seconds).toBeLessThanOrEqual(10);
  await world.pool.query("update connections set push_after = push_after - interval '10 seconds'");
  expect((await world.run()).overdue).toBe(8);
});

test('a screen whose snapshot was never acknowledged gets another', async () => {
  const shop = await newShop(world);
  const screen = await aScreen(world, shop);
  await place(world, shop);
  const { epoch } = await world.streams.openOrders(shop);
  await world.subscriptions.startSnapshot(screen, epoch);
  await world.pool.query("update connections set bound_at = now() - interval '6 seconds'");
  expect((await world.run()).overdue).toBe(1);
  expect(world.pushed.get(screen)?.map(frame => frame.type)).toEqual(['snapshot']);
});

test('nothing is pushed to a screen whose lease is over or whose key was changed; one that is gone is forgotten', async () => {
  const shop = await newShop(world);
  const [expired, gone] = [await aScreen(world, shop), await aScreen(world, shop)];
  await anOldOrder(world, shop, 4);
  await world.pool.query("update connections set expires_at = now() - interval '1 second' where id = $1", [expired]);
  await world.pool.query("update connections set opened_at = now() - interval '1 minute'");
  world.outcome.now = 'gone';
  await world.run();
  expect([...world.pushed.keys()]).toEqual([gone]);
  const { rows } = await world.pool.query('select state from connections where id = $1', [gone]);
  expect(rows).toEqual([{ state: 'closed' }]);
});

test('a push whose outcome is unknown forgets nobody', async () => {
  const shop = await newShop(world);
  const screen = await aScreen(world, shop);
  await anOldOrder(world, shop, 4);
  await world.pool.query("update connections set opened_at = now() - interval '1 minute'");
  world.outcome.now = 'unknown';
  await world.run();
  expect(await world.subscriptions.screensOf(shop)).toEqual([screen]);
});

test('however often the gateway has not taken a push, the next run tries again: the healing of it is not slept through', async () => {
  const shop = await newShop(world);
  await aScreen(world, shop);
  await anOldOrder(world, shop, 4);
  world.outcome.now = 'unknown';
  for (let run = 0; run < 6; run++) {
    expect((await world.run()).overdue).toBe(1);
    // The runs are 20 s apart.
    await world.pool.query("update connections set push_after = push_after - interval '20 seconds'");
  }
});

test('11.3 a screen that one instance cannot reach may be claimed by another at once, and waits no longer for it', async () => {
  const shop = await newShop(world);
  const screen = await aScreen(world, shop);
  await anOldOrder(world, shop, 4);
  world.outcome.now = 'unknown';
  await world.run();
  world.outcome.now = 'sent';
  expect((await world.run()).overdue).toBe(1);
  expect(world.pushed.get(screen)?.at(-1)?.type).toBe('events');
  const { rows } = await world.pool.query('select push_tries from connections where id = $1', [screen]);
  expect(rows).toEqual([{ push_tries: 1 }]);
});

test('11.3 an instance serves the screens that it holds before those of others, at whatever shop they are', async () => {
  const [early, late, other] = [await newShop(world), await newShop(world), await newShop(world)];
  const own = 'a1b2';
  const held = [await aScreen(world, late, `${own}.x`), await aScreen(world, early, `${own}.y`)];
  const foreign = [
    await aScreen(world, early, `${own}0.x`),
    await aScreen(world, early, 'a1.x'),
    await aScreen(world, late),
    await aScreen(world, other),
  ];
  for (const shop of [early, late, other]) await anOldOrder(world, shop, 4);
  await world.pool.query(`update connections set push_after = now() where id = any ($1)`, [held]);
  const redelivery = postgresRedelivery(world.database, undefined, () => own);
  const claimed = async (limit: number) =>
    (await redelivery.claimOverdue(limit)).map(({ connectionId }) => connectionId);
  expect((await claimed(2)).sort()).toEqual([...held].sort());
  expect((await claimed(10)).sort()).toEqual([...foreign].sort());
});

test('what a device loses again and again comes with every run of ten minutes; who never acknowledges waits longer then', async () => {
  const shop = await newShop(world);
  const screen = await aScreen(world, shop);
  await anOldOrder(world, shop, 4);
  const waits: number[] = [];
  for (let run = 0; run < 36; run++) {
    expect((await world.run()).overdue).toBe(1);
    const { rows } = await world.pool.query<{ seconds: number }>(
      'select extract(epoch from push_after - now())::float8 as seconds from connections',
    );
    waits.push(rows[0]?.seconds ?? 0);
    await world.pool.query('update connections set push_after = now()');
  }
  // A run comes every 20 s: so what was lost is on the screen again within 25 s.
  expect(Math.max(...waits.slice(0, 30))).toBeLessThanOrEqual(15);
  expect(Math.max(...waits)).toBeLessThanOrEqual(240);
  expect(waits.at(-1)).toBeGreaterThan(180);
  await world.subscriptions.touch(screen, { epoch: undefined, after: 1, lastId: undefined });
  await anOldOrder(world, shop, 4);
  await world.run();
  const { rows } = await world.pool.query<{ seconds: number }>(
    'select extract(epoch from push_after - now())::float8 as seconds from connections',
  );
  expect(rows[0]?.seconds).toBeLessThanOrEqual(15);
});
