import type { Page } from 'playwright-core';
import { expectReflow } from '../../support/browser/large-text.ts';
import { noodleSettings } from '../../support/browser/noodle-shop.ts';
import { eventually, pageSession } from '../../support/browser/page-session.ts';
import { fillCart, fillDetails, shownStatus } from './hands.ts';

// Every state of the customer's page in every size of text and window.

const session = pageSession();
const id = (page: Page, testid: string) => page.getByTestId(testid);
const reflows = (page: Page, state: string) => expectReflow(page, state, ['.dishes-in-short']);

describe.each(['zh-CN', 'en-GB'])('9.14: with large text, in %s, nothing is cut off or out of reach', locale => {
  const open = (fragment: string) => session.customer(fragment, { locale });

  test('among shops and on the menu', async () => {
    session.server().shop('shop2').changeSettings({ open: false });
    session
      .server()
      .shop()
      .changeSettings({ online: false, busyMinutes: 20, name: 'Wang’s Unpronounceablylongnamedkitchen' });
    const page = await open('');
    await id(page, 'shops').waitFor();
    await reflows(page, 'shops');
    await id(page, 'shop-shop1').click();
    await id(page, 'more-mapo').click();
    await reflows(page, 'menu of a busy shop that is offline');
    await id(page, 'search').fill('zzz');
    await reflows(page, 'search without result');
    await page.goto(`${session.server().url}/order.html#shop=shop2`);
    await id(page, 'shop-notice').waitFor();
    await reflows(page, 'menu of a closed shop');
  });

  test('where dishes have pictures and choices, and the shop has areas and times', async () => {
    session.server().shop().changeSettings(noodleSettings);
    const page = await open('#shop=shop1');
    await id(page, 'more-jelly').click();
    await id(page, 'missing-cents').waitFor();
    await reflows(page, 'menu with pictures, below the minimum');
    await id(page, 'shop-details').locator('summary').click();
    await reflows(page, 'what the shop says of itself');
    await id(page, 'more-xiaomian').click();
    for (const choice of ['large', 'mild', 'peas']) await id(page, `choice-${choice}`).click();
    await reflows(page, 'sheet of a dish');
    await id(page, 'put-in-cart').click();
    await id(page, 'to-checkout').click();
    await id(page, 'when-later').click();
    await id(page, 'place').click();
    await id(page, 'area-error').waitFor();
    await id(page, 'slot-error').waitFor();
    await reflows(page, 'delivery for later');
    await id(page, 'way-pickup').click();
    await id(page, 'pickup-place').waitFor();
    await reflows(page, 'pickup for later');
  });

  test('where nothing is', async () => {
    const page = await open('#shop=nowhere');
    await id(page, 'no-such-shop').waitFor();
    await reflows(page, 'no such shop');
    await page.goto(`${session.server().url}/order.html#order=none&token=none&shop=shop1`);
    await id(page, 'not-yours').waitFor();
    await reflows(page, 'no such order');
    await page.goto(`${session.server().url}/order.html#shop=shop1&checkout=1`);
    await page.locator('.nothing a').waitFor();
    await reflows(page, 'empty cart');
    await page.context().setOffline(true);
    await page.evaluate(() => {
      location.hash = '#shop=shop2';
    });
    await id(page, 'not-read').waitFor();
    await reflows(page, 'no network');
  });

  test('at the checkout', async () => {
    const page = await open('#shop=shop1');
    await fillCart(page);
    await id(page, 'add-note').first().click();
    await id(page, 'line-mapo').locator('textarea').fill('x'.repeat(201));
    await id(page, 'name').fill('');
    await id(page, 'phone').fill('138 0013 8000 mobile');
    await id(page, 'place').click();
    await id(page, 'name-error').waitFor();
    session.server().shop().changeSettings({ online: false });
    await id(page, 'shop-notice').waitFor();
    await reflows(page, 'errors, offline');
    await id(page, 'line-mapo').locator('textarea').fill('少辣');
    await fillDetails(page);
    session.server().shop().setDish('mapo', { priceCents: 2500 });
    await id(page, 'changes').waitFor();
    await reflows(page, 'a menu that has changed');
    await id(page, 'place').click();
    await id(page, 'changes-dialog').waitFor();
    await reflows(page, 'asked again');
    session.server().billFaults.push('lose-answer', ...Array.from({ length: 500 }, () => 503 as const));
    await id(page, 'order-anyway').click();
    await id(page, 'placing-unknown').waitFor();
    await reflows(page, 'outcome unknown');
  });

  test('while an order is on its way, and after', async () => {
    const page = await open('#shop=shop1');
    const [shop, url] = [session.server().shop(), session.server().url];
    const place = async () => {
      await page.goto(`${url}/order.html#shop=shop1`);
      await fillCart(page);
      await id(page, 'place').click();
      await id(page, 'link').waitFor();
      return [...shop.orders.values()].at(-1)?.id ?? '';
    };
    const order = await place();
    // At its usual size an order's way is one line.
    const tops = await page.locator('.step').evaluateAll(steps => steps.map(step => step.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
    await reflows(page, 'placed');
    await id(page, 'cancel').click();
    await reflows(page, 'to be cancelled?');
    await id(page, 'cancel-no').click();
    for (const [op, status] of [
      ['accept', 'accepted'],
      ['ready', 'ready'],
      ['complete', 'completed'],
    ] as const) {
      shop.command(op, { op, order, version: shop.orders.get(order)?.version ?? 0 });
      await eventually(() => shownStatus(page), status);
      await reflows(page, status);
    }
    shop.command('r', { op: 'reject', order: await place(), version: 1, reason: 'cannot_deliver' });
    await eventually(() => shownStatus(page), 'rejected');
    await reflows(page, 'rejected');
    await place();
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await id(page, 'share').click();
    await id(page, 'share-dialog').waitFor();
    await reflows(page, 'link to be copied by hand');
    await page.goto(`${url}/order.html`);
    await id(page, 'on-its-way').waitFor();
    await reflows(page, 'history');
  });
});
