import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { runShop } from '../../scripts/shop-command/run.ts';
import { launchBrowser } from '../support/browser/launch.ts';
import { eventually } from '../support/browser/page-session.ts';
import { type People, people } from '../support/browser/people.ts';
import {
  addDish,
  chooseMenuFile,
  closeDialog,
  makeKey,
  openMenuFile,
  revokeKey,
  setFulfilment,
  setHours,
  setLater,
} from '../support/browser/shop-forms.ts';
import { openScreen } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';

// The first day of a shop that sells as real ones do: hours, areas, sizes and toppings, pickup and delivery, orders for
// tomorrow, people with keys of their own, the menu as a table. A terminal starts the system and makes the shop; all that
// follows is taps and typing in real pages, against the whole product. Each test goes on where the one before ended.

const shop = 'first-day';
const area = '东校区 East campus';

let system: System;
let browser: Browser;
let who: People;
let screen: Page;
let customer: Page;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ RATE_LIMITS: 'off' }), launchBrowser()]);
  who = people(browser);
  const counter = await who.device({ viewport: { width: 1180, height: 820 } });
  await counter.addInitScript(() => {
    window.print = () => setTimeout(() => dispatchEvent(new Event('afterprint')));
  });
  screen = await who.open(counter, await madeInTerminal());
  await eventually(() => screen.getByTestId('connection').getAttribute('data-phase'), 'live');
  await screen.locator('h1').click();
  const phone = await who.device({ viewport: { width: 390, height: 844 } });
  customer = await who.open(phone, `${system.url}/order.html#shop=${shop}`);
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

/** The link that the terminal shows once for a new shop. */
async function madeInTerminal(): Promise<string> {
  let said = '';
  const say = (text: string) => (said += text);
  await runShop(['add', shop, '--name', '拉面馆'], { DATABASE_URL: system.database.url }, { say, complain: say });
  const [link = said] = /\/shop\.html#\S+/.exec(said) ?? [];
  return system.url + link;
}

/** From the menu to a checkout with a portion of noodles, of a size and with toppings. */
async function choose(...choices: string[]): Promise<void> {
  await customer.goto(`${system.url}/order.html#shop=${shop}`);
  await more().click();
  for (const name of choices) await choice(name).click();
  await customer.getByTestId('put-in-cart').click();
  await customer.getByTestId('to-checkout').click();
  await customer.getByTestId('name').fill('王小明');
  await customer.getByTestId('phone').fill('138 0000 0000');
}

/** What puts one more of the noodles into the cart; they are the first dish of the menu, and for a long time the only one. */
const more = () => customer.getByTestId(/^more-/).first();
const choice = (name: string) =>
  customer
    .getByTestId('dish-sheet')
    .getByTestId(/^choice-/)
    .filter({ hasText: name });
const ticket = (column: string, number: number) =>
  screen.getByTestId(`column-${column}`).getByTestId(`ticket-${number}`);
const shownStatus = () => customer.getByTestId('status').getAttribute('data-status');

/** What comes out of the printer for an order that a ticket stands for. */
async function printed(column: string, number: number): Promise<string> {
  await ticket(column, number).getByTestId('print').click();
  await eventually(() => screen.getByTestId('sheet').locator('.sheet-number').textContent(), `#${number}`);
  return (await screen.getByTestId('sheet').textContent()) ?? '';
}

