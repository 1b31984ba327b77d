import { dialLink } from '../../../web/shared/phone-number.ts';
import { setTextSize } from '../../support/browser/large-text.ts';
import { eventually, expectAccessible, pageSession, phone, tablet } from '../../support/browser/page-session.ts';
import { act, live } from './hands.ts';

// What the shop's page says, where it says it, and what it does with words that somebody has typed.

const session = pageSession();
const shop = () => session.server().shop();
const desk = { viewport: { width: 1440, height: 900 } };

describe('messages', () => {
  test.each([
    [phone, 100],
    [phone, 200],
    [tablet, 100],
    [desk, 100],
    [desk, 150],
  ])('9.17: lie over no button (%j, text of %s %%)', async (size, percent) => {
    session.server().place();
    const page = await live(await session.screen(size));
    await setTextSize(page, percent);
    session.server().losePushes(1);
    act(shop(), 'cancel', 1);
    await page.getByTestId('accept').click();
    const toast = page.getByTestId('toasts').getByText('Order 1 has changed meanwhile. It is now: Cancelled');
    await toast.waitFor();
    const covered = await toast.evaluate(message => {
      const lies = message.getBoundingClientRect();
      return [...document.querySelectorAll('button, a, input')]
        .filter(one => {
          const { left, right, top, bottom } = one.getBoundingClientRect();
          return left < lies.right && right > lies.left && top < lies.bottom && bottom > lies.top;
        })
        .map(one => one.getAttribute('data-testid') ?? one.textContent);
    });
    expect(covered).toEqual([]);
    const { scrollWidth, clientWidth } = await toast.evaluate(({ scrollWidth, clientWidth }) => ({
      scrollWidth,
      clientWidth,
    }));
    expect(scrollWidth).toBe(clientWidth);
  });

  test('9.17: end when the order goes on', async () => {
    session.server().place();
    const page = await live(await session.screen());
    session.server().losePushes(1);
    act(shop(), 'accept', 1);
    await page.getByTestId('accept').click();
    await page.getByTestId('toasts').getByText('accepted on another screen').waitFor();
    act(shop(), 'cancel', 1);
    await page.getByTestId('notice-cancelled').waitFor();
    expect(await page.getByTestId('toasts').textContent()).toBe('');
  });
});

describe('dialogs', () => {
  test.each([
    'cooking',
    'dishes',
    'summary',
    'done',
    'settings',
    'reject',
  ])('9.17: Enter does not close the dialog of "%s" that it has opened', async button => {
    session.server().place();
    const page = await live(await session.screen(desk));
    await page.getByTestId(button).focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor();
    expect(await page.evaluate(() => document.activeElement?.nodeName)).toBe('H2');
    await page.keyboard.press('Enter');
    expect(await page.locator('dialog').count()).toBe(1);
  });

  test('9.17: a form begins in its first field', async () => {
    const page = await live(await session.screen(desk));
    await page.getByTestId('dishes').click();
    await page.getByTestId('edit-menu').click();
    await page.getByTestId('new-dish').click();
    const focused = () => page.evaluate(() => document.activeElement?.id);
    await eventually(focused, 'dish-name');
    await page.keyboard.press('Escape');
    await page.getByTestId('dish-form').waitFor({ state: 'detached' }); // nothing was typed
    await page.getByTestId('rename-汤 Soups').click();
    await eventually(focused, 'category-name');
  });

  test.each(['Escape', 'twice Escape', 'the ✕'])('9.17: %s drops nothing that was typed without asking', async way => {
    const page = await live(await session.screen(desk));
    await page.getByTestId('dishes').click();
    await page.getByTestId('edit-menu').click();
    await page.getByTestId('edit-rice').click();
    await page.getByTestId('dish-price').fill('3.50');
    const leave = async () => {
      if (way === 'the ✕') await page.getByTestId('dish-form').getByTestId('close').click();
      else await page.keyboard.press('Escape');
    };
    await leave();
    await page.getByTestId('unsaved-dialog').waitFor();
    await expectAccessible(page);
    if (way === 'twice Escape') await page.keyboard.press('Escape');
    else await page.getByTestId('unsaved-stay').click();
    await page.getByTestId('unsaved-dialog').waitFor({ state: 'detached' });
    expect(await page.getByTestId('dish-price').inputValue()).toBe('3.50');
    expect(await page.getByTestId('dish-form').evaluate((one: HTMLDialogElement) => one.open)).toBe(true);
    await leave();
    await page.getByTestId('unsaved-drop').click();
    await page.getByTestId('dish-form').waitFor({ state: 'detached' });
    expect(shop().settings.dishes?.find(({ id }) => id === 'rice')?.priceCents).toBe(200);
  });
});

test('9.17: by ear, a ticket is its number, where it stands, and its dishes', async () => {
  session.server().place();
  session.server().place();
  act(shop(), 'accept', 2);
  const page = await live(await session.screen());
  const dishes = '1 × 麻婆豆腐 Mapo tofu, 2 × 米饭 Rice';
  await page.getByRole('article', { name: `Order 1, waiting to be accepted: ${dishes}`, exact: true }).waitFor();
  await page.getByRole('article', { name: `Order 2, Being prepared: ${dishes}`, exact: true }).waitFor();
  await page.getByRole('heading', { name: 'Order #1', exact: true }).waitFor();
});

test.each([
  ['138 0000 0000', 'tel:13800000000'],
  ['+86 (10) 6552-9988 #123', 'tel:+861065529988,123'],
  ['6552 9988#8#', 'tel:65529988,8%23'],
  ['*31#', 'tel:*31%23'],
  ['555*12', 'tel:555*12'],
])('9.17: a tap on %s dials it, and its extension after a pause', (written, dialled) => {
  if (written === '*31#') expect(dialLink('#31')).toBe('tel:%2331');
  else expect(dialLink(written)).toBe(dialled);
});

describe('signing in', () => {
  test('9.17: a link that opens no shop says what to do, and the right one can be pasted', async () => {
    const page = await session.open('/shop.html#shop=shop1&key=wrong', tablet);
    await page.getByTestId('refused').getByText('Ask whoever set the shop up').waitFor();
    await page.getByTestId('to-order').waitFor();
    await expectAccessible(page);
    await page
      .getByTestId('sign-in-shop')
      .fill(`  ${session.server().url}/shop.html#shop=shop1&key=${session.server().key}.`);
    await page.getByTestId('sign-in-submit').click();
    await page.getByTestId('column-placed').waitFor();
  });

  test.each([
    ['#shop=shop1', true],
    ['#shop=shop1&amp;key={key}', false],
    ['#shop%3Dshop1%26key%3D{key}', false],
    ['#shop=shop1&key={key}%E3%80%82', false],
    ['#key={key}', true],
  ])('9.17: a link that a chat has changed (%s) opens the shop, or is said to miss a part: %s', async (hash, isBroken) => {
    const page = await session.open(`/shop.html${hash.replace('{key}', session.server().key)}`, tablet);
    await page.getByTestId(isBroken ? 'broken-link' : 'column-placed').waitFor();
    expect(page.url()).toBe(`${session.server().url}/shop.html`);
  });
});
