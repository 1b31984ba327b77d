import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { WebSocket } from 'ws';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import type { Operation, ServerFrame } from '../../functions/domain/frames.ts';
import { freePort } from '../../scripts/local/free-port.ts';
import { connect, type Socket } from '../../web/connection/connect.ts';
import { newShopStream, type ShopEffect, type ShopInput, type ShopStream } from '../../web/connection/shop/state.ts';
import { reduceShopStream, shopMachine, shopStreamDueAt } from '../../web/connection/shop/stream.ts';
import { openClient, orderBody, postOrder } from '../support/e2e/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { until } from '../support/until.ts';

// Platforms bill by the call. The bundles run behind the gateway, and every call of a function is counted.

type MainHandler = (event: unknown, context?: unknown) => Promise<unknown>;

let database: TestDatabase;
let gateway: Gateway;
let functions: Record<string, MainHandler>;
let key: string;
const calls: string[] = [];

/** The screen's clock runs this much faster than ours, so that what it does within 25 s is seen in one. */
const HURRY = 25;

beforeAll(async () => {
  database = await createTestDatabase();
  const port = await freePort();
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: '4',
    TOKEN_SECRET: 'a secret of the tests, long enough',
    SEND_BACK_URL: `http://127.0.0.1:${port}/send-back/pgws`,
    RATE_LIMITS: 'off',
  });
  functions = Object.fromEntries(
    ['register', 'transport', 'cleanup', 'bill', 'init_db', 'redeliver'].map(name => [name, load(name)]),
  );
  const made = (await functions.init_db?.({ demo: true })) as { shops: { id: string; key: string }[] };
  key = made.shops.find(shop => shop.id === 'shop1')?.key ?? '';
  gateway = await startGateway({
    port: 0,
    sendBackPort: port,
    routes: [{ path: '/bill', methods: ['POST'], target: counted('bill') }],
    websockets: [
      {
        path: '/pgws',
        apiId: 'pgws',
        register: counted('register'),
        transport: counted('transport'),
        cleanup: counted('cleanup'),
        // Often enough for the screen's hurried clock.
        aliveFrame: { everySeconds: 15 / HURRY, frame: { type: 'alive', everySeconds: 60 } },
      },
    ],
    logLevel: 'error',
  });
});
afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

function load(name: string): MainHandler {
  return require(path.resolve(`dist/${name}/index.js`)).main_handler;
}

function counted(name: string): MainHandler {
  return (event, context) => {
    calls.push(name);
    return functions[name]?.(event, context) ?? Promise.reject(new Error(`no ${name}`));
  };
}

