import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/launch.ts';
import { eventually, expectAccessible } from '../support/browser/page-session.ts';
import { type System, startSystem } from '../support/e2e/system.ts';

// A manager gives keys to others and takes them away, against the real functions and the real database.

let system: System;
let browser: Browser;
let manager: Page;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ RATE_LIMITS: 'off' }), launchBrowser()]);
  manager = await openScreen(`${system.url}/shop.html#shop=shop1&key=${system.keys.shop1}`);
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

async function openScreen(url: string, locale = 'en-GB', width = 820): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 1180 }, locale });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('[data-testid="connection"][data-phase="live"]').waitFor();
  return page;
}

async function openKeys(page: Page): Promise<void> {
  await page.getByTestId('settings').click();
  await page.getByTestId('keys').click();
  await page.getByTestId('keys-dialog').locator('li').first().waitFor();
}

/** Makes a key by the keyboard alone, and answers the link that is shown. */
async function makeKey(page: Page, name: string, role: string): Promise<string> {
  await page.getByTestId('key-name').focus();
  await page.keyboard.type(name);
  await page.getByTestId(`role-${role}`).press('Space');
  await page.getByTestId('make-key').press('Enter');
  const link = await page.getByTestId('made-link').innerText();
  expect(link).toContain(`#shop=shop1&key=${await page.getByTestId('made-key').innerText()}`);
  await page.getByTestId('made-key-dialog').getByTestId('qr-code').waitFor();
  return link;
}

async function place(): Promise<void> {
  const customer = { name: '小明', phone: '+86 138 0000 0000', address: '人民路 1 号' };
  const response = await fetch(`${system.url}/bill`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({ shop: 'shop1', items: [{ dish: 'rice', quantity: 2 }], customer }),
  });
  expect(response.status).toBe(201);
}

const shown = async (page: Page, testids: string[]) => {
  const found = [];
  for (const testid of testids) if ((await page.getByTestId(testid).count()) > 0) found.push(testid);
  return found;
};
const inHeader = ['open-switch', 'open-state', 'busy', 'cooking', 'dishes', 'summary', 'done', 'settings'];

test('a manager makes a key for the kitchen: link and code are shown once, and it opens a screen that may do less', async () => {
  await openKeys(manager);
  await expectAccessible(manager);
  await manager.getByTestId('make-key').click();
  await manager.getByTestId('key-name-error').waitFor();
  const link = await makeKey(manager, 'Kitchen', 'display');
  await expectAccessible(manager);
  await manager.getByTestId('made-done').click();
  expect(await manager.getByTestId('made-link').count()).toBe(0);
  const line = manager.getByTestId('keys-dialog').locator('li', { hasText: 'Kitchen' });
  await line.getByText('Not used yet').waitFor();

  await place();
  const kitchen = await openScreen(link);
  const ticket = kitchen.getByTestId('ticket-1');
  await ticket.waitFor();
  expect(await shown(kitchen, inHeader)).toEqual(['open-state', 'cooking', 'settings']);
  expect(await shown(kitchen, ['accept', 'reject'])).toEqual([]);
  await manager.getByTestId('keys-dialog').getByTestId('close').click();
  await manager.getByTestId('accept').click();
  await kitchen.getByTestId('column-accepted').getByTestId('ready').click();
  await kitchen.getByTestId('column-ready').getByTestId('ticket-1').waitFor();
  expect(await shown(kitchen, ['complete', 'cancel'])).toEqual([]);
  await kitchen.getByTestId('settings').click();
  expect(await shown(kitchen, ['keys', 'auto-accept', 'auto-print', 'prep-15'])).toEqual([]);
  await expectAccessible(kitchen);

  await openKeys(manager);
  await line.getByText('Last seen').waitFor();
  await line.getByRole('button', { name: 'Revoke the key of Kitchen' }).click();
  await expectAccessible(manager);
  await manager.getByTestId('revoke-keep').click();
  expect(await line.count()).toBe(1);
  await line.getByRole('button').click();
  const from = Date.now();
  await manager.getByTestId('revoke-sure').press('Enter');
  await kitchen.getByText('This id and key open no shop').waitFor();
  expect(Date.now() - from).toBeLessThan(5_000);
  await eventually(() => line.count(), 0);
  await manager.getByTestId('keys-dialog').getByTestId('close').click();
});

test('staff leads orders and says what is sold out, in Chinese on a phone as well', async () => {
  await openKeys(manager);
  // The key that this screen uses is the last of a manager.
  const [own] = await manager.getByTestId('keys-dialog').locator('li').all();
  expect(await own?.getByText('This screen').count()).toBe(1);
  expect(await own?.getByRole('button').count()).toBe(0);
  const link = await makeKey(manager, '前台', 'staff');
  await manager.getByTestId('made-done').click();
  await manager.getByTestId('keys-dialog').getByTestId('close').click();

  const staff = await openScreen(link, 'zh-CN');
  expect(await shown(staff, inHeader)).toEqual(['open-state', 'busy', 'cooking', 'dishes', 'done', 'settings']);
  await staff.getByTestId('dishes').click();
  expect(await shown(staff, ['available-rice', 'edit-menu'])).toEqual(['available-rice']);
  await staff.getByTestId('available-rice').click();
  await eventually(() => staff.getByTestId('available-rice').getAttribute('aria-checked'), 'false');
  const phone = await openScreen(`${system.url}/shop.html#shop=shop1&key=${system.keys.shop1}`, 'zh-CN', 360);
  await phone.getByTestId('more').click();
  await phone.getByTestId('more-settings').click();
  await phone.getByTestId('keys').click();
  await phone.getByText('最近使用').first().waitFor();
  await expectAccessible(phone);
  const wide = await phone.evaluate(() => document.querySelector('dialog[open]')?.scrollWidth ?? 0);
  expect(wide).toBeLessThanOrEqual(360);
});
