import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expectReflow, inEverySize } from '../../support/browser/large-text.ts';
import { pageSession } from '../../support/browser/page-session.ts';
import { act, live } from './hands.ts';

// Every state of the shop's page in every size of text and window.

const session = pageSession();
const shop = () => session.server().shop();
const id = (page: Page, testid: string) => page.getByTestId(testid);

/** Takes an order to where another device has brought it. */
function lead(number: number, ...steps: ('accept' | 'ready')[]): void {
  for (const op of steps) {
    const order = [...shop().orders.values()].find(one => one.number === number);
    shop().command(randomUUID(), { op, order: order?.id ?? '', version: order?.version ?? 0 });
  }
}

/** One order in each column, with everything that may be long. */
function placeSome(): void {
  const customer = {
    name: 'Alexandra Featherstonehaugh-Cholmondeley',
    phone: '+86 138 0000 0000',
    address: 'x'.repeat(60),
  };
  const items = [
    { dish: 'kungpao', quantity: 20, note: '少辣，不要花生，过敏！'.repeat(9) },
    { dish: 'rice', quantity: 3 },
  ];
  for (let count = 0; count < 3; count++) session.server().place({ items, customer, note: 'no '.repeat(60) }, 3);
  session.server().place({}, 4);
  lead(1, 'accept', 'ready');
  lead(2, 'accept');
}

/** Opens something of the bar, at a width where each has a button of its own. */
async function open(page: Page, what: string, dialog = `${what}-dialog`): Promise<void> {
  await id(page, what).click();
  await id(page, dialog).waitFor();
}

async function close(page: Page, dialog: string): Promise<void> {
  await page.keyboard.press('Escape');
  await id(page, dialog).waitFor({ state: 'detached' });
}