function openStream() {
  const results: string[] = [];
  const connection = connect<ShopStream, ShopInput, ShopEffect>(
    shopMachine,
    newShopStream({ shop: 'shop1', token: key, device: randomUUID() }),
    {
      openSocket: () => new WebSocket(`${gateway.url.replace('http', 'ws')}/pgws`) as unknown as Socket,
      now: () => Date.now() * HURRY,
      random: () => 0.5,
      startTimer(callback, ms) {
        const timer = setTimeout(callback, ms / HURRY);
        return () => clearTimeout(timer);
      },
      onWake: () => () => undefined,
    },
    {
      onEffect: effect => effect.type === 'result' && results.push(effect.result.ok ? 'ok' : effect.result.error.code),
    },
  );
  return { connection, results };
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

test.each([
  ['at once', 0],
  ['each step after half a minute of cooking', 1_300],
])('an order from placed to completed on one device costs at most six calls, %s', async (_, cookingMs) => {
  const { connection, results } = openStream();
  await until(() => connection.state().cursor !== undefined);
  await pause(200);
  calls.length = 0;
  results.length = 0;
  const { order } = (await postOrder(gateway.url, orderBody())).body;
  await until(() => connection.state().orders.has(order.id));
  const steps: Operation['op'][] = ['accept', 'ready', 'complete'];
  for (const [index, op] of steps.entries()) {
    await pause(cookingMs);
    // Re-delivery looks by once a step, and finds what has not been acknowledged for longer than it should.
    await database.pool.query("update events set at = at - interval '40 seconds'");
    await functions.redeliver?.({});
    connection.put({
      type: 'command',
      id: randomUUID(),
      operation: { op, order: order.id, version: index + 1 } as Operation,
    });
    await until(() => results.length === index + 1);
  }
  expect(results).toEqual(['ok', 'ok', 'ok']);
  await until(() => connection.state().orders.get(order.id)?.status === 'completed');
  await pause(cookingMs);
  expect(calls.length).toBeLessThanOrEqual(6);
  expect(calls.filter(name => name === 'bill')).toHaveLength(1);
  connection.end();
  await until(() => calls.includes('cleanup'));
});

test('a customer who looks at a menu costs three calls, and a change of it one, whoever looks', async () => {
  const { connection, results } = openStream();
  await until(() => connection.state().cursor !== undefined);
  await pause(200);
  calls.length = 0;
  const visitors = await Promise.all(
    Array.from({ length: 5 }, () => openClient(`${gateway.url.replace('http', 'ws')}/pgws`)),
  );
  for (const visitor of visitors) {
    visitor.send({ type: 'hello', role: 'visitor', shop: 'shop1' });
    await visitor.take('welcome');
  }
  expect(calls.splice(0).sort()).toEqual([...Array(5).fill('register'), ...Array(5).fill('transport')]);
  for (let busyMinutes = 1; busyMinutes <= 10; busyMinutes++) {
    connection.put({ type: 'command', id: randomUUID(), operation: { op: 'set_busy', busyMinutes } });
    for (const visitor of visitors) await visitor.take('shop', ({ shop }) => shop.busyMinutes === busyMinutes);
  }
  await until(() => results.length === 10);
  expect(calls.splice(0)).toEqual(Array(10).fill('transport'));
  await postOrder(gateway.url, orderBody());
  await until(() => connection.state().orders.size === 1 && calls.includes('transport'));
  await functions.redeliver?.({});
  for (const visitor of visitors) {
    expect(visitor.frames.filter(({ type }) => type !== 'shop' && type !== 'alive')).toEqual([]);
    await visitor.close();
  }
  await until(() => calls.filter(name => name === 'cleanup').length === 5);
  expect(
    calls
      .splice(0)
      .filter(name => name !== 'cleanup')
      .sort(),
  ).toEqual(['bill', 'transport']);
  connection.end();
  await until(() => calls.includes('cleanup'));
});

test.each([
  ['behind our gateway', 15, 10_000, 12_000],
  ['behind a gateway that does not show that the link is alive, looked at day and night', undefined, 43_000, 43_300],
])('a shop that is idle for a month sends at most so many frames, %s', (_, aliveSeconds, least, most) => {
  const random = 0.5;
  let now = 0;
  let state = newShopStream({ shop: 'shop1', token: 'key', device: randomUUID() });
  let frames = 0;
  const put = (input: ShopInput): void => {
    const outcome = reduceShopStream(state, input, { now, random });
    state = outcome.state;
    for (const effect of outcome.effects) {
      if (effect.type !== 'send') continue;
      frames += 1;
      for (const frame of answersTo(effect.frame.type)) put({ type: 'frame', frame });
    }
  };
  put({ type: 'connect' });
  put({ type: 'opened' });
  const monthMs = 30 * 86_400_000;
  let aliveAt = aliveSeconds === undefined ? Number.POSITIVE_INFINITY : 0;
  for (let due = shopStreamDueAt(state); due !== undefined && due < monthMs; due = shopStreamDueAt(state)) {
    now = Math.max(now, Math.min(due, aliveAt));
    if (aliveAt <= due) {
      put({ type: 'frame', frame: { type: 'alive', everySeconds: aliveSeconds ?? 0 } });
      aliveAt += (aliveSeconds ?? 0) * 1_000;
    } else put({ type: 'tick' });
  }
  expect(state.link.phase).toBe('live');
  expect(frames).toBeGreaterThan(least);
  expect(frames).toBeLessThanOrEqual(most);
});

/** What the server says to an idle shop. */
function answersTo(type: string): ServerFrame[] {
  const epoch = '3b241101-e2bb-4255-8caf-4136c566a962';
  if (type === 'ping') return [{ type: 'pong', epoch, head: 0, shopVersion: 1 }];
  if (type !== 'hello') return [];
  const settings = {
    open: true,
    pausedUntil: null,
    online: true,
    prepMinutes: 15,
    busyMinutes: 0,
    autoAccept: false,
    acceptMinutes: 5,
    dishes: [],
  };
  const shop = { id: 'shop1', name: 'A', currency: 'CNY', timeZone: 'Asia/Shanghai', version: 1, ...settings };
  return [
    { type: 'welcome', role: 'shop', epoch, head: 0, resumed: false, pingSeconds: 240, shop },
    { type: 'snapshot', epoch, head: 0, index: 0, orders: [], more: false },
  ];
}
