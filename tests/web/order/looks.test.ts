import type { Page } from 'playwright-core';
import type { Operation } from '../../../functions/domain/frames.ts';
import { noodleSettings } from '../../support/browser/noodle-shop.ts';
import { eventually, expectAccessible, looks, pageSession } from '../../support/browser/page-session.ts';
import { fillCart, fillDetails, shownStatus } from './hands.ts';

// Every state of the customer's page, one after the other, in both languages and colour schemes.

const session = pageSession();
const id = (page: Page, testid: string) => page.getByTestId(testid);

/** Axe finds nothing, fingers find everything, and nothing is wider than the screen. */
async function expectUsable(page: Page): Promise<void> {
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
}

describe.each(looks)('in %s, %s, a person and axe find nothing wrong with', (locale, colorScheme) => {
  const open = (fragment: string) => session.customer(fragment, { locale, colorScheme });

  test('the shops, a menu, a search for nothing, a shop that is closed, one that is busy and offline', async () => {
    session.server().shop('shop2').changeSettings({ open: false });
    session.server().shop().changeSettings({ online: false, busyMinutes: 20 });
    const page = await open('');
    await id(page, 'shops').waitFor();
    await expectUsable(page);
    await id(page, 'shop-shop1').click();
    await id(page, 'more-mapo').click();
    await expectUsable(page);
    await id(page, 'search').fill('zzz');
    await expectUsable(page);
    await page.goto(`${session.server().url}/order.html#shop=shop2`);
    await id(page, 'shop-notice').waitFor();
    await expectUsable(page);
  });

  test('a menu with pictures, where the buttons of a dish stand beside its price, and the sheet of a dish', async () => {
    session.server().shop().changeSettings(noodleSettings);
    const page = await open('#shop=shop1');
    await id(page, 'more-jelly').click();
    for (const dish of ['xiaomian', 'jelly', 'chrysanthemum']) {
      const boxes = await Promise.all(
        ['.dish-price', `[data-testid="more-${dish}"]`].map(part =>
          id(page, `dish-${dish}`).locator(part).boundingBox(),
        ),
      );
      const [price, button] = boxes.map(box => (box?.y ?? 0) + (box?.height ?? 0) / 2);
      expect(Math.abs((price ?? 0) - (button ?? Number.NaN))).toBeLessThan(4);
    }
    await expectUsable(page);
    await id(page, 'more-xiaomian').click();
    await id(page, 'dish-sheet').waitFor();
    await expectUsable(page);
  });

  test('no such shop, no such order, no network, an empty cart', async () => {
    const page = await open('#shop=nowhere');
    await page.locator('.nothing').waitFor();
    await expectUsable(page);
    await page.goto(`${session.server().url}/order.html#order=none&token=none`);
    await id(page, 'not-yours').waitFor();
    await expectUsable(page);
    await page.goto(`${session.server().url}/order.html#shop=shop1&checkout=1`);
    await page.locator('.nothing a').waitFor();
    await expectUsable(page);
    await page.context().setOffline(true);
    await page.evaluate(() => {
      location.hash = '#shop=shop2';
    });
    await id(page, 'not-read').waitFor();
    await expectUsable(page);
  });

  test('the checkout with notes, with errors, with a menu that has changed, while the outcome is unknown', async () => {
    const page = await open('#shop=shop1');
    await fillCart(page);
    await id(page, 'add-note').first().click();
    await id(page, 'line-mapo').locator('textarea').fill('x'.repeat(201));
    await id(page, 'name').fill('');
    await id(page, 'place').click();
    await id(page, 'name-error').waitFor();
    await expectUsable(page);
    await id(page, 'line-mapo').locator('textarea').fill('少辣');
    await fillDetails(page);
    session.server().shop().setDish('mapo', { priceCents: 2500 });
    await id(page, 'changes').waitFor();
    await expectUsable(page);
    await id(page, 'place').click();
    await expectUsable(page);
    session.server().billFaults.push('lose-answer', ...Array.from({ length: 50 }, () => 503 as const));
    await id(page, 'order-anyway').click();
    await id(page, 'placing-unknown').waitFor();
    await expectUsable(page);
    session.server().billFaults.length = 0;
    await id(page, 'status').waitFor();
  });

  test('an order in each of its states, the question whether to cancel it, this device’s orders', async () => {
    const page = await open('#shop=shop1');
    const [shop, url] = [session.server().shop(), session.server().url];
    const place = async () => {
      await page.goto(`${url}/order.html#shop=shop1`);
      await fillCart(page);
      await id(page, 'place').click();
      await id(page, 'link').waitFor();
      return [...shop.orders.values()].at(-1)?.id ?? '';
    };
    const command = async (operation: Operation, status: string) => {
      shop.command(JSON.stringify(operation), operation);
      await eventually(() => shownStatus(page), status);
      await expectUsable(page);
    };
    const first = await place();
    await expectUsable(page);
    await id(page, 'cancel').click();
    await expectUsable(page);
    await id(page, 'cancel-no').click();
    await command({ op: 'accept', order: first, version: 1 }, 'accepted');
    await command({ op: 'ready', order: first, version: 2 }, 'ready');
    await command({ op: 'complete', order: first, version: 3 }, 'completed');
    await command({ op: 'reject', order: await place(), version: 1, reason: 'too_busy' }, 'rejected');
    await command({ op: 'cancel', order: await place(), version: 1, reason: 'closing' }, 'cancelled');
    await place();
    await id(page, 'back').click();
    await id(page, 'on-its-way').waitFor();
    await expectUsable(page);
    shop.setDish('rice', { available: false });
    await id(page, 'again-1').click();
    await id(page, 'missing').waitFor();
    await expectUsable(page);
  });
});
