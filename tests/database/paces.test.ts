import { randomUUID } from 'node:crypto';
import type { ServerFrame } from '../../functions/domain/frames.ts';
import { createPaces } from '../../functions/domain/paces.ts';
import type { TouchedScreen } from '../../functions/domain/ports.ts';
import { hashOf, newShopKey, orderToken, readOrderToken, shareToken } from '../../functions/domain/secret.ts';
import { COMMANDS, COMMANDS_OF_SHOP, HELLOS, HELLOS_OF_CONNECTION, PINGS } from '../../functions/transport/paces.ts';
import { transport } from '../../functions/transport/transport.ts';
import { aShop, type DatabasePorts, openPorts, place } from '../support/postgres/ports.ts';

const secret = 'a secret of this test, of more than 32 bytes';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

/** A function that is sent frames: what it pushed, and how often it asked the database who a connection is. */
function aFunction(touch = world.subscriptions.touch) {
  const asked = { touches: 0, follows: 0, orders: 0, hellos: 0 };
  const pushed: ServerFrame[] = [];
  const { followOrder, followedBy } = world.subscriptions;
  const counted = <Values extends unknown[], Value>(run: (...values: Values) => Value) => {
    return (...values: Values) => {
      asked.hellos += 1;
      return run(...values);
    };
  };
  const receive = transport({
    ...world,
    shops: { ...world.shops, exists: counted(world.shops.exists), keyOf: counted(world.shops.keyOf) },
    streams: { ...world.streams, order: counted(world.streams.order) },
    subscriptions: {
      ...world.subscriptions,
      touch: (...values) => {
        asked.touches += 1;
        return touch(...values);
      },
      followOrder: follower => {
        asked.follows += 1;
        return followOrder(follower);
      },
      followsAny: counted(world.subscriptions.followsAny),
      followedBy: id => {
        asked.orders += 1;
        return followedBy(id);
      },
    },
    push: {
      send: async (_, text) => {
        pushed.push(JSON.parse(text));
        return 'sent';
      },
      close: async () => 'sent',
    },
    readToken: (order, token) => readOrderToken(secret, order, token),
    shareTokenOf: (shop, order) => shareToken(secret, shop, order),
    newKeyOf: () => '',
    subjectOf: () => undefined,
    securityEvents: { tell() {} },
    log(_, error) {
      throw error;
    },
  });
  return {
    asked,
    pushed,
    say: (connectionId: string, frame: object) =>
      receive({ connectionId, text: JSON.stringify(frame), requestId: randomUUID(), remoteAddress: undefined }),
  };
}

async function anOrder() {
  const shop = aShop();
  await world.installation.upsertShop(shop, hashOf(newShopKey()));
  const { orderId } = await place(world, shop.id);
  return { shop: shop.id, order: orderId, token: orderToken(secret, shop.id, orderId) };
}

const follow = (order: string, token: string) => ({ type: 'hello', role: 'customer', order, token });

test('13.3 pings faster than anybody has to are all answered, and ask the database for the first of them alone', async () => {
  const { order, token } = await anOrder();
  const { asked, pushed, say } = aFunction();
  const id = randomUUID();
  await say(id, follow(order, token));
  for (let ping = 0; ping < 100; ping++) await say(id, { type: 'ping' });
  expect(pushed.filter(({ type }) => type === 'pong')).toHaveLength(100);
  expect(asked.touches).toBeGreaterThanOrEqual(PINGS.burst);
  expect(asked.touches).toBeLessThan(PINGS.burst + 20);
});

test('the pong that is said again is not behind what a screen has got meanwhile: it would believe that the log was cut', async () => {
  const epoch = randomUUID();
  const touched: TouchedScreen = {
    ...({ state: 'shop', shop: 'a', role: 'display', epoch, head: 5, shopVersion: 1 } as const),
    ...({ autoAccept: false, cursor: 'kept', pageSeq: undefined, ackedFrom: undefined } as const),
  };
  const { asked, pushed, say } = aFunction(async () => touched);
  const id = randomUUID();
  const heads: unknown[] = [];
  const ping = async (cursor: object) => {
    await say(id, { type: 'ping', ...cursor });
    heads.push(pushed.flatMap(each => (each.type === 'pong' ? [each.head] : [])).at(-1));
  };
  for (let count = 0; count < PINGS.burst; count++) await ping({ epoch, after: 5 });
  const before = asked.touches;
  heads.length = 0;
  await ping({ epoch, after: 4 });
  await ping({ epoch, after: 7 });
  await ping({ epoch: randomUUID(), after: 7 });
  await ping({});
  expect([heads, asked.touches - before]).toEqual([[5, 7, 5, 5], 0]);
});

