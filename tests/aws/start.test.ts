import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/launch.ts';
import { postOrder } from '../support/e2e/client.ts';
import { type Started, startProcess } from '../support/e2e/system.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { until } from '../support/until.ts';
import { allVariables } from '../support/variables.ts';

let directory: string;
let started: Started;
let browser: Browser;
beforeAll(async () => {
  directory = temporaryDirectory('websocket-order-aws-');
  // Every variable of ours is set to nothing, and some are for a database of somebody else.
  const odd = { ...allVariables(''), PGSSLMODE: 'require', PGHOST: 'db.example', PGOPTIONS: '-csearch_path=foo' };
  const environment = { ...odd, PORT: '0', LOCAL_DIRECTORY: directory };
  browser = await launchBrowser();
  started = await startProcess(environment, 'scripts/start-aws.ts');
});
afterAll(async () => {
  await browser?.close();
  await started?.end();
  rmSync(directory, { recursive: true, force: true });
});

/** Where the HTTP API is, as it has printed. */
function httpApi(): string {
  const line = started.lines.find(each => each.startsWith('HTTP API')) ?? '';
  return /^HTTP API (\S+), WebSocket APIs \S+ and \S+$/.exec(line)?.[1] ?? '';
}

const problems: string[] = [];
/** The frames that the pages have got. */
const received: string[] = [];

async function open(path: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  page.on('pageerror', error => problems.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('websocket', socket => socket.on('framereceived', ({ payload }) => received.push(String(payload))));
  await page.goto(started.url + path);
  return page;
}

test('9.11: one command starts it all in an odd environment, and the pages order and show orders over the APIs of AWS', async () => {
  const [customer, shop] = await Promise.all([
    open('/order.html'),
    open(`/shop.html#shop=shop1&key=${started.keys.shop1}`),
  ]);
  await customer.getByTestId('shop-shop1').waitFor();
  await shop.getByTestId('column-placed').waitFor();
  expect((await postOrder(httpApi())).status).toBe(201);
  await shop.locator('[data-testid="column-placed"] [data-testid^="ticket-"]').first().waitFor();
  expect(problems).toEqual([]);
});

test('the chat’s page is in the chat room beside it', async () => {
  await open('/chat.html');
  await until('it is told who it is', () => received.some(text => text.includes('"you"')));
  expect(problems).toEqual([]);
});

test('it ends with 0', async () => {
  expect(await started.end()).toBe(0);
});

test('after kill -9 nothing of it is left, and it starts again with the same keys', async () => {
  const environment = { LOCAL_DIRECTORY: directory, DATABASE_URL: '' };
  const killed = await startProcess(environment, 'scripts/start-aws.ts');
  const addresses = killed.lines.findLast(line => line.startsWith('HTTP API'))?.match(/127\.0\.0\.1:\d+/g) ?? [];
  expect(addresses).toHaveLength(3);
  killed.process.kill('SIGKILL');
  for (const address of addresses) {
    await until('nobody answers there', () =>
      fetch(`http://${address}/get_shop_info`).then(
        () => false,
        () => true,
      ),
    );
  }
  started = await startProcess(environment, 'scripts/start-aws.ts');
  expect(started.keys).toEqual(killed.keys);
  expect(await started.end()).toBe(0);
});
