import { randomUUID } from 'node:crypto';
import { type BreakableSystem, menu, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { passTime } from '../support/trial/pass-time.ts';
import { openScreen, type Screen } from '../support/trial/screen.ts';
import type { PushCall } from '../support/trial/send-back-proxy.ts';
import { startTrial, type Trial } from '../support/trial/trial.ts';
import { until } from '../support/until.ts';
import { startWebhook } from './webhook.ts';

let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem({ redeliverSeconds: 1 });
});
afterEach(() => world?.heal());
afterAll(() => world?.end());

test('F32 the gateway is killed with 200 screens on it: they come back spread over time, and miss nothing', async () => {
  const trial = await startTrial(world, { shops: 200, jitter: 1 });
  const writers = trial.startWriters({ count: 5, pauseMs: 100 });
  const killedAt = Date.now();
  await world.gateway.kill();
  // When the first try of each is due: between now and in a second.
  const firstTries = new Map<Screen, number>();
  await until('every screen knows', () => {
    for (const screen of trial.screens) {
      const { phase, attempt, until: at } = screen.state().link;
      if (phase === 'waiting' && attempt === 1) firstTries.set(screen, at ?? 0);
    }
    return trial.screens.every(screen => screen.state().link.phase !== 'live');
  });
  const busiest = busiestTenth([...firstTries.values()]);
  expect(firstTries.size).toBeGreaterThan(150);
  expect(busiest).toBeLessThan(firstTries.size / 4);
  await world.gateway.start();
  const { catchUpMs } = await catchUp(trial, writers);
  await expectWhole(trial);
  report(`F32: all are back ${Date.now() - killedAt} ms after the kill, caught up in ${catchUpMs} ms`);
});

test('F33 the closing event of a screen is lost: other devices are served as ever, and the lease ends it', async () => {
  const trial = await startTrial(world, { screensPerShop: 2 });
  const [shop = ''] = trial.shops;
  const lost = trial.screens[0];
  lost?.end();
  const id = await connectionOf(lost);
  await until('cleanup has run', async () => (await stateOf(id)) === 'closed');
  // As if it had not. The gateway, too, is one that does not know who is gone.
  await world.postgres.pool.query("update connections set state = 'bound', closed_at = null where id = $1", [id]);
  const pushed: PushCall[] = [];
  world.sendBack.rule(call => {
    if (call.connectionId !== id) return 'pass';
    pushed.push(call);
    return 'drop';
  });

  const { ms } = await trial.tryOnce({ shop });
  expect(ms).toBeLessThan(3_000);
  await trial.drain(10_000); // before re-delivery, which waits for 15 s
  expect(pushed).toHaveLength(1);
  expect(await stateOf(id)).toBe('bound');

  await passTime(world.postgres.pool, [shop], 601); // the other one has not pinged either
  trial.screens[1]?.wake();
  await until('the other lease is alive', async () => (await liveScreens(shop)).length > 0);
  expect(await liveScreens(shop)).not.toContain(id);
  pushed.length = 0;
  await trial.tryOnce({ shop });
  await trial.drain(5_000);
  expect(pushed).toEqual([]);

  await passTime(world.postgres.pool, [shop], 3_600);
  await until('the row is closed', async () => (await stateOf(id)) === 'closed');
  trial.screens[1]?.wake(); // for it, too, an hour has passed
  await expectWhole(trial);
});

test('F34 closing comes before connecting, either comes twice, ids are unknown: nothing is resurrected or thrown', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const connecting = (id: string) => ({
    requestContext: { sourceIp: '' },
    websocket: { action: 'connecting', secConnectionID: id },
  });
  const register = (id: string) => world.stream.call('register', connecting(id)) as Promise<{ errNo: number }>;
  const cleanup = (id: string) =>
    world.stream.call('cleanup', { websocket: { action: 'closing', secConnectionID: id } });
  const say = (id: string, frame: object) =>
    world.stream.call('transport', {
      websocket: { action: 'data send', secConnectionID: id, dataType: 'text', data: JSON.stringify(frame) },
    });
  const hello = { type: 'hello', role: 'shop', shop, token: trial.keys[shop], device: randomUUID() };
  const frames: PushCall[] = [];
  world.sendBack.rule(call => {
    frames.push(call);
    return 'pass';
  });

  const late = randomUUID();
  expect(await cleanup(late)).toEqual({ errNo: 0, errMsg: 'ok' });
  expect((await register(late)).errNo).not.toBe(0);
  await say(late, hello);
  expect(await stateOf(late)).toBe('closed');
  expect(
    frames.filter(({ connectionId }) => connectionId === late).map(({ action, data }) => [action, codeOf(data)]),
  ).toEqual([
    ['data send', 'hello_required'],
    ['closing', undefined],
  ]);

  const twice = randomUUID();
  expect([(await register(twice)).errNo, (await register(twice)).errNo]).toEqual([0, 0]);
  expect(await stateOf(twice)).toBe('new');
  await cleanup(twice);
  const { rows: before } = await world.postgres.pool.query('select * from connections where id = $1', [twice]);
  await cleanup(twice);
  expect((await world.postgres.pool.query('select * from connections where id = $1', [twice])).rows).toEqual(before);
  expect((await register(twice)).errNo).not.toBe(0);

  const unknown = randomUUID();
  for (const frame of [
    { type: 'ping' },
    { type: 'ack', seq: 1 },
    { type: 'command', id: randomUUID(), op: 'set_open', open: true },
  ])
    expect(await say(unknown, frame)).toEqual({ errNo: 0, errMsg: 'ok' });
  expect(await stateOf(unknown)).toBeUndefined();

  // Whatever comes first of connecting, hello and closing: it is closed in the end.
  const racing: string[] = Array.from({ length: 60 }, () => randomUUID());
  await Promise.all(racing.flatMap(id => [register(id), say(id, hello), cleanup(id)]));
  for (const id of racing) expect(await stateOf(id)).toBe('closed');
  await trial.tryOnce({ shop });
  expect(frames.some(({ data, connectionId }) => racing.includes(connectionId) && data.includes('order.placed'))).toBe(
    false,
  );
  await expectWhole(trial);
});

