import { randomUUID } from 'node:crypto';
import { redisFrameQueue } from '../../db/frame-queue.ts';
import { openRedis, type Redis } from '../../db/redis.ts';
import { type Killable, startKillable } from '../support/killable.ts';
import { hasProgram } from '../support/programs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import type { WorkerArgument } from './worker-process.ts';

// The queue on a real Redis, with workers in processes of their own that are killed in the middle of their work.

const test = hasProgram('redis-server') ? it : it.skip;

let server: TestRedis;
let redis: Redis;
const workers: Killable[] = [];
beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.kill();
});
afterAll(async () => {
  await redis?.end();
  await server?.end();
});

/** A queue of its own, whose frames come from a member who is always in the room. */
function newQueue() {
  const prefix = randomUUID();
  const queue = redisFrameQueue(redis, { prefix });
  const keyOf = (name: string) => `{${prefix}}:${name}`;
  return {
    prefix,
    append: (text: string | undefined, connectionId = 'sender') => queue.append({ connectionId, text }),
    /** What workers have pushed to the other member, in the order in which they did. */
    pushed: async () => (await redis.run(['LRANGE', keyOf('pushed'), '0', '-1'])) as string[],
    parked: async () =>
      ((await redis.run(['XRANGE', keyOf('parked'), '-', '+'])) as [string, string[]][]).map(([, f]) => f),
    pending: async () => ((await redis.run(['XPENDING', keyOf('frames'), 'workers'])) as [number])[0],
    async startWorker(argument: Partial<WorkerArgument> = {}) {
      const worker = await startKillable({
        script: 'tests/chat/worker-process.ts',
        argument: { url: server.url, prefix, holdMs: 500, delayMs: 0, ...argument } satisfies WorkerArgument,
      });
      workers.push(worker);
      return worker;
    },
  };
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `message ${index}`);
}

/** Without what follows the same again: at least once, in order. */
function withoutRepeats(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

test('a worker handles what waits, in order, each once, and leaves nothing behind', async () => {
  const queue = newQueue();
  for (const text of numbered(200)) await queue.append(text);
  await queue.startWorker();
  await until(async () => (await queue.pushed()).length === 200);
  expect(await queue.pushed()).toEqual(numbered(200));
  await until(async () => (await queue.pending()) === 0);
});

test('of several workers one works, and the order holds', async () => {
  const queue = newQueue();
  await Promise.all([queue.startWorker(), queue.startWorker(), queue.startWorker()]);
  for (const text of numbered(150)) await queue.append(text);
  await until(async () => (await queue.pushed()).length >= 150);
  expect(await queue.pushed()).toEqual(numbered(150));
});

test('what a worker that was killed in mid-batch left, the next one does first: nothing lost, in order', async () => {
  const queue = newQueue();
  for (const text of numbered(120)) await queue.append(text);
  const first = await queue.startWorker({ delayMs: 5 });
  await until(async () => (await queue.pushed()).length > 20);
  await first.kill();
  const doneByFirst = (await queue.pushed()).length;
  expect(doneByFirst).toBeLessThan(100);
  expect(await queue.pending()).toBeGreaterThan(0);
  await queue.startWorker();
  await until(async () => new Set(await queue.pushed()).size === 120);
  const pushed = await queue.pushed();
  expect(withoutRepeats(pushed)).toEqual(numbered(120));
  // Only the frame that was being handled can have been pushed twice.
  expect(pushed.length).toBeLessThanOrEqual(121);
  await until(async () => (await queue.pending()) === 0);
});

test('workers that are killed again and again lose nothing, while new frames come', async () => {
  const queue = newQueue();
  const texts = numbered(300);
  const appending = (async () => {
    for (const text of texts) await queue.append(text);
  })();
  let killed = 0;
  while (new Set(await queue.pushed()).size < texts.length) {
    const before = (await queue.pushed()).length;
    const worker = await queue.startWorker({ delayMs: 3 });
    await until(async () => (await queue.pushed()).length > before + 60 || new Set(await queue.pushed()).size === 300);
    await worker.kill();
    killed += 1;
  }
  await appending;
  expect(killed).toBeGreaterThan(2);
  expect(withoutRepeats(await queue.pushed())).toEqual(texts);
});

test('a frame that cannot be handled is tried five times, parked, and those behind it go on', async () => {
  const queue = newQueue();
  await queue.append('before');
  await queue.append('poison', 'broken');
  await queue.append('after');
  const worker = await queue.startWorker({ failsOn: 'broken' });
  await until(async () => (await queue.pushed()).includes('after'));
  expect((await queue.pushed()).filter(text => !text.startsWith('error'))).toEqual(['before', 'after']);
  expect(await queue.parked()).toEqual([['position', expect.any(String), 'connection', 'broken', 'text', 'poison']]);
  expect(await worker.ask('tries')).toBe(5);
  await until(async () => (await queue.pending()) === 0);
});

test('a frame that every worker dies of is parked after five of them, and no other is', async () => {
  const queue = newQueue();
  for (const text of ['before', 'deadly', ...numbered(10)]) await queue.append(text);
  let died = 0;
  while (!(await queue.pushed()).includes('message 9')) {
    const worker = await queue.startWorker({ diesOn: 'deadly' });
    await until(async () => !worker.isRunning() || (await queue.pushed()).includes('message 9'));
    if (!worker.isRunning()) died += 1;
  }
  expect(died).toBe(5);
  expect((await queue.parked()).map(fields => fields.at(-1))).toEqual(['deadly']);
  expect(withoutRepeats(await queue.pushed())).toEqual(['before', ...numbered(10)]);
});

test('a binary frame comes out as it went in, and its sender is told', async () => {
  const queue = newQueue();
  await queue.append(undefined);
  const worker = await queue.startWorker();
  await until(async () => (await worker.ask<string[]>('errors')).length === 1);
  expect(await worker.ask('errors')).toEqual([expect.stringContaining('binary frames')]);
  expect(await queue.parked()).toEqual([]);
});

test('frames beyond the limit push out the oldest, so that the queue cannot fill Redis', async () => {
  const prefix = randomUUID();
  const queue = redisFrameQueue(redis, { prefix, maxLength: 100 });
  for (const text of numbered(1_000)) await queue.append({ connectionId: 'sender', text });
  const length = Number(await redis.run(['XLEN', `{${prefix}}:frames`]));
  expect(length).toBeGreaterThanOrEqual(100);
  expect(length).toBeLessThan(300);
});
