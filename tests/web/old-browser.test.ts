import type { Page } from 'playwright-core';
import { pageSession } from '../support/browser/page-session.ts';
import { fillCart } from './order/hands.ts';
import { live } from './shop/hands.ts';

// A browser of another age, or one inside of an app, made out of a new one by taking away what that one lacks.

const session = pageSession();

test.each([
  ['dialogs', () => Reflect.deleteProperty(globalThis, 'HTMLDialogElement')],
  ['Array.prototype.findLast', () => Reflect.deleteProperty(Array.prototype, 'findLast')],
  ['module scripts', () => Reflect.deleteProperty(HTMLScriptElement.prototype, 'noModule')],
  ['what measures the height of a phone', () => Object.assign(CSS, { supports: () => false })],
] as const)('9.8: a browser without %s is told which one the pages need, in both languages', async (_, takeAway) => {
  for (const address of ['/order.html', '/shop.html', '/chat.html']) {
    const page = await session.open(address);
    await page.context().addInitScript(takeAway);
    await page.reload();
    const sentence = page.locator('#browser-too-old');
    await sentence.getByText('此页面需要较新的浏览器').waitFor();
    await sentence.getByText('This page needs a newer browser').waitFor();
  }
});

test('9.8: without what WebViews, WeChat and plain http lack, an order is placed and accepted', async () => {
  const takeAway = () => {
    for (const name of ['Notification', 'structuredClone', 'BroadcastChannel', 'trustedTypes', 'PushManager'])
      Reflect.deleteProperty(globalThis, name);
    for (const name of [
      'locks',
      'share',
      'wakeLock',
      'clipboard',
      'serviceWorker',
      'vibrate',
      'userActivation',
      'setAppBadge',
    ])
      Reflect.deleteProperty(Navigator.prototype, name);
    for (const name of ['timeout', 'any']) Reflect.deleteProperty(AbortSignal, name);
    Reflect.deleteProperty(Crypto.prototype, 'randomUUID');
    Reflect.deleteProperty(Document.prototype, 'adoptedStyleSheets');
  };
  const without = async (page: Page) => {
    await page.context().addInitScript(takeAway);
    await page.reload();
    return page;
  };
  const screen = await live(await without(await session.screen()));
  const customer = await without(await session.customer());
  await fillCart(customer);
  await customer.getByTestId('place').click();
  await screen.getByTestId('ticket-1').waitFor();
  await screen.getByTestId('accept').click();
  await customer.getByTestId('ready-at').waitFor();
  expect(await screen.locator('#browser-too-old').count()).toBe(0);
  expect(await customer.locator('#browser-too-old').count()).toBe(0);
});
