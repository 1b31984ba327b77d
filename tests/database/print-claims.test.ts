import { randomUUID } from 'node:crypto';
import { type DatabasePorts, openPorts, place, upTo } from '../support/postgres/ports.ts';
import { aShopScene, codeOf, type ShopScene } from '../support/postgres/scene.ts';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

let scene: ShopScene;
let order: string;
beforeEach(async () => {
  scene = await aShopScene(world);
  order = (await place(world, scene.shop)).orderId;
});

/** A connection of a device. */
async function aScreen(device: string, shop = scene.shop): Promise<string> {
  const id = randomUUID();
  await world.subscriptions.bindScreen({ id, shop, device, keyId: `${shop}.1` });
  return id;
}

const claim = async (connection: string | undefined, id?: string) =>
  (await scene.run({ op: 'claim_print', order }, id, connection)).result;

test('one device prints an order, and however often it asks, on whichever connection, it is told so', async () => {
  const [device, other] = [randomUUID(), randomUUID()];
  expect(await claim(await aScreen(device))).toBe('{"ok":true,"print":true}');
  expect(JSON.parse(await claim(await aScreen(other)))).toMatchObject({
    ok: false,
    error: { code: 'already_claimed' },
  });
  expect(await claim(await aScreen(device))).toBe('{"ok":true,"print":true}');
});

test('of twenty devices that ask at the same moment one prints', async () => {
  const screens = await Promise.all(upTo(20).map(() => aScreen(randomUUID())));
  const codes = await Promise.all(
    screens.map(async connection => codeOf(await scene.run({ op: 'claim_print', order }, randomUUID(), connection))),
  );
  expect(codes.filter(code => code === 'ok')).toHaveLength(1);
  expect(codes.filter(code => code === 'already_claimed')).toHaveLength(19);
});

test('a command that is repeated is answered the same, and another device with the same id does not print', async () => {
  const id = randomUUID();
  const [mine, other] = [await aScreen(randomUUID()), await aScreen(randomUUID())];
  for (const _ of upTo(3)) expect(await claim(mine, id)).toBe('{"ok":true,"print":true}');
  expect(JSON.parse(await claim(other, id))).toMatchObject({ error: { code: 'already_claimed' } });
});

test('it is no event, changes nothing of the order, and outlives it being completed', async () => {
  const mine = await aScreen(randomUUID());
  const before = await world.streams.order(order);
  const outcome = await scene.run({ op: 'claim_print', order }, randomUUID(), mine);
  expect([outcome.event, outcome.shopChanged]).toEqual([undefined, false]);
  expect(await world.streams.order(order)).toEqual(before);
  await scene.ask({ op: 'accept', order, version: 1 });
  await scene.ask({ op: 'complete', order, version: 2 });
  expect(JSON.parse(await claim(await aScreen(randomUUID())))).toMatchObject({ error: { code: 'already_claimed' } });
  expect(await claim(mine)).toBe('{"ok":true,"print":true}');
});

test('an order of another shop, or of nobody, is not there to be printed', async () => {
  const stranger = await aShopScene(world);
  const screen = await aScreen(randomUUID(), stranger.shop);
  for (const wanted of [order, randomUUID(), 'no uuid', '__proto__']) {
    expect(codeOf(await stranger.run({ op: 'claim_print', order: wanted }, randomUUID(), screen))).toBe('not_found');
  }
  expect(await claim(await aScreen(randomUUID()))).toBe('{"ok":true,"print":true}');
});

test('without a screen there is nobody who prints', async () => {
  expect(codeOf(await scene.run({ op: 'claim_print', order }))).toBe('invalid_request');
});