test('a closed shop gets its hours, its areas and a dish, and opens before the eyes of its customers', async () => {
  await screen.getByTestId('open-switch').click();
  await screen.getByTestId('close-shop').click();
  await customer.getByTestId('shop-notice').waitFor();
  // All around the clock, so that the test may run at any time.
  await setHours(screen, '00:00', '00:00');
  await setFulfilment(screen, { minimum: '30', fee: '5', area });
  await setLater(screen, { leadMinutes: '0', daysAhead: '2', slotMinutes: '30', perSlot: '1' });
  await addDish(screen, {
    ...{ name: '拉面 Noodles', category: '主食 Staples', price: '20', packaging: '1' },
    groups: [
      {
        ...{ name: '规格 Size', min: 1, max: 1 },
        choices: [
          ['小份 Small', ''],
          ['大份 Large', '5'],
        ],
      },
      {
        ...{ name: '加料 Toppings', min: 0, max: 2 },
        choices: [
          ['卤蛋 Egg', '3'],
          ['牛肉 Beef', '8'],
        ],
      },
    ],
  });
  await screen.getByTestId('open-switch').click();
  await more().waitFor();
  await eventually(() => customer.getByTestId('shop-notice').count(), 0);
});

test('a pickup with choices is on the ticket and on paper as it was chosen, and costs what the page said', async () => {
  await choose('Large', 'Egg');
  await customer.getByTestId('way-pickup').click();
  await customer.getByTestId('place').getByText('¥29.00').waitFor(); // 20 + 5 + 3, and 1 for packaging
  await customer.getByTestId('place').click();
  await eventually(shownStatus, 'placed');
  await ticket('placed', 1).getByTestId('item-choices').getByText('大份 Large · 卤蛋 Egg').waitFor();
  await ticket('placed', 1).getByTestId('handing-over').getByText('Pickup').waitFor();
  await ticket('placed', 1).getByTestId('accept').click();
  await eventually(shownStatus, 'accepted');
  expect(await printed('accepted', 1)).toMatch(/Pickup.*大份 Large · 卤蛋 Egg.*¥29\.00/s);
});

test('a delivery below the minimum is not placed, and one above goes to its area with the fee', async () => {
  await choose('Small');
  await customer.getByTestId('way-delivery').click();
  await customer.getByTestId('address').fill('中山路 1 号');
  await customer.getByTestId('area').selectOption({ label: `${area} · ¥5.00` });
  expect(await customer.getByTestId('place').getAttribute('aria-disabled')).toBe('true');
  await more().click();
  await customer.getByTestId('place').getByText('¥47.00').waitFor(); // twice 20 and 1, and the fee of 5
  await customer.getByTestId('place').click();
  await eventually(shownStatus, 'placed');
  await ticket('placed', 2).getByTestId('handing-over').getByText(area).waitFor();
  await ticket('placed', 2).getByTestId('accept').click();
  await ticket('accepted', 2).waitFor();
});

test('an order for tomorrow stands apart, and its time is on the paper', async () => {
  await choose('Small', 'Beef');
  await customer.getByTestId('way-pickup').click();
  await customer.getByTestId('when-later').click();
  await customer.getByTestId('day').selectOption({ index: 1 });
  await eventually(
    () =>
      customer
        .getByTestId('slot')
        .locator('option')
        .count()
        .then(n => n > 40),
    true,
  );
  await customer.getByTestId('slot').selectOption({ index: 25 });
  await customer.getByTestId('place').click();
  await eventually(shownStatus, 'placed');
  await screen.getByTestId('tab-later').click();
  await ticket('later', 3).getByTestId('accept').click();
  await ticket('later', 3).getByTestId('age').getByText('begin in').waitFor();
  await eventually(shownStatus, 'accepted');
  const time = (await ticket('later', 3).getByTestId('handing-over').locator('strong').first().innerText()).trim();
  expect(time).toMatch(/^For .*\d\d:\d\d$/);
  expect(await printed('later', 3)).toContain(time);
  await screen.getByTestId('tab-now').click();
  expect(await screen.getByTestId('column-accepted').locator('article').count()).toBe(2);
});

test('what is sold out meanwhile cannot be chosen any more, on the page that is open', async () => {
  await customer.goto(`${system.url}/order.html#shop=${shop}`);
  await more().click();
  await choice('Beef').waitFor();
  await screen.getByTestId('dishes').click();
  const choices = screen.getByTestId(/^choices-of-/);
  await choices.locator('summary').click();
  await choices.getByRole('switch', { name: '牛肉 Beef' }).click();
  await eventually(() => choice('Beef').locator('input').isDisabled(), true);
  await closeDialog(screen);
});

