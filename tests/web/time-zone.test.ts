import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../support/browser/page-session.ts';
import { fillCart, shownStatus } from './order/hands.ts';

// Devices that are elsewhere than the shop, which is in Shanghai: on the other side of the date line's day, and where
// clocks differ by three quarters of an hour.

const session = pageSession();
const elsewhere = { timezoneId: 'America/Los_Angeles' };

function inShanghai(time: string): string {
  const format = { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(new Date(time));
}

function dayInShanghai(time: string): string {
  const format = { timeZone: 'Asia/Shanghai', month: 'short', day: 'numeric' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(new Date(time));
}

async function placeAndAccept(page: Page) {
  await fillCart(page);
  await page.getByTestId('place').click();
  await page.getByTestId('status').waitFor();
  const { orders, command } = session.server().shop();
  const id = [...orders.keys()].at(-1) ?? '';
  command('c1', { op: 'accept', order: id, version: 1, prepMinutes: 20 });
  await eventually(() => shownStatus(page), 'accepted');
  const order = orders.get(id);
  if (order?.readyAt == null) throw new Error('the order was not accepted');
  return { ...order, readyAt: order.readyAt };
}

test.each([
  'America/Los_Angeles',
  'Asia/Kathmandu',
])('9.9: a customer in %s sees times and days of the shop’s place', async timezoneId => {
  const page = await session.customer('#shop=shop1', { timezoneId });
  const order = await placeAndAccept(page);
  expect(await page.getByTestId('ready-at').textContent()).toContain(inShanghai(order.readyAt));
  const placed = `${dayInShanghai(order.placedAt)}, ${inShanghai(order.placedAt)}`;
  await page.getByText(`${placed} · the shop’s local time`).waitFor();
  const link = page.url();
  await page.getByTestId('back').click();
  await page.getByTestId('my-orders').getByText(placed).waitFor();
  // On a device that has never looked at the shop.
  const other = await session.open(link.slice(session.server().url.length).replace(/&shop=\w+/, ''), { timezoneId });
  await eventually(
    async () => (await other.getByTestId('ready-at').textContent())?.includes(inShanghai(order.readyAt)),
    true,
  );
});

test('9.9: a screen elsewhere shows, prints and exports times of the shop’s place', async () => {
  const customer = await session.customer();
  const order = await placeAndAccept(customer);
  const page = await session.screen(elsewhere);
  const ticket = page.locator(`[data-order="${order.id}"]`);
  await ticket.getByText(`${inShanghai(order.placedAt)} → ${inShanghai(order.readyAt)}`).waitFor();
  await page.evaluate(() => Object.assign(window, { print: () => dispatchEvent(new Event('afterprint')) }));
  await ticket.getByTestId('print').click();
  await eventually(
    async () => (await page.getByTestId('sheet').textContent())?.includes(inShanghai(order.readyAt)),
    true,
  );
  expect(await page.getByTestId('sheet').textContent()).toContain(dayInShanghai(order.placedAt));
});