test('F35 clients that are half open get nothing of what is pushed: the shop is called in time, and they resume exactly', async () => {
  const { setting: webhook, calls, close } = await startWebhook();
  const trial = await startTrial(world, { shops: 2 });
  await world.init({ shops: trial.shops.map(id => ({ id, name: id, currency: 'CNY', webhook, dishes: menu })) });
  for (const screen of trial.screens) screen.socket()?.pause();
  const placements = await Promise.all(trial.shops.map(shop => trial.place({ shop })));
  const ids = placements.map(placement => (placement.type === 'placed' ? placement.order.id : '')).sort();

  await passTime(world.postgres.pool, trial.shops, 60);
  await world.stream.call('redeliver', {});
  expect(calls).toEqual([]);
  await passTime(world.postgres.pool, trial.shops, 10);
  await until('the shops are called', () => calls.length === 2, 5_000);
  expect([...calls].sort()).toEqual(ids);
  for (const screen of trial.screens) expect(screen.state().cursor?.after).toBe(0);

  await trial.place({ shop: trial.shops[0] ?? '' });
  trial.screens[0]?.socket()?.resume(); // everything that was pushed comes at once, some of it twice
  trial.screens[1]?.drop(); // the connection turns out to be dead
  await expectWhole(trial);
  expect(calls).toHaveLength(2);
  await close();
});

test('F36 two tabs of one device are two screens: both show everything, whichever is dropped', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const device = trial.screens[0]?.state().identity.device ?? '';
  const tab = openScreen({ url: world.webSocketUrl, shop, key: trial.keys[shop] ?? '', device, random: () => 0.05 });
  trial.screens.push(tab);
  await trial.drain(10_000);
  expect(await liveScreens(shop)).toHaveLength(2);
  for (let round = 0; round < 5; round++) {
    await trial.place({ shop });
    trial.screens[round % 2]?.drop();
    await trial.place({ shop });
  }
  await expectWhole(trial);
  for (const { log, state } of [...trial.screens]) {
    expect(log.entries.filter(({ type }) => type === 'event')).toHaveLength(10);
    expect(state().link.stoppedBy).toBeUndefined();
  }
});

async function catchUp(trial: Trial, writers: { stop(): Promise<void> }): Promise<{ catchUpMs: number }> {
  await writers.stop();
  return { catchUpMs: await trial.drain(30_000) };
}

/** How many of the moments lie in the fullest 100 ms. */
function busiestTenth(moments: number[]): number {
  return Math.max(...moments.map(from => moments.filter(at => at >= from && at < from + 100).length));
}

async function connectionOf(screen: Screen | undefined): Promise<string> {
  const { rows } = await world.postgres.pool.query<{ id: string }>('select id from connections where device = $1', [
    screen?.state().identity.device,
  ]);
  return rows[0]?.id ?? '';
}

async function stateOf(id: string): Promise<string | undefined> {
  const { rows } = await world.postgres.pool.query<{ state: string }>('select state from connections where id = $1', [
    id,
  ]);
  return rows[0]?.state;
}

async function liveScreens(shop: string): Promise<string[]> {
  const { rows } = await world.postgres.pool.query<{ id: string }>('select id from live_screens($1)', [shop]);
  return rows.map(({ id }) => id);
}

function codeOf(frame: string): string | undefined {
  return frame === '' ? undefined : JSON.parse(frame).error?.code;
}

/** For whoever runs the test and wants to know how fast it went. */
function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
