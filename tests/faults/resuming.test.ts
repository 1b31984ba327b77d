import { setTimeout as sleep } from 'node:timers/promises';
import type { EventsFrame, ServerFrame, SnapshotFrame } from '../../functions/domain/frames.ts';
import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { passTime } from '../support/trial/pass-time.ts';
import { placeMany } from '../support/trial/place-many.ts';
import { openScreen, type Screen } from '../support/trial/screen.ts';
import type { PushCall } from '../support/trial/send-back-proxy.ts';
import { startTrial } from '../support/trial/trial.ts';
import { until } from '../support/until.ts';
import { startCuttingProxy } from './cutting-proxy.ts';

// Re-delivery runs where a test calls it, so that what a test sees is the work of the stream alone.
let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem({
    redeliverSeconds: 3_600,
    rateLimit: { framesPerSecond: 20, burst: 60 },
    nodeFlags: ['--expose-gc'],
  });
});
afterEach(() => world?.heal());
afterAll(() => world?.end());

test('F37 a shop was away for 5,000 orders: it resumes in pages, with all of them, in order, once; memory stays flat', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const [screen] = trial.screens;
  await placeMany(world.postgres.pool, trial.records, shop, 5_000);
  const before = await world.stream.health();
  const pages: { events: number; bytes: number; more: boolean }[] = [];
  let welcomes = 0;
  world.sendBack.rule(({ data }) => {
    const frame = JSON.parse(data || '{}') as ServerFrame;
    if (frame.type === 'welcome') welcomes++;
    if (frame.type === 'events')
      pages.push({ events: frame.events.length, bytes: Buffer.byteLength(data), more: frame.more });
    return 'pass';
  });
  screen?.drop();
  const caughtUpMs = await trial.drain(60_000);
  const after = await world.stream.health();
  report(
    `F37: 5,000 orders in ${pages.length} pages and ${caughtUpMs} ms; the functions' heap grew by ${Math.round((after.heapBytes - before.heapBytes) / 1024)} kB`,
  );
  expect(welcomes).toBe(1); // it keeps to the gateway's limit of frames
  expect(pages.reduce((sum, { events }) => sum + events, 0)).toBe(5_000);
  expect(Math.max(...pages.map(({ events }) => events))).toBeLessThanOrEqual(50);
  expect(Math.max(...pages.map(({ bytes }) => bytes))).toBeLessThanOrEqual(32 * 1024);
  expect(pages.map(({ more }) => more)).toEqual(pages.map((_, index) => index < pages.length - 1));
  expect(after.heapBytes - before.heapBytes).toBeLessThan(8 * 1024 * 1024);
  expect(screen?.log.entries.filter(({ type }) => type === 'event')).toHaveLength(5_000);
  await expectWhole(trial);
});

test('F38 the line is cut in the middle of a page, and between its receipt and its ack: nothing is lost or shown twice', async () => {
  const trial = await startTrial(world, { screensPerShop: 0 });
  const [shop = ''] = trial.shops;
  const proxy = await startCuttingProxy(world.webSocketUrl, world.ending);
  const screen = openScreen({ url: proxy.url, shop, key: trial.keys[shop] ?? '', random: () => 0.001 });
  trial.screens.push(screen);
  await trial.drain(10_000);
  await placeMany(world.postgres.pool, trial.records, shop, 3_000);
  // A page has 32 KiB at most, so these cuts come before the last of them, however fast the pages are.
  proxy.cutBy(n => {
    if (n >= 20) return undefined;
    if (n % 2 === 0) return { way: 'down', afterBytes: Math.floor(Math.random() * 60_000) }; // anywhere in two pages
    return { way: 'up', afterBytes: 40_000 }; // the first page and a little: what the screen says next is an ack
  });
  screen.drop();
  while (proxy.cuts() < 20) {
    const cuts = proxy.cuts();
    await until('the line is cut', () => proxy.cuts() > cuts, 20_000);
    if (cuts % 5 > 0) continue;
    // Re-delivery makes pages of its own while it comes back.
    await passTime(world.postgres.pool, [shop], 15);
    await world.stream.call('redeliver', {});
  }
  await expectWhole(trial);
});

