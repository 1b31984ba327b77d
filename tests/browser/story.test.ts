import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/launch.ts';
import { eventually } from '../support/browser/page-session.ts';
import { bells, type People, people, strokes } from '../support/browser/people.ts';
import { type System, startSystem } from '../support/e2e/system.ts';

// The whole story with real pages in a real browser against the whole product, as people live it: a customer on a phone,
// a tablet on the counter with two tabs, and a second tablet in the kitchen. Each test goes on where the one before ended.

const phone = { viewport: { width: 390, height: 844 } };
const tablet = { viewport: { width: 820, height: 1180 } };

let system: System;
let browser: Browser;
let who: People;
let customerDevice: BrowserContext;
let counterDevice: BrowserContext;
let customer: Page;
let counter: Page;
let counterTab: Page;
let kitchen: Page;
let otherShop: Page;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ RATE_LIMITS: 'off' }), launchBrowser()]);
  who = people(browser);
  const shopLink = (id: string) => `${system.url}/shop.html#shop=${id}&key=${system.keys[id]}`;
  customerDevice = await who.device(phone);
  counterDevice = await who.device(tablet);
  counter = await who.open(counterDevice, shopLink('shop1'));
  counterTab = await who.open(counterDevice, shopLink('shop1'));
  kitchen = await who.open(await who.device(tablet), shopLink('shop1'));
  otherShop = await who.open(await who.device(tablet), shopLink('shop2'));
  for (const page of [counter, counterTab, kitchen, otherShop]) {
    await eventually(() => byId(page, 'connection').getAttribute('data-phase'), 'live');
    await page.locator('h1').first().click(); // the one touch after which browsers let a page sound
  }
  customer = await who.open(customerDevice, `${system.url}/order.html`);
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

const byId = (page: Page, id: string) => page.getByTestId(id);
const ticket = (page: Page, column: string, number: number) => byId(page, column).getByTestId(`ticket-${number}`);
const status = (page: Page) => byId(page, 'status').getAttribute('data-status');
const screens = () => [counter, counterTab, kitchen];

test('a customer gets from the list of shops to a placed order in at most eight taps', async () => {
  let taps = 0;
  const tap = async (id: string) => {
    await byId(customer, id).tap();
    taps += 1;
  };
  for (const id of ['shop-shop1', 'more-rice', 'more-rice', 'to-checkout']) await tap(id);
  await tap('name');
  await customer.keyboard.type('Xiao Ming <b>');
  await customer.keyboard.press('Tab');
  await customer.keyboard.type('+86 138 0000 0000');
  await customer.keyboard.press('Tab');
  await customer.keyboard.type('People’s Road 1');
  await tap('place');
  await eventually(() => status(customer), 'placed');
  expect(taps).toBeLessThanOrEqual(8);
});

test('the order is on every screen of the shop, once, and on no other shop’s', async () => {
  for (const page of screens()) {
    await ticket(page, 'column-placed', 1).getByText('Xiao Ming <b>').waitFor();
    expect(await byId(page, 'column-placed').locator('article').count()).toBe(1);
  }
  expect(await otherShop.locator('[data-testid^="ticket-"]').count()).toBe(0);
});

test('F36: of two tabs of one device one rings, and the other takes over when that one is closed', async () => {
  await eventually(async () => JSON.stringify(await bells(counter)), '{"ringing":1,"waiting":1}');
  await eventually(async () => JSON.stringify(await bells(kitchen)), '{"ringing":1,"waiting":0}');
  const struck = await Promise.all([counter, counterTab].map(strokes));
  expect(struck.filter(count => count > 0)).toHaveLength(1);
  const [silent, ringing] = struck[0] === 0 ? [counter, counterTab] : [counterTab, counter];
  await ringing.close();
  await eventually(async () => (await strokes(silent)) > 0, true);
  counter = silent;
  counterTab = await who.open(counterDevice, `${system.url}/shop.html`);
  await ticket(counterTab, 'column-placed', 1).waitFor();
});

test('whoever accepts silences the bell everywhere, and the customer sees when it will be ready', async () => {
  await ticket(kitchen, 'column-placed', 1).getByTestId('accept').click();
  await byId(customer, 'ready-at').waitFor();
  for (const page of screens()) {
    await ticket(page, 'column-accepted', 1).waitFor();
    await eventually(async () => JSON.stringify(await bells(page)), '{"ringing":0,"waiting":0}');
  }
});

