import type { Page } from 'playwright-core';
import { eventually, pageSession, phone, tablet } from '../../support/browser/page-session.ts';

// What comes and goes by itself must not move a ticket under a finger that is on its way.

const session = pageSession();
const desk = { viewport: { width: 1440, height: 900 } };

/** Where a ticket's buttons are in the window. */
async function places(page: Page, ticket: string): Promise<unknown> {
  const card = page.getByTestId(ticket);
  return Promise.all(['accept', 'reject', 'prep-more'].map(button => card.getByTestId(button).boundingBox()));
}

/** Presses a mouse's button or a finger on something, and gives what lets it go again. */
async function press(page: Page, testId: string): Promise<() => Promise<void>> {
  const box = await page.getByTestId(testId).boundingBox();
  if (box === null) throw new Error(`${testId} is not in view`);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  return () => page.mouse.up();
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** What another device, or a customer, does. */
function act(op: 'accept' | 'cancel', number: number): void {
  const order = session
    .server()
    .shop()
    .openOrders()
    .find(one => one.number === number);
  if (order === undefined) throw new Error(`no open order ${number}`);
  session.server().shop().command(`${op} ${number}`, { op, order: order.id, version: order.version });
}

describe.each([
  ['a phone', phone],
  ['a tablet', tablet],
  ['a desk', desk],
])('on %s', (_, size) => {
  test('neither the request for sound nor trouble nor a notice moves a ticket when it comes or goes', async () => {
    session.server().place({ note: '不要辣' });
    session.server().place();
    const page = await session.screen(size);
    await page.getByTestId('ticket-1').waitFor();
    await page.getByTestId('allow-sound').waitFor();
    const start = await places(page, 'ticket-1');

    await page.getByTestId('allow-sound').click();
    await eventually(() => page.getByTestId('allow-sound').count(), 0);
    expect(await places(page, 'ticket-1')).toEqual(start);

    const [first] = session.server().shop().openOrders();
    session
      .server()
      .shop()
      .command('remind', { op: 'remind', order: first?.id ?? '' });
    await page.getByTestId('notice-reminded').waitFor();
    await page.getByTestId('reminded').waitFor();
    expect(await places(page, 'ticket-1')).toEqual(start);
    await page.getByTestId('notice-seen').click();
    await eventually(() => page.getByTestId('notice-reminded').count(), 0);
    expect(await places(page, 'ticket-1')).toEqual(start);

    session.server().cutSockets(true);
    await page.getByTestId('offline').waitFor();
    expect(await places(page, 'ticket-1')).toEqual(start);
    session.server().openDoor();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
    await eventually(() => page.getByTestId('offline').count(), 0);
    expect(await places(page, 'ticket-1')).toEqual(start);

    for (let count = 0; count < 20; count++) session.server().place();
    await eventually(() => page.getByTestId('column-placed').locator('article').count(), 22);
    expect(await places(page, 'ticket-1')).toEqual(start);
  });

  test('the very first tap accepts, however slow it is', async () => {
    session.server().place();
    const page = await session.screen(size);
    await page.getByTestId('ticket-1').waitFor();
    await page.getByTestId('allow-sound').waitFor();
    const release = await press(page, 'accept');
    await pause(400);
    await release();
    await eventually(async () => [...session.server().shop().orders.values()][0]?.status, 'accepted');
    await eventually(() => page.getByTestId('allow-sound').count(), 0);
  });
});

test('an order that goes elsewhere leaves its card in place until the finger is gone; new ones come last', async () => {
  for (let count = 0; count < 3; count++) session.server().place({}, 3 - count);
  const page = await session.screen();
  await page.getByTestId('ticket-3').waitFor();
  const card = () => page.getByTestId('ticket-2').boundingBox();
  const start = await card();
  const box = await page.getByTestId('ticket-2').getByTestId('reject').boundingBox();
  await page.mouse.move((box?.x ?? 0) + 9, (box?.y ?? 0) + 9);
  await page.mouse.down();
  act('accept', 1);
  session.server().place({}, 30);
  await page.getByTestId('column-placed').getByTestId('ticket-4').waitFor();
  await page.locator('[data-gone="true"]').getByText('Being prepared').waitFor();
  expect(await card()).toEqual(start);
  await page.mouse.up();
  await page.getByTestId('reason-dialog').getByText('order 2').waitFor();
  await page.keyboard.press('Escape');
  await eventually(() => page.locator('[data-gone="true"]').count(), 0);
  const numbers = () => page.getByTestId('column-placed').locator('h3').allTextContents();
  await eventually(async () => (await numbers()).join().replace(/[^#\d,]/g, ''), '#4,#2,#3');
});

test('a finger that was sent to the order before does not accept the one that took its place', async () => {
  for (let count = 0; count < 2; count++) session.server().place({}, 3 - count);
  const page = await session.screen();
  await page.getByTestId('ticket-2').waitFor();
  const box = await page.getByTestId('ticket-1').getByTestId('accept').boundingBox();
  act('cancel', 1);
  await eventually(() => page.getByTestId('column-placed').getByTestId('ticket-1').count(), 0);
  await page.touchscreen.tap((box?.x ?? 0) + 40, (box?.y ?? 0) + 20);
  await pause(400);
  expect([...session.server().shop().orders.values()].map(({ status }) => status)).toEqual(['cancelled', 'placed']);
  await page.touchscreen.tap((box?.x ?? 0) + 40, (box?.y ?? 0) + 20);
  await eventually(async () => [...session.server().shop().orders.values()][1]?.status, 'accepted');
});

test('the question for a reason stays when the order goes elsewhere meanwhile, and the answer does no harm', async () => {
  session.server().place();
  session.server().place();
  const page = await session.screen();
  await page.getByTestId('ticket-1').getByTestId('reject').click();
  act('accept', 1);
  await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
  await page.getByTestId('reason-too_busy').click();
  await page.getByTestId('toasts').getByText('changed meanwhile').waitFor();
  expect([...session.server().shop().orders.values()].map(({ status }) => status)).toEqual(['accepted', 'placed']);
});

test('who works with the keyboard goes on with the next order', async () => {
  for (let count = 0; count < 3; count++) session.server().place({}, 3 - count);
  const page = await session.screen();
  await page.getByTestId('ticket-1').getByTestId('accept').focus();
  for (const number of [1, 2]) {
    await page.keyboard.press('Enter');
    await page.getByTestId('column-accepted').getByTestId(`ticket-${number}`).waitFor();
    await eventually(
      () => page.evaluate(() => document.activeElement?.closest('article')?.getAttribute('data-testid')),
      `ticket-${number + 1}`,
    );
  }
});

test('a rush of 120 orders is worked off on two devices, and each ticket is drawn only for its own sake', async () => {
  const pages = [await session.screen(desk), await session.screen(desk)];
  for (const page of pages) {
    await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
    await page.evaluate(() => {
      const seen = window as unknown as { longTasks: number[] };
      seen.longTasks = [];
      new PerformanceObserver(list => {
        for (const { duration } of list.getEntries()) seen.longTasks.push(Math.round(duration));
      }).observe({ type: 'longtask' });
    });
  }
  for (let count = 0; count < 120; count++) session.server().place({ note: count % 3 === 0 ? '不要辣' : '' });
  for (const page of pages) await eventually(() => page.getByTestId('column-placed').locator('article').count(), 120);
  // Each device takes every other order: accept, ready, complete, as fast as it can.
  await Promise.all(pages.map((page, index) => page.evaluate(workOff, index)));
  for (const page of pages) await eventually(() => page.locator('article').count(), 0);
  expect([...session.server().shop().orders.values()].filter(({ status }) => status !== 'completed')).toEqual([]);
  for (const [index, page] of pages.entries()) {
    const { longTasks, redrawn } = await page.evaluate(() => {
      const { longTasks, redrawn } = window as unknown as { longTasks: number[]; redrawn: number };
      return { longTasks, redrawn };
    });
    expect(redrawn).toBe(0);
    const longest = Math.max(0, ...longTasks);
    process.stdout.write(`rush, device ${index + 1}: ${longTasks.length} tasks over 50 ms, longest ${longest} ms\n`);
  }
});

/** Runs in the page: presses the next step's button of every second order until none is left. */
async function workOff(which: number): Promise<void> {
  const seen = window as unknown as { redrawn: number };
  seen.redrawn = 0;
  const isMine = (card: Element) => Number(card.getAttribute('data-testid')?.replace('ticket-', '')) % 2 === which;
  // While others are worked on, nothing inside the cards of the last five may change. (They come late enough.)
  const resting = [...document.querySelectorAll('article')].slice(-5);
  const isClock = ({ target }: MutationRecord) =>
    target.parentElement?.closest('[data-testid="age"], [data-testid="expiry"]');
  const watcher = new MutationObserver(changes => {
    seen.redrawn += changes.filter(change => !isClock(change)).length;
  });
  for (const card of resting)
    watcher.observe(card, { subtree: true, childList: true, attributes: true, characterData: true });
  for (let pressed = 0; ; ) {
    const mine = [...document.querySelectorAll('article')].filter(isMine);
    if (mine.length === 0) return;
    const button = mine
      .map(card => card.querySelector<HTMLElement>('.good:not([aria-disabled="true"])'))
      .find(one => one !== null);
    button?.click();
    if (button !== undefined) pressed += 1;
    if (pressed === 50) watcher.disconnect();
    // With nothing to press, the next steps come when the last ones can no longer be taken back.
    await new Promise(resolve => setTimeout(resolve, button === undefined ? 200 : 5));
  }
}
