import type { Page } from 'playwright-core';
import { eventually, pageSession } from '../../support/browser/page-session.ts';

// A shop that is led from the keyboard, or by ear: the focus is never lost, and what is said is said where it is heard.

const session = pageSession();
const desk = { viewport: { width: 1440, height: 900 } };

async function live(page: Page): Promise<Page> {
  await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
  return page;
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null);

/** What another device does. */
function act(op: 'accept' | 'cancel', number: number): void {
  const order = [...session.server().shop().orders.values()].find(one => one.number === number);
  session
    .server()
    .shop()
    .command(`${op} ${number}`, { op, order: order?.id ?? '', version: order?.version ?? 0 });
}

test.each([
  'summary',
  'done',
  'settings',
  'dishes',
  'reject',
])('the focus goes into the dialog of "%s", and back to its button', async button => {
  session.server().place();
  const page = await live(await session.screen(desk));
  await page.getByTestId(button).focus();
  await page.keyboard.press('Enter');
  await page.locator('dialog').waitFor();
  expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  expect(await focused(page)).toBe(button);
});

test('a dialog that opens another gives the focus back through both', async () => {
  const page = await live(await session.screen(desk));
  await page.getByTestId('dishes').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('edit-menu').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('new-dish').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('dish-form').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('dish-form').waitFor({ state: 'detached' });
  expect(await focused(page)).toBe('new-dish');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  expect(await focused(page)).toBe('dishes');
});

test('after the last order of a column the focus is at the column', async () => {
  session.server().place();
  const page = await live(await session.screen(desk));
  await page.getByTestId('accept').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
  await eventually(() => focused(page), 'column-placed');
});

test('new orders are said to those who hear the page', async () => {
  const page = await live(await session.screen(desk));
  expect(await page.getByTestId('new-orders').textContent()).toBe('');
  session.server().place();
  session.server().place();
  await eventually(() => page.getByTestId('new-orders').textContent(), '2 waiting to be accepted');
});

test('what a toast says is a line or two, above the dialog that is open', async () => {
  session.server().place();
  session.server().place();
  const page = await live(await session.screen());
  await page.getByTestId('ticket-1').getByTestId('reject').click();
  act('accept', 1);
  await page.getByTestId('column-accepted').getByTestId('ticket-1').waitFor();
  await page.getByTestId('reason-too_busy').click();
  const toast = page.getByTestId('toasts').getByText('changed meanwhile');
  await toast.waitFor();
  expect((await toast.boundingBox())?.height).toBeLessThan(100);
  await page.getByTestId('summary').click();
  await page.getByTestId('summary-dialog').getByTestId('toasts').getByText('changed meanwhile').waitFor();
  expect(await page.getByTestId('toasts').count()).toBe(1);
});

test('that the device has lost its network is said at once, before the connection has noticed', async () => {
  const page = await live(await session.screen());
  await page.context().setOffline(true);
  await page.getByTestId('connection').getByText('no network').waitFor();
  await page.context().setOffline(false);
  await page.getByTestId('connection').getByText('Screen online').waitFor();
});

test('nothing is wider than a window of 320 px', async () => {
  session.server().place({ note: '不要辣' });
  const page = await live(await session.screen({ viewport: { width: 320, height: 640 }, locale: 'zh-CN' }));
  await page.getByTestId('ticket-1').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

test.each([320, 390])('the tabs of a phone of %s px show their counts whole, also in a rush', async width => {
  for (let number = 0; number < 30; number++) session.server().place();
  for (const [index, { id }] of session.server().shop().openOrders().entries())
    if (index % 3 > 0) session.server().shop().command(`a${index}`, { op: 'accept', order: id, version: 1 });
  for (const [index, { id, status }] of session.server().shop().openOrders().entries())
    if (index % 2 === 0 && status === 'accepted')
      session.server().shop().command(`r${index}`, { op: 'ready', order: id, version: 2 });
  const page = await live(await session.screen({ viewport: { width, height: 844 } }));
  await page.getByTestId('tab-accepted').getByText('10').waitFor();
  for (const tab of ['placed', 'accepted', 'ready'])
    expect(await page.getByTestId(`tab-${tab}`).evaluate(one => one.scrollWidth - one.clientWidth)).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
});
