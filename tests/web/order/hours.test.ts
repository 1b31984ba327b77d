import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../../support/browser/page-session.ts';

// A page that stays open while its shop opens and closes, and while a day ends.

const session = pageSession();
const HOUR_MS = 3_600_000;

/** A time zone in which it is between 23:00 and midnight. */
function lastHourZone(): string {
  const east = 23 - new Date().getUTCHours();
  // In the names of these zones the sign is that of POSIX: west of Greenwich is positive.
  return east <= 14 ? `Etc/GMT-${east}` : `Etc/GMT+${24 - east}`;
}

/** A customer who is about to say when, with a clock that the test moves. */
async function orderingAtNight(timeZone: string): Promise<Page> {
  const later = { leadMinutes: 0, daysAhead: 2, slotMinutes: 30, perSlot: 2 };
  session.server().shop().changeSettings({ timeZone, pickup: true, later });
  const page = await session.customer();
  await page.clock.install();
  await page.getByTestId('more-rice').click();
  await page.getByTestId('to-checkout').click();
  await page.getByTestId('when-later').click();
  return page;
}

const dayIn = (timeZone: string, at: number) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(at);

test('opening and closing are seen on an open page, which is not loaded anew', async () => {
  const shop = session.server().shop();
  const page = await session.customer();
  await page.getByTestId('more-rice').waitFor();
  await page.evaluate(() => Object.assign(window, { isStillHere: true }));
  const opensAt = new Date(Date.now() + 2 * HOUR_MS).toISOString();
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Asia/Shanghai' }).format(
    Date.parse(opensAt),
  );
  shop.changeSettings({ open: false, isSwitchedOn: true, opensAt, closesAt: null });
  await page.getByTestId('shop-notice').getByText(time).waitFor();
  await page.getByTestId('shop-state').first().getByText(time).waitFor();
  shop.changeSettings({ open: true, opensAt: null, closesAt: new Date(Date.now() + 5 * HOUR_MS).toISOString() });
  await eventually(() => page.getByTestId('shop-notice').count(), 0);
  const closesAt = new Date(Date.now() + HOUR_MS / 2).toISOString();
  shop.changeSettings({ closesAt });
  await page.getByTestId('shop-state').first().getByText('Open, closes at').waitFor();
  expect(await page.getByTestId('shop-state').first().getAttribute('data-open')).toBe('true');
  expect(await page.evaluate(() => 'isStillHere' in window)).toBe(true);
});

test('over midnight the days that an order can be for are those of the new day', async () => {
  const timeZone = lastHourZone();
  const page = await orderingAtNight(timeZone);
  const days = () =>
    page
      .getByTestId('day')
      .locator('option')
      .evaluateAll(all => all.map(one => (one as HTMLOptionElement).value).join());
  const from = (at: number) => [0, 1, 2].map(index => dayIn(timeZone, at + index * 24 * HOUR_MS)).join();
  const now = Date.now();
  await eventually(days, from(now));
  const asked = page.waitForRequest(request => request.url().includes(`slots=${dayIn(timeZone, now + HOUR_MS)}`));
  await page.clock.fastForward(HOUR_MS);
  await eventually(days, from(now + HOUR_MS));
  expect(await page.getByTestId('day').inputValue()).toBe(dayIn(timeZone, now + HOUR_MS));
  await asked;
});

test('a day that was chosen before midnight stays chosen', async () => {
  const timeZone = lastHourZone();
  const page = await orderingAtNight(timeZone);
  await page.getByTestId('day').selectOption({ index: 2 });
  const chosen = await page.getByTestId('day').inputValue();
  await page.clock.fastForward(HOUR_MS);
  await eventually(
    () => page.getByTestId('day').locator('option').first().getAttribute('value'),
    dayIn(timeZone, Date.now() + HOUR_MS),
  );
  expect(await page.getByTestId('day').inputValue()).toBe(chosen);
});

describe('the times of a day', () => {
  const later = { leadMinutes: 30, daysAhead: 2, slotMinutes: 30, perSlot: 2 };
  const slots = (list: { at: string; free: number }[]) => ({ json: { slots: list } });
  const asked = '**/get_shop_info?shop=shop1&slots=*';

  /** At the checkout, where it is wanted later. */
  async function orderingLater(page: Page): Promise<void> {
    await page.getByTestId('more-rice').click();
    await page.getByTestId('to-checkout').click();
    await page.getByTestId('way-pickup').click();
    await page.getByTestId('when-later').click();
  }
  const placeholder = (page: Page) => page.getByTestId('slot').locator('option').first().innerText();

  test('begin with the first day that has one; a day that is over and one that is full have words of their own', async () => {
    session.server().shop().changeSettings({ pickup: true, later });
    const page = await session.customer();
    const timeZone = 'Asia/Shanghai';
    const [today, tomorrow, third] = [0, 1, 2].map(index => dayIn(timeZone, Date.now() + index * 24 * HOUR_MS));
    await page.route(asked, async route => {
      const day = new URL(route.request().url()).searchParams.get('slots');
      const at = `${day}T03:00:00.000Z`;
      await route.fulfill(slots(day === today ? [] : [{ at, free: day === tomorrow ? 0 : 1 }]));
    });
    await orderingLater(page);
    const day = () => page.getByTestId('day').inputValue();
    await eventually(day, third ?? '');
    await page.getByTestId('day').selectOption(today ?? '');
    await eventually(() => placeholder(page), 'Closed or over on this day');
    await page.getByTestId('day').selectOption(tomorrow ?? '');
    await eventually(() => placeholder(page), 'Fully booked on this day');
    expect(await day()).toBe(tomorrow);
  });

  test('are read again when the shop changes its hours, and a chosen time that is gone is said', async () => {
    const shop = session.server().shop();
    shop.changeSettings({ pickup: true, later });
    const page = await session.customer();
    await orderingLater(page);
    await page.getByTestId('day').selectOption({ index: 1 });
    await eventually(() => page.getByTestId('slot').locator('option').count(), 4);
    await page.getByTestId('slot').selectOption({ index: 2 });
    await page.route(asked, route => route.fulfill(slots([{ at: '2030-01-01T03:00:00.000Z', free: 1 }])));
    const week = Array.from({ length: 7 }, () => [{ from: '11:00', to: '11:30' }]);
    shop.changeSettings({ hours: { week, exceptions: [] } });
    await page.getByTestId('slot-error').getByText('is gone').waitFor();
    await eventually(() => page.getByTestId('slot').locator('option').count(), 2);
    await page.getByTestId('slot').selectOption({ index: 1 });
    await eventually(() => page.getByTestId('slot-error').count(), 0);
  });

  test('that could not be read are read again when the network is back, or at a tap', async () => {
    session.server().shop().changeSettings({ pickup: true, later });
    const page = await session.customer();
    await page.route(asked, route => route.abort());
    await orderingLater(page);
    await eventually(() => placeholder(page), 'Could not load');
    await page.unroute(asked);
    await page.getByTestId('slots-again').click();
    const times = () => page.getByTestId('slot').locator('option').count();
    await eventually(times, 4);
    await page.route(asked, route => route.abort());
    await page.getByTestId('day').selectOption({ index: 2 });
    await page.getByTestId('slots-again').waitFor();
    await page.unroute(asked);
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await eventually(times, 4);
    expect(await page.getByTestId('slots-again').count()).toBe(0);
  });
});
