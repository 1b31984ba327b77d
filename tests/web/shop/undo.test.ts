import type { Page } from 'playwright-core';
import { eventually, expectAccessible, pageSession } from '../../support/browser/page-session.ts';
import { act, live } from './hands.ts';

// What a tap has done to an order can be taken back for ten seconds: only then is it sent.

const session = pageSession();
const shop = () => session.server().shop();

const status = async (number = 1) => [...shop().orders.values()].find(one => one.number === number)?.status;

/** A screen whose clock goes when it is told to, with one order in preparation. */
async function kitchen(): Promise<Page> {
  session.server().place();
  act(shop(), 'accept', 1);
  const page = await live(await session.screen());
  await page.clock.install();
  await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
  return page;
}

/** What came through to the server for an order, in turn. */
const events = () => shop().log.map(({ type }) => type.replace('order.', ''));

test('9.15: "ready" can be taken back for ten seconds, and nobody hears of it', async () => {
  const page = await kitchen();
  await page.getByTestId('ready').click();
  await page.getByTestId('take-back').getByText('goes out in').waitFor();
  await page.clock.fastForward(9_000);
  await page.getByTestId('take-back').click();
  await page.getByTestId('ready').waitFor();
  await page.clock.fastForward(20_000);
  await page.getByTestId('complete').click();
  await page.clock.fastForward(10_000);
  await eventually(status, 'completed');
  expect(events()).toEqual(['placed', 'accepted', 'completed']);
});

test('9.15: after ten seconds it is done, and the order goes on', async () => {
  const page = await kitchen();
  await page.getByTestId('ready').click();
  await page.getByTestId('take-back').waitFor();
  await page.clock.fastForward(8_000);
  expect(await status()).toBe('accepted');
  await page.clock.fastForward(2_000);
  await page.getByTestId('column-ready').getByTestId('ticket-1').waitFor();
  expect(events()).toEqual(['placed', 'accepted', 'ready']);
});

test('9.15: a later step takes the place of the one before, and only the last is sent', async () => {
  const page = await kitchen();
  await page.getByTestId('ready').click();
  await page.clock.fastForward(9_000);
  await page.getByTestId('complete').click();
  await page.locator('[data-step="complete"]').waitFor();
  await page.clock.fastForward(9_000);
  expect(await status()).toBe('accepted');
  await page.clock.fastForward(1_100);
  await eventually(status, 'completed');
  expect(events()).toEqual(['placed', 'accepted', 'completed']);
});

test('9.15: a rejection can be taken back, and the bell rests meanwhile', async () => {
  session.server().place();
  const page = await live(await session.screen());
  await page.clock.install();
  await page.getByTestId('allow-sound').click();
  const ringing = () => page.getByTestId('mute').getAttribute('data-ringing');
  await eventually(ringing, 'true');
  await page.getByTestId('reject').click();
  await page.getByTestId('reason-sold_out').click();
  await eventually(ringing, 'false');
  await expectAccessible(page);
  await page.clock.fastForward(1_000);
  await page.getByTestId('take-back').click();
  await eventually(ringing, 'true');
  await page.clock.fastForward(30_000);
  expect(await status()).toBe('placed');
  await page.getByTestId('reject').click();
  await page.getByTestId('reason-too_busy').click();
  await page.getByTestId('take-back').waitFor();
  await page.clock.fastForward(10_000);
  await eventually(async () => [...shop().orders.values()][0]?.reason, 'too_busy');
});

test('9.15: the second tap of two does not take back what the first has done', async () => {
  const page = await kitchen();
  await page.getByTestId('ready').evaluate((button: HTMLElement) => {
    const { left, top } = button.getBoundingClientRect();
    const spot = { clientX: left + 9, clientY: top + 9, bubbles: true, cancelable: true };
    button.dispatchEvent(new MouseEvent('click', { ...spot, detail: 1 }));
  });
  await page.getByTestId('take-back').evaluate((button: HTMLElement) => {
    button.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 2 }));
  });
  expect(await page.getByTestId('take-back').count()).toBe(1);
});

