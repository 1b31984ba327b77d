import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { startSystem } from '../support/e2e/system.ts';
import { createTestDatabase } from '../support/postgres/database.ts';
import { startTcpProxy } from '../support/trial/tcp-proxy.ts';
import { until } from '../support/until.ts';

// examples/client against the product, with its link cut, and against the server of examples/custom-push.

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('has 80 lines', () => {
  expect(readFileSync('examples/client/client.mjs', 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(80);
});

it('shows and accepts each order once, also while its link was cut and when the log has become another', async () => {
  const system = await startSystem();
  ends.push(() => system.stop());
  const proxy = await startTcpProxy(Number(new URL(system.url).port));
  ends.push(() => proxy.close());
  const client = run([
    'examples/client/client.mjs',
    `http://127.0.0.1:${proxy.port}/shop.html#shop=shop1&key=${system.keys.shop1}`,
  ]);
  await order(system.url);
  await client.shows('#1 accepted');

  proxy.weather({ kind: 'refuse' });
  proxy.cut();
  await order(system.url);
  proxy.heal();
  await order(system.url);
  await client.shows('#3 accepted');

  // As after a restored backup: the client asks with its own cursor, of the epoch before, and gets a snapshot.
  await system.database.pool.query('update streams set epoch = gen_random_uuid()');
  await order(system.url);
  await client.shows('#4 accepted');
  expect(client.lines.map(line => line.replace(/:.*/, '')).sort()).toEqual([
    '#1 accepted',
    '#1 placed',
    '#2 accepted',
    '#2 placed',
    '#3 accepted',
    '#3 placed',
    '#4 accepted',
    '#4 placed',
  ]);
});

it('is served by a WebSocket server of somebody’s own, with a push of its own', async () => {
  const database = await createTestDatabase({ empty: true });
  ends.push(() => database.drop());
  const server = run(['scripts/run.mjs', 'examples/custom-push/server.ts'], {
    DATABASE_URL: database.url,
    TOKEN_SECRET: 'the token secret of this test, long enough',
    PORT: '0',
  });
  await server.shows('ready');
  const link = server.lines.find(line => line.includes('shop=shop1')) ?? '';
  const client = run(['examples/client/client.mjs', link]);
  await order(new URL(link).origin);
  await client.shows('#1 accepted');
  expect(client.lines.map(line => line.replace(/:.*/, ''))).toEqual(['#1 placed', '#1 accepted']);
});

/** A program of Node and the lines that it prints; it is ended after the test. */
function run(words: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ends.push(() => end(child));
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', line => lines.push(line));
  createInterface({ input: child.stderr }).on('line', line => errors.push(line));
  return {
    lines,
    async shows(text: string): Promise<void> {
      const has = () => lines.some(line => line.startsWith(text));
      await until(`${words.join(' ')} shows "${text}"`, () => has() || child.exitCode !== null);
      if (!has()) throw new Error(`it ended: ${errors.join('\n')}`);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

async function order(url: string): Promise<void> {
  const response = await fetch(`${url}/bill`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({
      shop: 'shop1',
      items: [{ dish: 'rice', quantity: 1 }],
      customer: { name: 'Li', phone: '13800000000', address: 'Road 1' },
    }),
  });
  expect(response.status).toBe(201);
}
