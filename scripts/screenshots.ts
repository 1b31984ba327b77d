import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from '../tests/support/browser/launch.ts';
import { temporaryDirectory } from '../tests/support/temporary-directory.ts';
import { buildAll } from './bundles.ts';
import { type LocalSystem, startLocalSystem } from './local/system.ts';

// `npm run screenshots`: the pictures of the README, taken from a running system. The fonts are those of the browser tests,
// so the pictures are the same wherever they are taken.

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
  chat: { store: 'postgres', queue: undefined },
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
  const address = `${url}/shop.html#shop=shop1&key=${keys.shop1}`;
  const shop = await open(browser, { width: 820, height: 1180 }, address);
  await shop.getByTestId('allow-sound').click();
  await placeSome(url);
  await placeSome(url);
  for (const step of ['accept', 'accept', 'accept', 'ready', 'complete'] as const) await press(shop, step);
  for (const step of ['accept', 'ready'] as const) await press(shop, step);
  await shop.getByTestId('column-ready').locator('article').waitFor();
  await shop.mouse.move(0, 0);
  await shop.waitForTimeout(2_000); // until nobody's hand is near and everything may move to its place
  await shop.screenshot({ path: `${directory}/shop.png` });
  await shop.getByTestId('summary').click();
  await shop.getByTestId('figures').waitFor();
  await shop.getByTestId('summary-dialog').screenshot({ path: `${directory}/shop-day.png` });

  const small = { colorScheme: 'dark', locale: 'en-GB' } as const;
  const pocket = await open(browser, { width: 390, height: 844 }, address, small);
  await pocket.locator('article').first().waitFor();
  await pocket.screenshot({ path: `${directory}/shop-phone.png` });

  const customer = await open(browser, { width: 390, height: 844 }, `${url}/order.html`);
  await customer.getByTestId('shop-shop1').click();
  for (const dish of ['rice', 'rice', 'kungpao']) await customer.getByTestId(`more-${dish}`).click();
  await customer.evaluate(() => scrollTo(0, 0));
  await customer.waitForTimeout(300);
  await customer.screenshot({ path: `${directory}/order.png` });

  await shop.keyboard.press('Escape'); // out of the day's summary
  const details = { name: 'Anna', phone: '138 0000 0000', address: '人民路 18 号 3 楼' };
  await customer.getByTestId('language').click();
  await customer.getByTestId('to-checkout').click();
  for (const [field, text] of Object.entries(details)) await customer.getByTestId(field).fill(text);
  await customer.getByTestId('place').click();
  await customer.getByTestId('status').waitFor();
  const ticket = shop.locator('article:has([data-testid="accept"])', { hasText: 'Anna' }).last();
  await ticket.getByTestId('accept').click();
  await customer.getByTestId('ready-at').waitFor();
  await customer.emulateMedia({ colorScheme: 'dark' });
  await customer.screenshot({ path: `${directory}/order-track.png` });
}

/** Takes the first order that it can be done with a step further. */
async function press(shop: Page, step: 'accept' | 'ready' | 'complete'): Promise<void> {
  const button = shop.locator(`article:has(.good[data-testid="${step}"]:not([aria-disabled="true"]))`).first();
  const order = await button.getAttribute('data-testid');
  await button.getByTestId(step).click();
  await shop.waitForFunction(
    ([id, done]) =>
      document.querySelector(`li:not([inert]) > [data-testid="${id}"] .good[data-testid="${done}"]`) === null,
    [order, step],
  );
}

async function open(
  browser: Browser,
  viewport: { width: number; height: number },
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    deviceScaleFactor: 1.5,
    ...options,
  });
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
