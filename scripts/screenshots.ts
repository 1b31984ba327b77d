import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../tests/browser/launch.ts';
import { temporaryDirectory } from '../tests/postgres/temporary-directory.ts';
import { buildAll } from './bundles.ts';
import { type LocalSystem, startLocalSystem } from './local/system.ts';

// `npm run screenshots`: the pictures of the README, taken from a running system. Needs a font with Chinese characters
// (Debian: fonts-noto-cjk).

const directory = 'docs/images';
mkdirSync(directory, { recursive: true });
await buildAll();
const system = await startLocalSystem({
  host: '127.0.0.1',
  port: 0,
  sendBackPort: 0,
  directory: path.join(temporaryDirectory('screenshots-'), 'local'),
  databaseUrl: undefined,
  rateLimits: 'off',
  logLevel: 'warn',
});
const browser = await launchBrowser();
try {
  await takePictures(browser, system);
} finally {
  await browser.close();
  await system.stop();
}
process.exit(0);

async function takePictures(browser: Browser, { url, keys }: LocalSystem): Promise<void> {
  const shop = await open(browser, { width: 820, height: 1180 }, `${url}/shop.html#shop=shop1&key=${keys.shop1}`);
  await shop.getByTestId('connection').waitFor();
  await placeSome(url);
  await shop.getByTestId('accept').first().waitFor();
  await shop.locator('[data-testid^="ticket-"]').first().getByTestId('accept').click();
  await shop.getByTestId('column-accepted').locator('[data-testid^="ticket-"]').waitFor();
  await shop.screenshot({ path: `${directory}/shop.png` });

  const customer = await open(browser, { width: 390, height: 844 }, `${url}/order.html`);
  await customer.getByTestId('shop-shop1').click();
  for (const dish of ['rice', 'rice', 'kungpao']) await customer.getByTestId(`more-${dish}`).click();
  await customer.waitForTimeout(300);
  await customer.screenshot({ path: `${directory}/order.png` });
}

async function open(browser: Browser, viewport: { width: number; height: number }, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: 'zh-CN', deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function placeSome(url: string): Promise<void> {
  const orders = [
    { dishes: ['mapo', 'rice'], name: '陈小姐', note: '不要辣，谢谢' },
    { dishes: ['kungpao', 'greens', 'soup'], name: '李先生' },
    { dishes: ['egg-tomato', 'rice', 'plum'], name: 'Anna', note: 'No chopsticks please' },
  ];
  for (const { dishes, name, note } of orders) {
    const response = await fetch(`${url}/bill`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify({
        shop: 'shop1',
        items: dishes.map((dish, index) => ({ dish, quantity: 1 + (index % 2) })),
        customer: { name, phone: '138 0000 0000', address: '人民路 18 号 3 楼' },
        ...(note === undefined ? {} : { note }),
      }),
    });
    if (response.status !== 201) throw new Error(`an order was answered ${response.status}`);
  }
}
