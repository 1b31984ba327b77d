import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildPages } from '../../web/build.ts';
import { launchBrowser } from '../browser/launch.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';

const axe = readFileSync(path.join(process.cwd(), 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
const tablet = { viewport: { width: 820, height: 1180 }, hasTouch: true };

let outdir: string;
let browser: Browser;
let server: FakeServer;
/** What a page complained about: errors of its script, and everything that the policy forbade. */
let complaints: string[] = [];

beforeAll(async () => {
  outdir = mkdtempSync(path.join(os.tmpdir(), 'pages-'));
  await buildPages({ outdir, minify: true });
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  rmSync(outdir, { recursive: true, force: true });
});

beforeEach(async () => {
  complaints = [];
  server = await startFakeServer(outdir);
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.close();
  expect(complaints).toEqual([]);
});

async function open(url: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  // A headless browser sounds unasked; the ones people use do not.
  await context.addInitScript(() => {
    const Real = AudioContext;
    window.AudioContext = class extends Real {
      constructor() {
        super();
        void this.suspend();
      }
    };
  });
  const page = await context.newPage();
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (/Content Security Policy|Trusted/i.test(message.text())) complaints.push(message.text());
  });
  page.on('request', request => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  await page.goto(server.url + url);
  return page;
}

const customer = (fragment = '#shop=shop1', options: BrowserContextOptions = {}) =>
  open(`/order.html${fragment}`, { ...phone, ...options });
const screen = (options: BrowserContextOptions = {}) =>
  open(`/shop.html#shop=shop1&key=${server.key}`, { ...tablet, ...options });

async function fillCart(page: Page): Promise<void> {
  await page.getByTestId('more-mapo').click();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await page.getByTestId('name').fill('王小明');
  await page.getByTestId('phone').fill('１３８ 0000 0000');
  await page.getByTestId('address').fill('中山路 1 号');
}

const status = (page: Page) => page.getByTestId('status').getAttribute('data-status');

async function eventually<T>(read: () => Promise<T>, wanted: T): Promise<void> {
  const end = Date.now() + 10_000;
  let last = await read();
  while (last !== wanted && Date.now() < end) {
    await new Promise(resolve => setTimeout(resolve, 20));
    last = await read();
  }
  expect(last).toBe(wanted);
}

describe('the customer’s page', () => {
  test('orders with one tap, and with two as well; the link works after a reload and on another device', async () => {
    const page = await customer();
    await fillCart(page);
    await page.getByTestId('place').dblclick();
    await page.getByTestId('status').waitFor();
    expect(server.shop().orders.size).toBe(1);
    const [order] = server.shop().orders.values();
    expect(order).toMatchObject({ totalCents: 2600, customer: { name: '王小明', phone: '138 0000 0000' } });
    expect(await page.getByTestId('total').textContent()).toBe('¥26.00');

    server.shop().command('c1', { op: 'accept', order: order?.id ?? '', version: 1, prepMinutes: 20 });
    await eventually(() => status(page), 'accepted');
    await page.reload();
    await eventually(() => status(page), 'accepted');
    const other = await open(new URL(page.url()).pathname + new URL(page.url()).hash, phone);
    await eventually(() => status(other), 'accepted');
    await other.getByTestId('ready-at').waitFor();
    await page.goto(`${server.url}/order.html`);
    await page.getByTestId('my-orders').getByText('Being prepared').waitFor();
  });

  test('says that it does not know when the answer is lost, goes on after a reload, and makes one order', async () => {
    server.billFaults.push('lose-answer', ...Array.from({ length: 50 }, () => 503 as const));
    const page = await customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('placing-unknown').waitFor();
    await page.reload();
    await page.getByTestId('placing-unknown').waitFor();
    server.billFaults.length = 0;
    await page.getByTestId('status').waitFor();
    expect(server.shop().orders.size).toBe(1);
    expect(new Set(server.posts.map(({ key, body }) => key + body)).size).toBe(1);
    await page.goto(`${server.url}/order.html#shop=shop1`);
    await page.getByTestId('dish-mapo').waitFor();
    expect(await page.getByTestId('to-checkout').count()).toBe(0);
  });

  test('tells wherever one is that an order taken up again was refused', async () => {
    server.billFaults.push(...Array.from({ length: 50 }, () => 503 as const));
    const page = await customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('placing-unknown').waitFor();
    await page.goto('about:blank');
    server.shop().changeSettings({ open: false });
    server.billFaults.length = 0;
    await page.goto(`${server.url}/order.html`);
    await page.getByTestId('problem').getByText('closed').waitFor();
  });

  test('names what has become dearer or sold out, changes the cart, and asks again', async () => {
    const page = await customer();
    await fillCart(page);
    server.shop().setDish('mapo', { priceCents: 2500 });
    server.shop().setDish('rice', { available: false });
    await page.getByTestId('place').click();
    await page.getByTestId('changes').getByText('¥22.00 → ¥25.00').waitFor();
    await page.getByTestId('changes').getByText('米饭 Rice').waitFor();
    expect(server.shop().orders.size).toBe(0);
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    expect([...server.shop().orders.values()][0]?.totalCents).toBe(2500);
  });

  test('shows what is wrong beside the field, in the language of the page, and goes there', async () => {
    const page = await customer();
    await fillCart(page);
    await page.getByTestId('phone').fill('call me');
    await page.getByTestId('place').click();
    expect(await page.getByTestId('phone-error').textContent()).toContain('phone number');
    await eventually(() => page.evaluate(() => document.activeElement?.id), 'phone');
    await page.getByTestId('language').click();
    expect(await page.getByTestId('phone-error').textContent()).toContain('电话');
    expect(server.posts).toEqual([]);
  });

  test('keeps cart, language and details over a reload, and shows sold-out dishes that cannot be ordered', async () => {
    const page = await customer();
    await fillCart(page);
    await page.getByTestId('language').click();
    await page.goto(`${server.url}/order.html#shop=shop1`);
    await page.reload();
    expect(await page.getByTestId('quantity-rice').textContent()).toBe('2');
    expect(await page.getByTestId('dish-fish').textContent()).toContain('售罄');
    expect(await page.getByTestId('more-fish').count()).toBe(0);
    await page.getByTestId('search').fill('豆腐');
    await eventually(() => page.locator('[data-testid^="dish-"]').count(), 1);
    await page.getByTestId('to-checkout').click();
    expect(await page.getByTestId('name').inputValue()).toBe('王小明');
  });

  test('cancels while the shop has not acted, and reminds it', async () => {
    const page = await customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('remind').click();
    await page.getByTestId('toasts').getByText('reminded').waitFor();
    await page.getByTestId('cancel').click();
    await page.getByTestId('cancel-yes').click();
    await eventually(() => status(page), 'cancelled');
    expect([...server.shop().orders.values()][0]?.status).toBe('cancelled');
  });

  test('says that a link opens nothing, and that a shop does not exist', async () => {
    const page = await customer('#order=none&token=none&shop=shop1');
    await page.getByTestId('not-yours').waitFor();
    const other = await customer('#shop=nowhere');
    await other.getByText('no such shop').waitFor();
  });
});

describe('the shop’s page', () => {
  test('takes the key out of the address bar, keeps it for a reload, and asks for it when it is wrong', async () => {
    const page = await screen();
    await page.getByTestId('column-placed').waitFor();
    expect(page.url()).toBe(`${server.url}/shop.html`);
    await page.reload();
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');

    const stranger = await open('/shop.html#shop=shop1&key=wrong', tablet);
    await stranger.getByTestId('refused').waitFor();
    await stranger.getByTestId('sign-in-key').fill(server.key);
    await stranger.getByTestId('sign-in-submit').click();
    await stranger.getByTestId('column-placed').waitFor();
  });

  test('leads an order from new to completed, with the preparation time that was chosen', async () => {
    const page = await screen();
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
    server.place({ note: '不要辣' });
    await page.getByTestId('column-placed').getByTestId('ticket-1').getByText('不要辣').waitFor();
    await eventually(() => page.title(), '(1) 老王家常菜 Wang’s Kitchen');
    await page.getByTestId('prep-more').click();
    await page.getByTestId('accept').getByText('20').waitFor(); // as a person would look
    await page.getByTestId('accept').click();
    await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
    const [order] = server.shop().orders.values();
    const minutes = (Date.parse(order?.readyAt ?? '') - Date.now()) / 60_000;
    expect(Math.round(minutes)).toBe(20);
    expect(await page.title()).toBe('老王家常菜 Wang’s Kitchen');
    await page.getByTestId('ready').click();
    await page.getByTestId('column-ready').getByTestId('complete').click();
    await eventually(() => page.getByTestId('ticket-1').count(), 0);
    await page.getByTestId('done').click();
    await page.getByTestId('done-dialog').getByText('Completed').waitFor();
  });

  test('rejects with a reason, and tells loudly when a customer cancels or reminds', async () => {
    server.place();
    server.place({}, 3);
    const page = await screen();
    await page.getByTestId('ticket-2').getByTestId('away').waitFor();
    const [first, second] = server.shop().openOrders();
    server.shop().command('c1', { op: 'remind', order: first?.id ?? '' });
    await page.getByTestId('notice-reminded').waitFor();
    server.shop().command('c2', { op: 'cancel', order: second?.id ?? '', version: 1, reason: 'customer_request' });
    await page.getByTestId('notice-cancelled').getByTestId('notice-seen').click();
    await eventually(() => page.getByTestId('notice-cancelled').count(), 0);
    await page.getByTestId('reject').click();
    await page.getByTestId('reason-sold_out').click();
    await eventually(async () => server.shop().orders.get(first?.id ?? '')?.reason, 'sold_out');
    await eventually(() => page.getByTestId('ticket-1').count(), 0);
  });

  test('asks for the tap that allows the bell, and shows when it is muted', async () => {
    const page = await screen();
    await page.getByTestId('allow-sound').click();
    await eventually(() => page.getByTestId('allow-sound').count(), 0);
    await page.getByTestId('mute').click();
    expect(await page.getByTestId('mute').getAttribute('aria-pressed')).toBe('true');
    await page.reload();
    await eventually(() => page.getByTestId('mute').getAttribute('aria-pressed'), 'true');
  });

  test('closes the shop, marks a dish as sold out, changes the settings', async () => {
    const page = await screen();
    await page.getByTestId('open-switch').click();
    await eventually(async () => server.shop().settings.open, false);
    await eventually(() => page.getByTestId('open-switch').getAttribute('aria-checked'), 'false');
    await page.getByTestId('dishes').click();
    await page.getByTestId('available-rice').click();
    await eventually(() => page.getByTestId('available-rice').getAttribute('aria-checked'), 'false');
    await page.keyboard.press('Escape');
    await page.getByTestId('settings').click();
    await page.getByTestId('auto-accept').click();
    await page.getByTestId('prep-30').click();
    await eventually(async () => server.shop().settings.autoAccept && server.shop().settings.prepMinutes, 30);
  });

  test('shows since when it is offline, sends what was done meanwhile, and misses nothing', async () => {
    server.place();
    const page = await screen();
    await page.getByTestId('ticket-1').waitFor();
    server.cutSockets(true);
    await page.getByTestId('connection').getByText('offline since').waitFor();
    await page.getByTestId('accept').click();
    for (let count = 0; count < 60; count++) server.place();
    server.openDoor();
    // Else the next try is anywhere in the next sixteen seconds.
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await eventually(() => page.getByTestId('column-accepted').getByTestId('ticket-1').count(), 1);
    await eventually(() => page.getByTestId('column-placed').locator('article').count(), 60);
    await page.reload();
    await eventually(() => page.getByTestId('column-placed').locator('article').count(), 60);
  });

  test('does not come back by itself when it was replaced, but when somebody asks', async () => {
    const page = await screen();
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
    server.sendToShops({ type: 'error', error: { code: 'replaced', message: '' } });
    await page.getByTestId('stopped').waitFor();
    await page.getByTestId('reconnect').click();
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
  });
});

describe('both pages', () => {
  test('show what somebody typed as text, whatever it looks like', async () => {
    const evil = '<img src=x onerror="document.title=1"></script><script>document.title=2</script>‮"\'><b>';
    const bill = { items: [{ dish: 'rice', quantity: 1, note: evil }], note: evil };
    server.place({ ...bill, customer: { name: evil, phone: '123', address: evil } });
    server.shop().changeSettings({
      name: evil,
      dishes: [{ id: 'x', name: evil, category: evil, priceCents: 1, available: true }],
    });
    const page = await screen();
    await page.getByTestId('ticket-1').getByText(evil).first().waitFor();
    const other = await customer();
    await other.getByTestId('dish-x').getByText(evil).waitFor();
    for (const one of [page, other]) expect(await one.locator('img, b').count()).toBe(0);
  });

  test.each([
    ['zh-CN', 'light'],
    ['en-GB', 'dark'],
    ['en-GB', 'light'],
    ['zh-CN', 'dark'],
  ] as const)('pass axe in %s, %s', async (locale, colorScheme) => {
    server.place({ note: '不要辣' }, 1);
    server.place({}, 4);
    const [first] = server.shop().openOrders();
    server.shop().command('c1', { op: 'accept', order: first?.id ?? '', version: 1 });
    const shop = await screen({ locale, colorScheme });
    await shop.getByTestId('ticket-2').waitFor();
    server.shop().command('c2', { op: 'remind', order: first?.id ?? '' });
    await shop.getByTestId('notice-reminded').waitFor();
    await expectAccessible(shop);
    await shop.getByTestId('reject').click();
    await expectAccessible(shop);
    await shop.keyboard.press('Escape');
    await shop.getByTestId('dishes').click();
    await expectAccessible(shop);
    await shop.keyboard.press('Escape');
    await shop.getByTestId('settings').click();
    await expectAccessible(shop);

    const page = await customer('', { locale, colorScheme });
    await page.getByTestId('shops').waitFor();
    await expectAccessible(page);
    await page.getByTestId('shop-shop1').click();
    await fillCart(page);
    await page.getByTestId('name').fill('');
    await page.getByTestId('place').click();
    await page.getByTestId('name-error').waitFor();
    await expectAccessible(page);
    await page.getByTestId('name').fill('A');
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
    await expectAccessible(page);
    await expectAccessible(await open('/shop.html', { ...phone, locale, colorScheme }));
  });

  test('need at most 60 kB, compressed, for page, script and style', () => {
    for (const page of ['order', 'shop']) {
      const html = readFileSync(path.join(outdir, `${page}.html`), 'utf8');
      const assets = [...html.matchAll(/"(assets\/[^"]+)"/g)].map(([, name]) =>
        readFileSync(path.join(outdir, name ?? '')),
      );
      expect(assets).toHaveLength(2);
      const bytes = [Buffer.from(html), ...assets].reduce((sum, file) => sum + gzipSync(file).length, 0);
      expect(bytes).toBeLessThan(60_000);
      expect(html).not.toMatch(/<style|style=|<script>|\bon\w+=/);
    }
  });
});

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { violations } = await (
      window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    ).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  });
  expect(violations).toEqual([]);
}