test('who has the key of staff leads orders and does no more, until the key is taken away', async () => {
  const link = await makeKey(screen, '后厨 Kitchen', 'staff');
  const tablet = await who.device({ viewport: { width: 820, height: 1180 } });
  const kitchen = await who.open(tablet, link);
  await kitchen.getByTestId('column-accepted').getByTestId('ticket-2').getByTestId('ready').click();
  await ticket('ready', 2).waitFor();
  await kitchen.getByTestId('settings').click();
  for (const id of ['terms', 'keys', 'menu-as-file', 'auto-accept', 'summary', 'open-switch'])
    expect(await kitchen.getByTestId(id).count()).toBe(0);
  // What the page does not offer is refused as well: with the key of this link, past the page.
  const key = new URLSearchParams(new URL(link).hash.slice(1)).get('key') ?? '';
  const past = await openScreen({ ...system, keys: { [shop]: key } }, shop);
  past.send({ type: 'command', id: randomUUID(), op: 'set_open', open: false });
  expect(await past.take('result')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  await past.close();
  await revokeKey(screen, '后厨 Kitchen');
  await kitchen.getByTestId('sign-in').waitFor();
  expect(await screen.getByTestId('open-switch').getAttribute('aria-checked')).toBe('true');
});

test('the report counts each order on the day that it is for', async () => {
  await ticket('accepted', 1).getByTestId('complete').click();
  await eventually(() => ticket('accepted', 1).count(), 0);
  await screen.getByTestId('summary').click();
  await eventually(() => screen.getByTestId('figure-orders').textContent(), '2');
  await screen.getByTestId('day-after').click();
  await eventually(() => screen.getByTestId('figure-orders').textContent(), '1');
  await closeDialog(screen);
});

test('the menu goes out as a table and comes in again, all of it or nothing', async () => {
  await customer.goto(`${system.url}/order.html#shop=${shop}`);
  await more().waitFor();
  await openMenuFile(screen);
  const download = screen.waitForEvent('download');
  await screen.getByTestId('menu-download').click();
  const table = readFileSync(await (await download).path(), 'utf8');
  expect(table).toMatch(/^\u{feff}kind,id,name,.*\r\ndish,[^,]+,拉面 Noodles,主食 Staples,20\.00,yes/su);
  await chooseMenuFile(screen, table.replace('20.00', 'twenty'));
  await screen.getByTestId('menu-file-faults').getByText('line 2, column E (price): must be an amount').waitFor();
  await chooseMenuFile(screen, `${table.replace('20.00', '21.00')}dish,tea,酸梅汤 Plum juice,饮料 Drinks,6,yes\r\n`);
  await eventually(() => screen.getByTestId('menu-file-counts').textContent(), '1 new, 1 changed, 0 gone');
  expect(await customer.getByTestId('more-tea').count()).toBe(0);
  await screen.getByTestId('menu-file-save').click();
  await customer.getByTestId('more-tea').waitFor();
  await customer.getByText('¥21.00').first().waitFor();
  await eventually(() => screen.getByTestId('menu-file-dialog').count(), 0);
  await closeDialog(screen);
});

test('its hours close the shop without anybody’s tap, before the eyes of those who look', async () => {
  await more().waitFor();
  // Never now: two hours from the one that it is where the shop is.
  const hour = String((new Date().getUTCHours() + 8 + 2) % 24).padStart(2, '0');
  await setHours(screen, `${hour}:00`, `${hour}:30`);
  await customer.getByTestId('shop-notice').getByText(`${hour}:00`).waitFor();
  await screen.getByTestId('open-switch').getByText(`Opens ${hour}:00`).waitFor();
});

test('no page complained', () => {
  expect(who.problems).toEqual([]);
});