test('every page comes back after a reload as it was; the key of the shop and the token of the order are in no request', async () => {
  const asked: string[] = [];
  for (const page of [...screens(), customer]) page.on('request', request => asked.push(request.url()));
  await Promise.all([...screens(), customer].map(page => page.reload()));
  for (const page of screens()) await ticket(page, 'column-accepted', 1).waitFor();
  await byId(customer, 'ready-at').waitFor();
  expect(counter.url()).toBe(`${system.url}/shop.html`);
  const token = new URLSearchParams(new URL(customer.url()).hash.slice(1)).get('token') ?? '';
  expect(token).not.toBe('');
  // The fragment of a page's own address stays in the browser.
  const sent = asked.map(url => url.replace(/#.*/, ''));
  for (const secret of [token, system.keys.shop1 ?? 'no key']) {
    expect(sent.filter(url => url.includes(secret))).toEqual([]);
  }
});

test('a customer without a network still sees the order, and what was missed as soon as it is back', async () => {
  await customer.evaluate(async () => void (await navigator.serviceWorker.ready));
  await customerDevice.setOffline(true);
  await customer.reload();
  await byId(customer, 'offline').getByText('Offline').waitFor();
  expect(await status(customer)).toBe('accepted');
  await ticket(counter, 'column-accepted', 1).getByTestId('ready').click();
  await ticket(kitchen, 'column-ready', 1).waitFor();
  expect(await status(customer)).toBe('accepted');
  await customerDevice.setOffline(false);
  await eventually(() => status(customer), 'ready');
});

test('a screen without a network is given what came meanwhile, and acts on it', async () => {
  for (const page of [counter, counterTab]) {
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  }
  await counterDevice.setOffline(true);
  for (const page of [counter, counterTab]) await page.reload();
  await byId(customer, 'again').click();
  await byId(customer, 'place').click();
  await eventually(() => status(customer), 'placed');
  await ticket(kitchen, 'column-placed', 2).waitFor();
  expect(await ticket(counter, 'column-placed', 2).count()).toBe(0);
  await counterDevice.setOffline(false);
  await ticket(counter, 'column-placed', 2).waitFor();
  await ticket(counterTab, 'column-placed', 2).waitFor();
  await ticket(counter, 'column-ready', 1).getByTestId('complete').click();
  await byId(kitchen, 'ticket-1').waitFor({ state: 'detached' }); // after the ten seconds for taking it back
});

test('a customer who takes the order back is heard on every screen', async () => {
  await byId(customer, 'cancel').click();
  await byId(customer, 'cancel-yes').click();
  await eventually(() => status(customer), 'cancelled');
  for (const page of screens()) await byId(page, 'notice-cancelled').waitFor();
  await eventually(async () => JSON.stringify(await bells(counter)), '{"ringing":0,"waiting":0}');
});

test('the orders of the device are listed with what became of them, and the link of one opens it on another device', async () => {
  const link = customer.url();
  await byId(customer, 'back').click();
  const mine = byId(customer, 'my-orders');
  await mine.getByText('Completed').waitFor();
  await mine.getByText('Cancelled').waitFor();
  const other = await who.open(await who.device(phone), link);
  await eventually(() => status(other), 'cancelled');
});

test('a menu that is open shows at once that the shop closes', async () => {
  await byId(customer, 'shop-shop1').click();
  await byId(customer, 'more-rice').waitFor();
  expect(await byId(customer, 'shop-state').getAttribute('data-open')).toBe('true');
  await byId(kitchen, 'open-switch').click();
  await byId(kitchen, 'close-shop').click();
  await eventually(() => byId(customer, 'shop-state').getAttribute('data-open'), 'false');
  await byId(customer, 'shop-notice').waitFor();
});

test('a page weighs at most 60 kB on the way, with scripts and styles', async () => {
  for (const page of ['order', 'shop']) {
    const html = await (await fetch(`${system.url}/${page}.html`)).text();
    const assets = [...html.matchAll(/"(assets\/[^"]+)"/g)].map(([, name]) => name ?? '');
    const lengths = await Promise.all(
      [`${page}.html`, ...assets].map(async name => {
        const response = await fetch(`${system.url}/${name}`, { headers: { 'accept-encoding': 'gzip' } });
        return Number(response.headers.get('content-length'));
      }),
    );
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(60_000);
  }
});

test('nothing went wrong on the way: no script error, no breach of the content policy', () => {
  expect(who.problems).toEqual([]);
});