test('F40 a screen reads one frame a second with 2,000 events waiting: one page is on its way at a time, others are not slowed', async () => {
  const trial = await startTrial(world, { shops: 2, screensPerShop: 2 });
  const [shop = '', other = ''] = trial.shops;
  const slow = trial.screens.find(({ log }) => log.shop === shop);
  const quick = trial.screens.filter(screen => screen !== slow);
  await placeMany(world.postgres.pool, trial.records, shop, 2_000);
  for (const screen of quick) screen.drop();
  await until('the quick ones are back', () => quick.every(isAtHead(shop, 2_000)));

  slow?.readSlowly(1_000);
  const wrong: string[] = [];
  let pages = 0;
  slow?.drop();
  await until('it is back', async () => (await connectionsOf(slow)).length > 1);
  const [id] = await connectionsOf(slow);
  world.sendBack.rule(call => {
    const frame = pageOf(call);
    if (call.connectionId !== id || frame === undefined) return 'pass';
    pages++;
    const applied = slow?.state().cursor?.after ?? -1;
    if (frame.events[0]?.seq !== applied + 1) wrong.push(`page at ${frame.events[0]?.seq}, it has ${applied}`);
    return 'pass';
  });
  const lateMs: number[] = [];
  for (let n = 1; n <= 8; n++) {
    for (const [to, head] of [
      [shop, 2_000 + n],
      [other, n],
    ] as const) {
      const from = Date.now();
      await trial.tryOnce({ shop: to });
      await until('the quick ones show it', () => quick.every(isAtHead(to, head)), 5_000);
      lateMs.push(Date.now() - from);
    }
    await sleep(100);
  }
  expect(slow?.state().cursor?.after).toBeLessThan(2_000); // it was still at it
  slow?.readSlowly(0);
  await trial.drain(40_000);
  expect(wrong).toEqual([]);
  expect(pages).toBeGreaterThan(15);
  const medianMs = lateMs.sort((a, b) => a - b)[Math.floor(lateMs.length / 2)];
  report(
    `F40: beside a slow screen the others have an order after ${medianMs} ms (median), ${lateMs.at(-1)} ms (longest)`,
  );
  await expectWhole(trial);
});

test.each([
  'first',
  'middle',
  'last',
])('F43 the %s page of a snapshot is lost: it is asked for again, and nothing is missing', async which => {
  const trial = await startTrial(world, { screensPerShop: 0 });
  const [shop = ''] = trial.shops;
  await placeMany(world.postgres.pool, trial.records, shop, 200);
  const sent: string[] = [];
  let isLost = false;
  world.sendBack.rule(({ data }) => {
    const frame = JSON.parse(data || '{}') as ServerFrame;
    if (frame.type === 'welcome') sent.push('welcome');
    if (frame.type !== 'snapshot') return 'pass';
    if (isLost || positionOf(frame) !== which) return 'pass';
    isLost = true;
    sent.push(`lost ${frame.index}`);
    return 'drop';
  });
  const screen = trial.openScreen(shop);
  await trial.drain(10_000);
  expect(sent).toEqual(['welcome', expect.stringContaining('lost'), 'welcome']);
  expect(screen.log.entries.map(({ type }) => type)).toEqual(['snapshot']);
  expect(screen.state().orders.size).toBe(200);
  await expectWhole(trial);
});

function positionOf({ index, more }: SnapshotFrame): string {
  if (!more) return 'last';
  return index === 0 ? 'first' : 'middle';
}

/** A page of a backlog; an event that is pushed live comes alone. */
function pageOf({ data }: PushCall): EventsFrame | undefined {
  const frame = JSON.parse(data || '{}') as ServerFrame;
  return frame.type === 'events' && (frame.more || frame.events.length > 1) ? frame : undefined;
}

function isAtHead(shop: string, head: number): (screen: Screen) => boolean {
  return ({ log, state }) => log.shop !== shop || state().cursor?.after === head;
}

/** The connections a screen has had, the newest first. */
async function connectionsOf(screen: Screen | undefined): Promise<string[]> {
  const { rows } = await world.postgres.pool.query<{ id: string }>(
    'select id from connections where device = $1 order by opened_at desc',
    [screen?.state().identity.device],
  );
  return rows.map(({ id }) => id);
}

/** For whoever runs the test and wants to know how fast it went. */
function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