test('13.3 who opens an order again and again is slowed down, and holds up nobody who has another token of it', async () => {
  const { shop, order, token } = await anOrder();
  const { asked, pushed, say } = aFunction();
  const shared = shareToken(secret, shop, order);
  for (let hello = 0; hello < 100; hello++) await say(randomUUID(), follow(order, shared));
  expect(asked.follows).toBeLessThan(HELLOS.burst + 20);
  expect(pushed.at(-1)).toMatchObject({ type: 'error', error: { code: 'rate_limited' }, retryAfterMs: 10_000 });
  await say(randomUUID(), follow(order, token));
  expect(pushed.at(-1)).toMatchObject({ type: 'welcome', order: { id: order } });
});

test.each([
  ['a visitor', (shop: string) => ({ role: 'visitor', shop })],
  ['a visitor of shops that are not there', () => ({ role: 'visitor', shop: randomUUID() })],
  ['a shop', (shop: string) => ({ role: 'shop', shop, token: newShopKey(), device: randomUUID() })],
  ['a customer with a wrong token', () => ({ role: 'customer', order: randomUUID(), token: 'x' })],
])('13.3 a connection that says hello as %s again and again is closed before the database hears of it', async (_, helloOf) => {
  const { shop, order, token } = await anOrder();
  const { asked, pushed, say } = aFunction();
  const id = randomUUID();
  await say(id, follow(order, token));
  // A wrong hello closes a connection that follows nothing; whoever sends it does not care.
  asked.hellos = 0;
  const frame = { type: 'hello', ...helloOf(shop) };
  for (let hello = 0; hello < 100; hello++) await say(id, frame);
  expect(pushed.at(-1)).toMatchObject({ type: 'error', error: { code: 'rate_limited' }, retryAfterMs: 10_000 });
  // One statement asks whether the hello is right; what a slow machine is given meanwhile is a few more.
  expect(asked.hellos).toBeGreaterThanOrEqual(HELLOS_OF_CONNECTION.burst - 1);
  expect(asked.hellos).toBeLessThan(2 * (HELLOS_OF_CONNECTION.burst + 10));
  expect(asked.orders).toBe(0);
  await say(randomUUID(), follow(order, token));
  expect(pushed.at(-1)).toMatchObject({ type: 'welcome' });
});

test('13.3 commands faster than anybody taps are refused before the database hears of them, and each has its result', async () => {
  const touched: TouchedScreen = {
    ...({ state: 'shop', shop: 'a', role: 'display', epoch: '', head: 0, shopVersion: 1 } as const),
    ...({ autoAccept: false, cursor: 'none', pageSeq: undefined, ackedFrom: undefined } as const),
  };
  const { asked, pushed, say } = aFunction(async () => touched);
  const ids = Array.from({ length: 10 }, () => randomUUID());
  const asking = Array.from({ length: 100 }, () => ids).flat();
  await Promise.all(asking.map(id => say(id, { type: 'command', id: randomUUID(), op: 'list_keys' })));
  const codes = pushed.flatMap(each => (each.type === 'result' && !each.ok ? [each.error.code] : []));
  expect(codes).toHaveLength(1_000);
  // What a slow machine is given meanwhile is a few more.
  expect(asked.touches).toBeGreaterThanOrEqual(10 * COMMANDS.burst);
  expect(asked.touches).toBeLessThan(10 * (COMMANDS.burst + 30));
  const run = codes.filter(code => code === 'forbidden').length;
  expect(run).toBeGreaterThanOrEqual(COMMANDS_OF_SHOP.burst);
  expect(run).toBeLessThan(COMMANDS_OF_SHOP.burst + 200);
  expect(codes.filter(code => code === 'rate_limited')).toHaveLength(1_000 - run);
});

test('a pace lets a burst through, then so many a second, each key by itself', () => {
  let now = 0;
  const paces = createPaces<string>({ burst: 3, perSecond: 0.5 }, () => now);
  const taken = (key: string) => Array.from({ length: 5 }, () => paces.take(key));
  expect(taken('a')).toEqual([true, true, true, false, false]);
  expect(taken('b')).toEqual([true, true, true, false, false]);
  now += 4_000;
  expect(taken('a')).toEqual([true, true, false, false, false]);
});

test('a pace remembers only so many, and first forgets those that were met longest ago', () => {
  const paces = createPaces<string>({ burst: 1, perSecond: 0 }, () => 0, 2);
  for (const key of ['a', 'b']) expect(paces.take(key)).toBe(true);
  paces.keep('a', 'of a');
  expect(paces.take('c')).toBe(true);
  expect([paces.kept('a'), paces.kept('b')]).toEqual(['of a', undefined]);
  expect([paces.take('a'), paces.take('b')]).toEqual([false, true]);
});
