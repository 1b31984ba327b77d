import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../../support/browser/page-session.ts';
import { fillCart } from './hands.ts';

const session = pageSession();
const shop = () => session.server().shop();

describe('an open menu', () => {
  test('follows what the shop changes, at once', async () => {
    const page = await session.customer();
    await page.getByTestId('more-rice').waitFor();
    shop().setDish('rice', { available: false });
    await page.getByTestId('dish-rice').getByText('Sold out').waitFor();
    shop().setDish('mapo', { priceCents: 2500 });
    await page.getByTestId('dish-mapo').getByText('¥25.00').waitFor();
    shop().changeSettings({ busyMinutes: 20 });
    await page.getByTestId('shop-state').getByText('about 35 min').waitFor();
    shop().changeSettings({ open: false });
    await page.getByTestId('shop-notice').getByText('closed').waitFor();
    expect(await page.getByTestId('more-mapo').isDisabled()).toBe(true);
  });

  test('is read again when it was not told of a change, and the network or the tab comes back', async () => {
    session.server().limitVisitors(0);
    const page = await session.customer();
    await page.getByTestId('more-rice').waitFor();
    shop().setDish('rice', { available: false });
    await eventually(async () => {
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      return page.getByTestId('dish-rice').getAttribute('data-available');
    }, 'false');
  });

  test('holds no connection while its tab is out of sight for long, and follows again once it is shown', async () => {
    const page = await session.customer();
    await page.clock.install();
    await page.reload();
    await eventually(async () => session.server().visitors(), 1);
    await turn(page, 'hidden');
    await page.clock.fastForward(61_000);
    await eventually(async () => session.server().visitors(), 0);
    shop().setDish('rice', { available: false });
    await turn(page, 'visible');
    await page.getByTestId('dish-rice').getByText('Sold out').waitFor();
    await eventually(async () => session.server().visitors(), 1);
    shop().setDish('mapo', { priceCents: 2500 });
    await page.getByTestId('dish-mapo').getByText('¥25.00').waitFor();
  });

  test('leaves every button where it is, whatever changes by itself', async () => {
    const page = await session.customer();
    await fillCart(page);
    const stays = async (testid: string, change: () => void, sign: () => Promise<unknown>) => {
      const before = await place(page, testid);
      change();
      await sign();
      expect(await place(page, testid)).toEqual(before);
    };
    await stays(
      'place',
      () => shop().setDish('mapo', { priceCents: 2500 }),
      () => page.getByTestId('changes').waitFor(),
    );
    await stays(
      'place',
      () => shop().changeSettings({ online: false }),
      () => page.getByTestId('shop-notice').waitFor(),
    );
    await page.getByTestId('back').click();
    await stays(
      'more-egg',
      () => shop().changeSettings({ online: true, busyMinutes: 30 }),
      () => page.getByTestId('shop-state').getByText('Busy').waitFor(),
    );
    await stays(
      'more-egg',
      () => shop().setDish('kungpao', { available: false }),
      () => page.getByTestId('dish-kungpao').getByText('Sold out').waitFor(),
    );
    await stays(
      'language',
      () => void page.context().setOffline(true),
      () => page.getByTestId('offline').getByText('Offline').waitFor(),
    );
  });

  test('does not change between the pressing and the lifting of a finger', async () => {
    const page = await session.customer();
    const [x, y] = await middle(page, 'more-rice');
    await page.mouse.move(x, y);
    await page.mouse.down();
    shop().setDish('rice', { available: false });
    await page.waitForTimeout(300);
    expect(await page.getByTestId('more-rice').count()).toBe(1);
    await page.mouse.up();
    await page.getByTestId('dish-rice').getByText('Sold out').waitFor();
    // The tap counted, and what came of it was taken back with a word about it.
    await page.getByTestId('changes').getByText('米饭 Rice').waitFor();
  });
});

describe('an order whose menu changes meanwhile', () => {
  test('is asked for again with what has changed, and what it costs now', async () => {
    const page = await session.customer();
    await fillCart(page);
    shop().setDish('mapo', { priceCents: 2500 });
    shop().setDish('rice', { available: false });
    await page.getByTestId('changes').getByText('米饭 Rice').waitFor();
    await page.getByTestId('place').click();
    const dialog = page.getByTestId('changes-dialog');
    await dialog.getByText('¥22.00 → ¥25.00').waitFor();
    expect(shop().orders.size).toBe(0);
    await dialog.getByTestId('order-anyway').getByText('¥25.00').click();
    await page.getByTestId('status').waitFor();
    expect([...shop().orders.values()][0]?.totalCents).toBe(2500);
  });

  test('is asked for again too when the page was not told and the order was refused', async () => {
    session.server().limitVisitors(0);
    const page = await session.customer();
    await fillCart(page);
    shop().setDish('mapo', { priceCents: 2500 });
    await page.getByTestId('place').click();
    const dialog = page.getByTestId('changes-dialog');
    await dialog.getByText('¥22.00 → ¥25.00').waitFor();
    expect(shop().orders.size).toBe(0);
    await dialog.getByTestId('order-anyway').click();
    await page.getByTestId('status').waitFor();
    expect([...shop().orders.values()][0]?.totalCents).toBe(2900);
  });

  test('is not asked for again for a price that is back where it was', async () => {
    const page = await session.customer();
    await fillCart(page);
    shop().setDish('mapo', { priceCents: 2500 });
    await page.getByTestId('changes').waitFor();
    shop().setDish('mapo', { priceCents: 2200 });
    await eventually(() => page.getByTestId('changes').count(), 0);
    await page.getByTestId('place').click();
    await page.getByTestId('status').waitFor();
  });
});

describe('an order on its way', () => {
  test('leaves the buttons where they are when its status changes', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('link').getByText('Live').waitFor();
    const [order] = shop().orders.values();
    const id = order?.id ?? '';
    const before = [await place(page, 'remind'), await place(page, 'share')];
    shop().command('c1', { op: 'accept', order: id, version: 1, prepMinutes: 20 });
    await page.getByTestId('ready-at').waitFor();
    expect([await place(page, 'remind'), await place(page, 'share')]).toEqual(before);
    shop().command('c2', { op: 'cancel', order: id, version: 2, reason: 'cannot_deliver' });
    await page.getByTestId('reason').waitFor();
    expect(await place(page, 'share')).toEqual(before[1]);
  });

  test('that the shop accepts while the customer is about to cancel stays, and says so', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await page.getByTestId('cancel').click();
    const [order] = shop().orders.values();
    shop().command('c1', { op: 'accept', order: order?.id ?? '', version: 1 });
    await page.getByTestId('cancel-dialog').getByText('Too late').waitFor();
    expect(await page.getByTestId('cancel-yes').isDisabled()).toBe(true);
    await page.getByTestId('cancel-no').click();
    await page.getByTestId('ready-at').waitFor();
  });
});

const place = (page: Page, testid: string) => page.getByTestId(testid).boundingBox();

async function middle(page: Page, testid: string): Promise<[x: number, y: number]> {
  await page.getByTestId(testid).scrollIntoViewIfNeeded();
  const box = await place(page, testid);
  if (box === null) throw new Error(`${testid} is not shown`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** Puts the page's tab out of sight, or back. */
async function turn(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(value => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}
