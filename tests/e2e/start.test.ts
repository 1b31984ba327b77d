import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import { openScreen, postOrder } from '../support/e2e/client.ts';
import { startProcess } from '../support/e2e/system.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let directory: string;
beforeAll(() => {
  directory = temporaryDirectory('websocket-order-start-');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

// The embedded database is asked for here, not the one of the tests.
const embedded = () => ({ LOCAL_DIRECTORY: directory, DATABASE_URL: '' });

test('it prints a link for customers and one for each demo shop, serves, and ends with 0', async () => {
  const first = await startProcess(embedded());
  const links = first.lines.filter(line => line.startsWith('http'));
  expect(links[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/order\.html$/);
  expect(links.slice(1, -1).every(link => link.includes('/shop.html#shop='))).toBe(true);
  expect(links.slice(1, -1)).toHaveLength(3);
  expect(links.at(-1)).toBe(`${first.url}/chat.html`);
  expect(first.lines.at(-1)).toMatch(/^ready/);
  const page = await fetch(links[0] ?? '');
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await (await fetch(`${first.url}/healthz`)).json()).toEqual({ ok: true });
  expect(await first.end()).toBe(0);
});

test('keys and orders outlive a restart and a kill -9, and only the owner can read the keys', async () => {
  const first = await startProcess(embedded());
  const { body } = await postOrder(first.url);
  const { keys } = first;
  first.process.kill('SIGKILL');
  const second = await startProcess(embedded());
  expect(second.keys).toEqual(keys);
  expect(statSync(path.join(directory, 'demo-keys.json')).mode & 0o777).toBe(0o600);
  const screen = await openScreen(second, 'shop1');
  const { orders } = await screen.take('snapshot');
  expect(orders.map(order => order.id)).toContain(body.order.id);
  await screen.close();
  expect(await second.end()).toBe(0);
});

test('11.11 with TRUSTED_PROXIES it answers to the names of the proxy, without to its own alone', async () => {
  const alone = await startProcess(embedded());
  expect([await statusOf(alone.url, 'orders.example'), await statusOf(alone.url, 'localhost')]).toEqual([400, 200]);
  await alone.end();
  const behind = await startProcess({ ...embedded(), TRUSTED_PROXIES: '1' });
  expect(await statusOf(behind.url, 'orders.example')).toBe(200);
  expect(await (await fetch(`${behind.url}/readyz`)).json()).toMatchObject({ ready: true, database: 'answers' });
  await behind.end();
});

/** The status for whoever asks by that name. */
function statusOf(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(`${url}/order.html`, { headers: { host } }, response => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

test.each([
  [{ TRUSTED_PROXIES: 'all' }, /TRUSTED_PROXIES must be a whole number/],
  [{ PORT: '99999' }, /PORT must be a port/],
  [{ HOST: '0.0.0.0', RATE_LIMITS: 'off' }, /RATE_LIMITS=off/],
  [{ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, /cannot start/],
])('11.6 with %j it says in a line what is wrong and ends with 1', (environment, message) => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/start.ts'], {
    env: { ...process.env, ...embedded(), ...environment },
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
});