/** What of a ticket's head lies below one of the marks, or what mark reaches into the ticket above. Runs in the page. */
function coveredByMarks(): string[] {
  const boxes = (selector: string) =>
    [...document.querySelectorAll(selector)]
      .filter(element => element.checkVisibility({ visibilityProperty: true }))
      .map(element => ({ text: element.textContent ?? '', box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.height > 0);
  const heads = boxes('.ticket-number, [data-testid="age"], .ticket-times, .ticket-actions');
  return boxes('.marks > *').flatMap(mark =>
    heads
      .filter(
        ({ box }) =>
          box.top < mark.box.bottom - 1 &&
          box.bottom > mark.box.top + 1 &&
          box.left < mark.box.right &&
          box.right > mark.box.left,
      )
      .map(({ text }) => `"${mark.text}" lies over "${text}"`),
  );
}

describe.each(['zh-CN', 'en-GB'])('9.14: with large text, in %s, nothing is cut off or out of reach', locale => {
  const screen = (fragment?: string) =>
    fragment === undefined ? session.screen({ locale }) : session.open(`/shop.html${fragment}`, { locale });

  test('where one signs in', async () => {
    const page = await screen('#shop=shop1&key=wrong');
    await id(page, 'refused').waitFor();
    await id(page, 'sign-in-shop').fill('');
    await id(page, 'sign-in-submit').click();
    await page.locator('.field-error').waitFor();
    await expectReflow(page, 'signing in');
  });

  test('on the board', async () => {
    const page = await live(await screen());
    await expectReflow(page, 'an empty board');
    placeSome();
    await id(page, 'column-placed').getByTestId('ticket-4').waitFor();
    await expectReflow(page, 'new orders');
    for (const status of ['accepted', 'ready']) {
      await page.setViewportSize({ width: 390, height: 844 });
      await id(page, `tab-${status}`).click();
      await id(page, `column-${status}`).locator('article').waitFor();
      await expectReflow(page, status);
    }
  });

  test('where orders for later stand, and when one is to be begun', async () => {
    session.server().place({ wantedAt: new Date(Date.now() + 16 * 60_000).toISOString() });
    act(shop(), 'accept', 1);
    session.server().place({ wantedAt: new Date(Date.now() + 5 * 3_600_000).toISOString() });
    const page = await screen();
    await page.clock.install();
    await live(page);
    await id(page, 'tab-later').click();
    await id(page, 'column-later').getByTestId('ticket-2').waitFor();
    await expectReflow(page, 'orders for later');
    await page.clock.fastForward(2 * 60_000);
    await id(page, 'notice-begin').waitFor();
    await expectReflow(page, 'one to begin');
  });

  test('without a mark on a ticket’s edge over its number, its age or its times', async () => {
    placeSome();
    const page = await live(await screen());
    shop().command('r', { op: 'remind', order: [...shop().orders.values()][2]?.id ?? '' });
    await id(page, 'reminded').waitFor();
    await id(page, 'away').first().waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await id(page, 'tab-placed').click();
    expect(await inEverySize(page, coveredByMarks)).toEqual([]);
  });

  test('when something is to be told', async () => {
    placeSome();
    session.server().place();
    const page = await live(await screen());
    await id(page, 'allow-sound').click();
    await id(page, 'waiting').waitFor();
    await expectReflow(page, 'orders that wait');
    shop().command('r', { op: 'remind', order: [...shop().orders.values()][2]?.id ?? '' });
    await id(page, 'notice-reminded').waitFor();
    await id(page, 'reminded').waitFor();
    await expectReflow(page, 'a reminder');
    act(shop(), 'cancel', 4);
    const last = shop().openOrders().at(-1);
    if (last !== undefined) shop().expire(last);
    await id(page, 'notice-cancelled').waitFor();
    await id(page, 'notice-expired').waitFor();
    await expectReflow(page, 'three notices');
  });

  test('when no order can come', async () => {
    placeSome();
    const page = await live(await screen());
    session.server().cutSockets(true);
    await id(page, 'offline').waitFor();
    await expectReflow(page, 'offline');
    session.server().openDoor();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await live(page);
    session.server().sendToShops({ type: 'error', error: { code: 'replaced', message: '' } });
    await id(page, 'stopped').waitFor();
    await expectReflow(page, 'replaced by another screen');
  });

  test('in what opens from the bar', async () => {
    placeSome();
    shop().setDish('fish', { name: 'Donaudampfschifffahrtsgesellschaft’s fish' });
    const page = await live(await screen());
    await open(page, 'cooking');
    await expectReflow(page, 'dishes to cook');
    await close(page, 'cooking-dialog');
    await open(page, 'dishes');
    await expectReflow(page, 'dishes');
    await close(page, 'dishes-dialog');
    await open(page, 'summary');
    await id(page, 'figures').waitFor();
    await expectReflow(page, 'summary');
    await close(page, 'summary-dialog');
    act(shop(), 'cancel', 4);
    await open(page, 'done');
    await id(page, 'done-dialog').getByText('#4').waitFor();
    await expectReflow(page, 'finished orders');
    await id(page, 'ended-4').locator('summary').click();
    await id(page, 'ended-details').getByText('138').waitFor();
    await expectReflow(page, 'a finished order');
    await close(page, 'done-dialog');
    await open(page, 'settings');
    await id(page, 'sign-out').click();
    await expectReflow(page, 'settings, about to sign out');
    await open(page, 'customers-link', 'customers-link-dialog');
    await expectReflow(page, 'the link for customers');
    await close(page, 'customers-link-dialog');
    await open(page, 'open-switch', 'close-dialog');
    await expectReflow(page, 'for how long to close');
    await close(page, 'close-dialog');
    await id(page, 'reject').first().click();
    await id(page, 'reason-dialog').waitFor();
    await expectReflow(page, 'reasons');
    await close(page, 'reason-dialog');
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, 'more');
    await expectReflow(page, 'more');
  });

  test('in the menu’s editor', async () => {
    shop().setDish('fish', { name: 'Donaudampfschifffahrtsgesellschaft’s fish' });
    const page = await live(await screen());
    await id(page, 'dishes').click();
    await open(page, 'edit-menu', 'menu-dialog');
    await expectReflow(page, 'menu');
    await open(page, 'new-dish', 'dish-form');
    await id(page, 'dish-save').click();
    await id(page, 'dish-name-error').waitFor();
    await expectReflow(page, 'a new dish, with errors');
    await page.keyboard.press('Escape');
    await open(page, 'edit-fish', 'dish-form');
    await id(page, 'dish-remove').click();
    await expectReflow(page, 'a dish, about to be removed');
    await page.keyboard.press('Escape');
    await id(page, 'rename-汤 Soups').click();
    await expectReflow(page, 'a category');
  });

  test('in how the shop sells', async () => {
    const page = await live(await screen());
    await id(page, 'settings').click();
    await open(page, 'terms', 'terms-dialog');
    await expectReflow(page, 'how the shop sells');
    for (const part of ['hours', 'fulfilment', 'discounts', 'later', 'about']) {
      await open(page, `edit-${part}`, `${part}-form`);
      for (const more of ['day-0-add', 'add-area', 'add-discount', 'takes-later'])
        if ((await id(page, more).count()) > 0) await id(page, more).click();
      await expectReflow(page, part);
      await page.keyboard.press('Escape');
      if ((await id(page, 'unsaved-drop').count()) > 0) await id(page, 'unsaved-drop').click();
      await id(page, `${part}-form`).waitFor({ state: 'detached' });
    }
  });
});
