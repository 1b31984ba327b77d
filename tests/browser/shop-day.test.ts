import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/launch.ts';
import { eventually } from '../support/browser/page-session.ts';
import { type System, startSystem } from '../support/e2e/system.ts';

// What a shop does besides leading orders, against the real functions and the real database.

let system: System;
let browser: Browser;
let first: Page;
let second: Page;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ RATE_LIMITS: 'off' }), launchBrowser()]);
  [first, second] = await Promise.all([openScreen(), openScreen()]);
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

async function openScreen(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 820, height: 1180 }, locale: 'en-GB' });
  await context.addInitScript(() => {
    const papers = JSON.parse(sessionStorage.getItem('papers') ?? '[]') as string[];
    window.print = () => {
      papers.push(document.querySelector('.sheet-number')?.textContent ?? '');
      sessionStorage.setItem('papers', JSON.stringify(papers));
      setTimeout(() => dispatchEvent(new Event('afterprint')));
    };
  });
  const page = await context.newPage();
  await page.goto(`${system.url}/shop.html#shop=shop1&key=${system.keys.shop1}`);
  await page.locator('[data-testid="connection"][data-phase="live"]').waitFor();
  return page;
}

async function menu(): Promise<{ busyMinutes: number; dishes: { id: string; name: string; priceCents: number }[] }> {
  const response = await fetch(`${system.url}/get_shop_info?shop=shop1`);
  const { shops } = (await response.json()) as { shops: [Awaited<ReturnType<typeof menu>>] };
  return shops[0];
}

async function place(note: string): Promise<void> {
  const customer = { name: '=王小明', phone: '+86 138 0000 0000', address: '中山路 1 号' };
  const response = await fetch(`${system.url}/bill`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({ shop: 'shop1', items: [{ dish: 'rice', quantity: 2 }], customer, note }),
  });
  if (response.status !== 201) throw new Error(`an order was answered ${response.status}`);
}

test('busy on one device is busy on the other and for customers', async () => {
  await first.getByTestId('busy').click();
  await eventually(() => second.getByTestId('busy').getAttribute('data-minutes'), '15');
  expect((await menu()).busyMinutes).toBe(15);
  await second.getByTestId('busy').click();
  await second.getByTestId('busy').click();
  await eventually(() => first.getByTestId('busy').getAttribute('data-minutes'), '0');
});

test('a new dish, its place and its price are what customers read', async () => {
  await first.getByTestId('dishes').click();
  await first.getByTestId('edit-menu').click();
  await first.getByTestId('new-dish').click();
  await first.getByTestId('dish-name').fill('凉皮 Cold noodles');
  await first.getByTestId('dish-category').fill('凉菜 Cold');
  await first.getByTestId('dish-price').fill('12.5');
  await first.getByTestId('dish-save').click();
  await first.getByTestId('dish-form').waitFor({ state: 'detached' });
  const added = async () => (await menu()).dishes.findIndex(({ name }) => name === '凉皮 Cold noodles');
  const { dishes } = await menu();
  expect(dishes.at(-1)).toMatchObject({ name: '凉皮 Cold noodles', priceCents: 1250 });
  await first.getByTestId('up-category-凉菜 Cold').click();
  await eventually(async () => (await added()) < dishes.length - 1, true);
  await first.getByTestId(`edit-${dishes.at(-1)?.id}`).click();
  await first.getByTestId('dish-remove').click();
  await first.getByTestId('dish-remove').click();
  await eventually(added, -1);
  await first.keyboard.press('Escape');
});

test('of two devices that print by themselves one prints, once', async () => {
  for (const page of [first, second]) {
    await page.getByTestId('settings').click();
    await page.getByTestId('auto-print').click();
    await page.keyboard.press('Escape');
  }
  await place('one');
  await place('two');
  for (const number of [1, 2]) await first.getByTestId(`ticket-${number}`).getByTestId('accept').click();
  const papers = async () => {
    const read = () => JSON.parse(sessionStorage.getItem('papers') ?? '[]') as string[];
    return (await Promise.all([first.evaluate(read), second.evaluate(read)])).flat().sort().join();
  };
  await eventually(papers, '#1,#2');
  await Promise.all([first.reload(), second.reload()]);
  await second.getByTestId('column-accepted').getByTestId('ticket-2').waitFor();
  expect(await papers()).toBe('#1,#2');
});

test('the day is added up from the database, and comes as a table', async () => {
  await first.getByTestId('summary').click();
  await eventually(() => first.getByTestId('figure-orders').textContent(), '2');
  expect(await first.getByTestId('figure-accept').textContent()).toMatch(/ s$/);
  const download = first.waitForEvent('download');
  await first.getByTestId('csv').click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text.split('\r\n')).toHaveLength(1 + 2 + 1);
  expect(text).toContain(`"'=王小明"`);
});
