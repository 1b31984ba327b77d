import { eventually, pageSession } from '../../support/browser/page-session.ts';
import { fillCart, shownStatus } from '../order/hands.ts';
import { act, live } from './hands.ts';

const session = pageSession();
const shop = () => session.server().shop();

test('9.10: an order that no request holds is not sent; the page says what to do, and the shortened one is placed', async () => {
  const page = await session.customer();
  await fillCart(page);
  const lines = page.getByTestId('line-mapo');
  await page.evaluate(() => {
    const name = Object.keys(localStorage).find(key => key.endsWith('cart.shop1')) ?? '';
    const cart = JSON.parse(localStorage.getItem(name) ?? '');
    const [line] = cart.lines;
    const note = (n: number) => `${n} ${'不要放香菜'.repeat(40)}`.slice(0, 200);
    cart.lines = Array.from({ length: 50 }, (_, n) => ({ ...line, key: n, quantity: 1, note: note(n) }));
    localStorage.setItem(name, JSON.stringify(cart));
  });
  await page.reload();
  await eventually(() => lines.count(), 50);
  await page.getByTestId('place').click();
  await page.getByTestId('problem').getByText('too long to be sent').waitFor();
  expect(session.server().posts).toEqual([]);
  for (const note of await lines.locator('textarea').all()) await note.fill(`${await note.getAttribute('id')}`);
  await page.getByTestId('place').click();
  await eventually(() => shownStatus(page), 'placed');
});

describe('9.10: a command that the server cannot take', () => {
  test('is told to the shop in words and sent no more; orders come in and are accepted as before, after a reload too', async () => {
    const page = await live(await session.screen());
    session.server().takeOffenceAt('set_dish');
    await page.getByTestId('dishes').click();
    await page.getByTestId('available-rice').click();
    const told = page.getByTestId('toasts').getByText('The server does not take this');
    await told.waitFor();
    expect(await told.textContent()).toContain('米饭 Rice');
    await page.keyboard.press('Escape');
    session.server().place();
    await page.getByTestId('accept').click();
    await eventually(async () => shop().openOrders()[0]?.status, 'accepted');

    await page.reload();
    await live(page);
    session.server().place();
    await page.getByTestId('accept').waitFor();
    expect(session.server().offences()).toBe(2);
  });

  test('is not kept for a reload once it was given up, although what was done to an order is', async () => {
    const page = await live(await session.screen());
    session.server().takeOffenceAt('accept');
    session.server().place();
    await page.getByTestId('accept').click();
    await page.getByTestId('toasts').getByText('The server does not take this').waitFor();
    expect(session.server().offences()).toBe(2);
    await page.reload();
    await live(page);
    session.server().place();
    await eventually(() => page.getByTestId('accept').count(), 2);
    expect(session.server().offences()).toBe(2);
  });

  test('is told to the customer, whose order is followed as before', async () => {
    const page = await session.customer();
    await fillCart(page);
    await page.getByTestId('place').click();
    await eventually(() => shownStatus(page), 'placed');
    session.server().takeOffenceAt('remind');
    await page.getByTestId('remind').click();
    await page.getByText('That did not work').waitFor();
    act(shop(), 'accept', 1);
    await eventually(() => shownStatus(page), 'accepted');
    expect(session.server().offences()).toBe(2);
  });
});
