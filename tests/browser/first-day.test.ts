import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import type { Change } from '../../functions/domain/frames.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { launchBrowser } from '../support/browser/launch.ts';
import { eventually } from '../support/browser/page-session.ts';
import { type People, people } from '../support/browser/people.ts';
import { openScreen } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';
import { aShop } from '../support/postgres/ports.ts';

// The first day of a shop that sells as real ones do: hours, areas, sizes and toppings, pickup and delivery, orders for
// tomorrow. Real pages against the whole product; each test goes on where the one before ended.

const KEY = randomUUID().replaceAll('-', '');
const { id: shop } = aShop();

let system: System;
let browser: Browser;
let who: People;
let screen: Page;
let customer: Page;
/** A client of the owner's own, beside the pages. */
let owner: Awaited<ReturnType<typeof openScreen>>;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ RATE_LIMITS: 'off' }), launchBrowser()]);
  const database = openDatabase({ url: system.database.url, poolSize: 1 });
  await postgresInstallation(database).upsertShop(aShop({ id: shop }), hashOf(KEY));
  await database.end();
  who = people(browser);
  owner = await openScreen({ ...system, keys: { [shop]: KEY } }, shop);
  const counter = await who.device({ viewport: { width: 1180, height: 820 } });
  await counter.addInitScript(() => {
    window.print = () => setTimeout(() => dispatchEvent(new Event('afterprint')));
  });
  screen = await who.open(counter, `${system.url}/shop.html#shop=${shop}&key=${KEY}`);
  await eventually(() => screen.getByTestId('connection').getAttribute('data-phase'), 'live');
  await screen.locator('h1').click();
  const phone = await who.device({ viewport: { width: 390, height: 844 } });
  customer = await who.open(phone, `${system.url}/order.html#shop=${shop}`);
});

afterAll(async () => {
  await owner?.close();
  await browser?.close();
  await system?.stop();
});

async function tell(operation: Change): Promise<void> {
  const id = randomUUID();
  owner.send({ type: 'command', id, ...operation });
  expect(await owner.take('result', frame => frame.id === id)).toMatchObject({ ok: true });
}

/** The same day's hours on every day: all around the clock, so that the test may run at any time. */
const allDay = Array.from({ length: 7 }, () => [{ from: '00:00', to: '00:00' }]);
const choice = (id: string, name: string, priceCents: number) => ({ id, name, priceCents, max: 1 });

/** From the menu to a checkout with a portion of noodles, of a size and with toppings. */
async function choose(size: 'small' | 'large', ...toppings: string[]): Promise<void> {
  await customer.goto(`${system.url}/order.html#shop=${shop}`);
  await customer.getByTestId('more-noodles').click();
  for (const id of [size, ...toppings]) await customer.getByTestId(`choice-${id}`).click();
  await customer.getByTestId('put-in-cart').click();
  await customer.getByTestId('to-checkout').click();
  await customer.getByTestId('name').fill('王小明');
  await customer.getByTestId('phone').fill('138 0000 0000');
}

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
  await tell({ op: 'set_open', open: false });
  await customer.getByTestId('shop-notice').waitFor();
  await tell({ op: 'set_hours', hours: { week: allDay, exceptions: [] } });
  await tell({
    op: 'set_fulfilment',
    pickup: true,
    delivery: {
      minimumCents: 3_000,
      feeCents: 500,
      freeFromCents: null,
      areas: [{ id: 'east', name: '东校区 East campus' }],
    },
  });
  await tell({ op: 'set_later', later: { leadMinutes: 0, daysAhead: 2, slotMinutes: 30, perSlot: 1 } });
  await tell({
    op: 'put_dish',
    dish: 'noodles',
    name: '拉面 Noodles',
    category: '主食 Staples',
    priceCents: 2_000,
    available: true,
    packagingCents: 100,
    options: [
      {
        id: 'size',
        name: '规格 Size',
        min: 1,
        max: 1,
        choices: [choice('small', '小份 Small', 0), choice('large', '大份 Large', 500)],
      },
      {
        id: 'toppings',
        name: '加料 Toppings',
        max: 2,
        choices: [choice('egg', '卤蛋 Egg', 300), choice('beef', '牛肉 Beef', 800)],
      },
    ],
  });
  await screen.getByTestId('open-switch').click();
  await customer.getByTestId('more-noodles').waitFor();
  await eventually(() => customer.getByTestId('shop-notice').count(), 0);
});

test('a pickup with choices is on the ticket and on paper as it was chosen, and costs what the page said', async () => {
  await choose('large', 'egg');
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
  await choose('small');
  await customer.getByTestId('way-delivery').click();
  await customer.getByTestId('address').fill('中山路 1 号');
  await customer.getByTestId('area').selectOption('east');
  expect(await customer.getByTestId('place').getAttribute('aria-disabled')).toBe('true');
  await customer.getByTestId('more-noodles').click();
  await customer.getByTestId('place').getByText('¥47.00').waitFor(); // twice 20 and 1, and the fee of 5
  await customer.getByTestId('place').click();
  await eventually(shownStatus, 'placed');
  await ticket('placed', 2).getByTestId('handing-over').getByText('东校区 East campus').waitFor();
  await ticket('placed', 2).getByTestId('accept').click();
  await ticket('accepted', 2).waitFor();
});

test('an order for tomorrow stands apart, and its time is on the paper', async () => {
  await choose('small', 'beef');
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
  await customer.getByTestId('more-noodles').click();
  await customer.getByTestId('choice-beef').waitFor();
  await screen.getByTestId('dishes').click();
  await screen.getByTestId('choices-of-noodles').locator('summary').click();
  await screen.getByTestId('choices-of-noodles').getByTestId('choice-beef').click();
  await eventually(() => customer.getByTestId('choice-beef').locator('input').isDisabled(), true);
  await screen.keyboard.press('Escape');
});

test('the report counts each order on the day that it is for', async () => {
  await ticket('accepted', 1).getByTestId('complete').click();
  await eventually(() => ticket('accepted', 1).count(), 0);
  await screen.getByTestId('summary').click();
  await eventually(() => screen.getByTestId('figure-orders').textContent(), '2');
  await screen.getByTestId('day-after').click();
  await eventually(() => screen.getByTestId('figure-orders').textContent(), '1');
  await screen.keyboard.press('Escape');
});

test('its hours close the shop without anybody’s tap, before the eyes of those who look', async () => {
  await customer.goto(`${system.url}/order.html#shop=${shop}`);
  await customer.getByTestId('more-noodles').waitFor();
  // Where the shop is, it is about noon: as if its hours had ended in this moment.
  const hours = { week: allDay.map(() => [{ from: '20:00', to: '21:00' }]), exceptions: [] };
  await system.database.pool.query('update shops set hours = $2, hours_change_at = now() where id = $1', [shop, hours]);
  await customer.getByTestId('shop-notice').getByText('20:00').waitFor();
  await screen.getByTestId('open-switch').getByText('Opens 20:00').waitFor();
});

test('no page complained', () => {
  expect(who.problems).toEqual([]);
});
