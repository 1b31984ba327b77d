import { randomUUID } from 'node:crypto';
import { aShopScene } from '../support/postgres/scene.ts';
import { aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

let world: RecordedRedelivery;
beforeEach(async () => {
  world = await openRedelivery();
});
afterEach(() => world.end());

const versionsOf = (id: string) =>
  (world.pushed.get(id) ?? []).map(frame => (frame.type === 'shop' ? [frame.shop.version, frame.shop.online] : frame));

test('a visitor whom a change did not reach is told by the next run, once', async () => {
  const scene = await aShopScene(world);
  const id = randomUUID();
  await world.subscriptions.visitShop({ id, shop: scene.shop });
  await world.run();
  world.pushed.clear();
  await scene.ask({ op: 'set_dish', dish: 'rice', available: false });
  expect((await world.run()).visited).toBe(1);
  expect((await world.run()).visited).toBe(0);
  expect(versionsOf(id)).toEqual([[2, false]]);
  const [frame] = world.pushed.get(id) ?? [];
  expect(frame).toMatchObject({
    type: 'shop',
    shop: { id: scene.shop, dishes: [{ id: 'rice', available: false }, {}, {}] },
  });
  expect(JSON.stringify(frame)).not.toMatch(/autoAccept|acceptMinutes|key|webhook/);
});

test('a visitor is told when the shop comes online and when it goes offline', async () => {
  const scene = await aShopScene(world);
  const id = randomUUID();
  await world.subscriptions.visitShop({ id, shop: scene.shop });
  await world.run();
  const screen = await aScreen(world, scene.shop);
  await world.run();
  await world.connections.remove(screen);
  await world.run();
  expect(versionsOf(id)).toEqual([
    [1, false],
    [1, true],
    [1, false],
  ]);
});

test('a visitor that is gone is forgotten', async () => {
  const scene = await aShopScene(world);
  const id = randomUUID();
  await world.subscriptions.visitShop({ id, shop: scene.shop });
  await world.pool.query("update connections set opened_at = now() - interval '1 minute'");
  world.outcome.now = 'gone';
  await world.run();
  expect(await world.subscriptions.visitorsOf(scene.shop)).toEqual([]);
});

test('where nobody looks at a menu nothing is claimed and nothing is said', async () => {
  const scene = await aShopScene(world);
  const screen = await aScreen(world, scene.shop);
  await scene.ask({ op: 'set_open', open: false });
  expect((await world.run()).visited).toBe(0);
  expect(world.pushed.get(screen)).toBeUndefined();
});
