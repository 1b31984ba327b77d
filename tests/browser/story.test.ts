import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type System, startSystem } from '../e2e/system.ts';
import { launchBrowser } from './launch.ts';

// The whole story with real pages in a real browser, as a customer and a shop live it.

let system: System;
let browser: Browser;
let customer: Page;
let shop: Page;
let otherShop: Page;
const problems: string[] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ RATE_LIMITS: 'off' }), launchBrowser()]);
  customer = await open({ width: 390, height: 844 }, '/order.html');
  shop = await open({ width: 820, height: 1180 }, `/shop.html#shop=shop1&key=${system.keys.shop1}`);
  otherShop = await open({ width: 820, height: 1180 }, `/shop.html#shop=shop2&key=${system.keys.shop2}`);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

const byId = (page: Page, id: string) => page.getByTestId(id);

async function open(viewport: { width: number; height: number }, path: string): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ viewport, locale: 'en-GB' });
  const page = await context.newPage();
  page.on('pageerror', error => problems.push(`${path.split('#')[0]}: ${error.message}`));
  page.on('console', message => {
    if (message.type() === 'error') problems.push(`${path.split('#')[0]}: ${message.text()}`);
  });
  await page.goto(system.url + path);
  return page;
}

async function orderAsCustomer(page: Page, name: string): Promise<void> {
  await byId(page, 'shop-shop1').click();
  await byId(page, 'more-rice').click();
  await byId(page, 'more-rice').click();
  await byId(page, 'more-egg').click();
  await byId(page, 'to-checkout').click();
  await page.getByLabel(/name/i).fill(name);
  await page.getByLabel(/phone/i).fill('+86 138 0000 0000');
  await page.getByLabel(/address/i).fill('People’s Road 1');
  await byId(page, 'place').click();
}

test('an order from the customer’s page is on the shop’s page, is accepted there, and the customer sees it', async () => {
  await byId(shop, 'connection').waitFor();
  await orderAsCustomer(customer, 'Xiao Ming <b>');
  await byId(customer, 'status-word').waitFor();
  const ticket = byId(shop, 'column-placed').locator('article, li, [data-testid^="ticket-"]').first();
  await ticket.waitFor();
  expect(await ticket.innerText()).toContain('Xiao Ming <b>');
  const before = await byId(customer, 'status-word').innerText();
  await ticket.getByTestId('accept').click();
  await customer.waitForFunction(
    word => document.querySelector('[data-testid="status-word"]')?.textContent !== word,
    before,
  );
  await byId(customer, 'ready-at').waitFor();
  expect(await otherShop.locator('[data-testid^="ticket-"]').count()).toBe(0);
}, 60_000);

test('the key of the shop is in no address bar, and both pages come back after a reload as they were', async () => {
  expect(shop.url()).toBe(`${system.url}/shop.html`);
  await Promise.all([shop.reload(), customer.reload()]);
  await byId(shop, 'column-accepted').locator('[data-testid^="ticket-"]').first().waitFor();
  await byId(customer, 'ready-at').waitFor();
}, 60_000);

test('nothing went wrong on the way: no script error, no breach of the content policy', () => {
  expect(problems).toEqual([]);
});
