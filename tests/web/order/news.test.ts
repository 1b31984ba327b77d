import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../../support/browser/page-session.ts';
import { fillCart, shownStatus } from './hands.ts';

// What a customer hears and reads while an order is on its way, and where links lead that lead nowhere.

const session = pageSession();

async function place(page: Page): Promise<string> {
  await fillCart(page);
  await page.getByTestId('place').click();
  await page.getByTestId('status').waitFor();
  return [...session.server().shop().orders.keys()].at(-1) ?? '';
}

/** Counts the notes that the page plays and what it wants shown, from now on. */
async function listen(page: Page): Promise<{ notes(): Promise<number>; shown(): Promise<string[]> }> {
  await page.evaluate(() => {
    const heard = { notes: 0, shown: [] as string[] };
    Object.assign(globalThis, { heard });
    const real = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function (this: AudioContext) {
      heard.notes += 1;
      return real.call(this);
    };
    Object.assign(globalThis, {
      Notification: class {
        static permission = 'granted';
        static async requestPermission(): Promise<string> {
          return 'granted';
        }
        constructor(title: string) {
          heard.shown.push(title);
        }
      },
    });
  });
  const read = () => page.evaluate(() => (globalThis as unknown as { heard: Heard }).heard);
  return { notes: async () => (await read()).notes, shown: async () => (await read()).shown };
}

interface Heard {
  notes: number;
  shown: string[];
}

/** As if the customer looked at another tab. */
async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(
    state => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    isHidden ? 'hidden' : 'visible',
  );
}

test('9.17: an order that changes sounds, once, after any tap before; not when the customer changed it', async () => {
  const page = await session.customer();
  const { notes } = await listen(page);
  const id = await place(page);
  expect(await notes()).toBe(0);
  session.server().shop().command('c1', { op: 'accept', order: id, version: 1 });
  await eventually(() => shownStatus(page), 'accepted');
  await eventually(notes, 2);
  await page.getByTestId('back').click();
  await page.getByTestId('shop-shop1').click();
  const second = await place(page);
  session.server().shop().command('c2', { op: 'ready', order: id, version: 2 });
  await eventually(notes, 4);
  await page.getByTestId('cancel').click();
  await page.getByTestId('cancel-yes').click();
  await eventually(() => shownStatus(page), 'cancelled');
  expect(second).not.toBe(id);
  expect(await notes()).toBe(4);
});

test('9.17: a switch on the order’s page silences it, over a reload too', async () => {
  const page = await session.customer();
  const id = await place(page);
  await page.getByTestId('sound').click();
  await page.reload();
  const { notes } = await listen(page);
  await page.getByTestId('status').click();
  expect(await page.getByTestId('sound').getAttribute('aria-checked')).toBe('false');
  session.server().shop().command('c1', { op: 'accept', order: id, version: 1 });
  await eventually(() => shownStatus(page), 'accepted');
  expect(await notes()).toBe(0);
});

test('9.17: a tab that nobody sees notifies where that is wanted, and counts in its title', async () => {
  const page = await session.customer();
  const { shown } = await listen(page);
  const id = await place(page);
  await page.getByTestId('notify').click();
  await eventually(() => page.getByTestId('notify').getAttribute('aria-checked'), 'true');
  await hide(page, true);
  session.server().shop().command('c1', { op: 'accept', order: id, version: 1 });
  await eventually(async () => (await shown()).join(), 'No. 1 · Being prepared');
  expect(await page.title()).toBe('(1) No. 1 · Being prepared');
  await hide(page, false);
  await eventually(() => page.title(), 'No. 1 · Being prepared');
  session.server().shop().command('c2', { op: 'ready', order: id, version: 2 });
  await eventually(() => shownStatus(page), 'ready');
  expect(await shown()).toHaveLength(1);
});

test('9.17: what became of a tap is said beside the button, hides nothing, and goes with its order', async () => {
  const page = await session.customer();
  await place(page);
  const places = () =>
    page
      .locator('.actions button')
      .evaluateAll(buttons => JSON.stringify(buttons.map(one => one.getBoundingClientRect())));
  const before = await places();
  await page.getByTestId('remind').click();
  await page.getByTestId('toasts').getByText('reminded').waitFor();
  expect(await places()).toBe(before);
  await page.getByTestId('back').click();
  await page.getByTestId('shops').waitFor();
  expect(await page.getByText('The shop was reminded').count()).toBe(0);
});

test('9.17: it says when one pays, and that nothing was charged', async () => {
  const page = await session.customer();
  await fillCart(page);
  await page.getByTestId('pay-later').getByText('Pay on delivery').waitFor();
  await page.getByTestId('place').click();
  await page.getByTestId('status').waitFor();
  await page.getByTestId('pay-later').getByText('Pay on delivery').waitFor();
  const id = [...session.server().shop().orders.keys()].at(-1) ?? '';
  session.server().shop().command('c1', { op: 'reject', order: id, version: 1, reason: 'too_busy' });
  await page.getByTestId('not-charged').getByText('Nothing was charged').waitFor();
  await eventually(() => page.getByTestId('pay-later').isVisible(), false);
});

test('9.17: a shop that is open but offline says one thing, not two', async () => {
  session.server().shop().changeSettings({ online: false });
  const page = await session.customer();
  await page.getByTestId('shop-state').getByText('Open, its screen is offline').waitFor();
  expect(await page.getByTestId('shop-state').getByText('Open', { exact: true }).count()).toBe(0);
});

test.each([
  '#order=none&token=none&shop=shop1',
  '#order=0190a0a0-0000-7000-8000-000000000000&shop=shop1',
  '#token=abc&shop=shop1',
  `#order=x&token=${'t'.repeat(300)}&shop=shop1`,
])('9.17: a link that opens no order says why and leads on: %.40s', async fragment => {
  const page = await session.customer(fragment);
  await page.getByTestId('not-yours').getByText('cut when it was copied').waitFor();
  await page.getByTestId('not-yours').getByText('To the menu').click();
  await page.getByTestId('dish-mapo').waitFor();
});

test('9.17: a link to a shop that does not exist leads to those that do', async () => {
  const page = await session.customer('#shop=nowhere');
  await page.getByTestId('no-such-shop').getByTestId('all-shops').click();
  await page.getByTestId('shop-shop1').waitFor();
});

test('9.17: a shared link names the shop, and works as a chat or a mail hands it on', async () => {
  const page = await session.customer();
  await place(page);
  const link = page.url().slice(session.server().url.length);

  for (const handedOn of [link.replaceAll('&', '&amp;'), `${link.replace(/&shop=\w+/, '')}。`]) {
    const other = await session.open(handedOn);
    await other.getByTestId('status').waitFor();
    await other.getByTestId('status').getByText('Wang’s Kitchen').waitFor();
  }
});