test('9.15: with the keyboard one goes on at the undo, and a key takes it back', async () => {
  const page = await kitchen();
  await page.getByTestId('ready').focus();
  await page.keyboard.press('Enter');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
  await eventually(focused, 'take-back');
  await page.keyboard.press('Enter');
  await page.getByTestId('ready').waitFor();
  expect(events()).toEqual(['placed', 'accepted']);
  await eventually(focused, 'ready');
  await page.getByTestId('cancel').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('reason-other').focus();
  await page.keyboard.press('Enter');
  await eventually(focused, 'take-back');
});

test.each([320, 390, 834])('9.15: nothing moves when a step is taken and taken back, %s px wide', async width => {
  for (let count = 0; count < 3; count++) session.server().place();
  for (const number of [1, 2, 3]) act(shop(), 'accept', number);
  const page = await live(await session.screen({ viewport: { width, height: 900 } }));
  if (width < 600) await page.getByTestId('tab-accepted').click();
  const place = () => page.getByTestId('ticket-3').evaluate(one => one.getBoundingClientRect().top + scrollY);
  await page.getByTestId('ticket-1').getByTestId('ready').waitFor();
  const before = await place();
  await page.getByTestId('ticket-1').getByTestId('ready').click();
  await page.getByTestId('take-back').waitFor();
  expect(await place()).toBe(before);
  await page.getByTestId('complete').first().click();
  await page.locator('[data-step="complete"]').waitFor();
  expect(await place()).toBe(before);
  await page.getByTestId('take-back').click();
  await page.getByTestId('ticket-1').getByTestId('ready').waitFor();
  expect(await place()).toBe(before);
});

test('9.15: what another screen has done first counts, and nothing is sent after it', async () => {
  const page = await kitchen();
  await page.getByTestId('ready').click();
  await page.getByTestId('take-back').waitFor();
  act(shop(), 'cancel', 1);
  await eventually(() => page.getByTestId('ticket-1').count(), 0);
  await page.clock.fastForward(11_000);
  expect(events()).toEqual(['placed', 'accepted', 'cancelled']);
  expect(await page.getByTestId('toasts').textContent()).toBe('');
});

test('9.17: what two screens want alike is told calmly, with the number of the order', async () => {
  session.server().place();
  session.server().place();
  const page = await live(await session.screen());
  const toast = page.getByTestId('toasts');
  // The screen does not hear in time that the other one has accepted.
  session.server().losePushes(1);
  act(shop(), 'accept', 1);
  await page.getByTestId('ticket-1').getByTestId('accept').click();
  await toast.getByText('Order 1 was accepted on another screen').waitFor();
  session.server().losePushes(1);
  act(shop(), 'cancel', 2);
  await page.getByTestId('ticket-2').getByTestId('accept').click();
  await toast.getByText('Order 2 has changed meanwhile. It is now: Cancelled').waitFor();
});

test('9.15: a page that is left within the ten seconds sends at once what was asked', async () => {
  const page = await kitchen();
  await page.getByTestId('ready').click();
  await page.getByTestId('take-back').waitFor();
  await page.goto('about:blank');
  await eventually(status, 'ready');
});

test('9.15: a page that is left without a network does it when the shop is opened again, once', async () => {
  const page = await kitchen();
  session.server().cutSockets(true);
  await page.getByTestId('ready').click();
  await page.getByTestId('take-back').waitFor();
  const context = page.context();
  await page.goto('about:blank');
  await page.close();
  session.server().openDoor();
  const again = await context.newPage();
  await again.goto(`${session.server().url}/shop.html`);
  await again.getByTestId('column-ready').getByTestId('ticket-1').waitFor();
  await again.reload();
  await live(again);
  expect(events()).toEqual(['placed', 'accepted', 'ready']);
  expect(await again.evaluate(() => Object.keys(localStorage).filter(key => key.includes('step')))).toEqual([]);
});

test('9.15: a page that goes out of sight sends at once: nobody sees the undo any more', async () => {
  const page = await kitchen();
  await page.getByTestId('ready').click();
  await page.getByTestId('take-back').waitFor();
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await eventually(status, 'ready');
});
