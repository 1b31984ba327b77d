import { readFileSync } from 'node:fs';
import { faceOf } from '../../../web/order/shops/face.ts';
import { setTextSize } from '../../support/browser/large-text.ts';
import { eventually, expectAccessible, looks, pageSession, phone } from '../../support/browser/page-session.ts';

// A window that has room for the cart beside the menu, and the faces that shops are recognised by.

const session = pageSession();
const desk = { viewport: { width: 1180, height: 820 }, hasTouch: false };

test.each(
  looks,
)('on a wide window the cart stands beside the menu, and can be changed there (%s, %s)', async (locale, colorScheme) => {
  session
    .server()
    .shop()
    .setDish('fish', { name: 'Donaudampfschifffahrtsgesellschaftskapitänsfisch', available: true });
  const page = await session.customer('#shop=shop1', { ...desk, locale, colorScheme });
  const beside = page.getByTestId('cart-beside');
  await expectAccessible(page);
  expect(await page.getByTestId('to-checkout').count()).toBe(0);
  for (const dish of ['mapo', 'mapo', 'fish']) await page.getByTestId(`more-${dish}`).click();
  expect(await beside.locator('li').count()).toBe(2);
  await beside.getByText('¥44.00').waitFor();
  await page.getByTestId('more-tea').focus();
  await page.keyboard.press('Tab');
  expect(await beside.locator(':focus').count()).toBe(1); // after the last dish, as where it is below
  await beside.locator('li').first().getByRole('button').first().click();
  await eventually(() => page.getByTestId('quantity-mapo').innerText(), '1');
  await beside.getByTestId('to-checkout').getByText('¥90.00').waitFor();
  await expectAccessible(page);
  const isWithin = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('aside')].every(one => one.scrollWidth <= one.clientWidth),
  );
  expect(isWithin).toBe(true);
  await beside.getByTestId('to-checkout').click();
  await page.getByTestId('place').getByText('¥90.00').waitFor();
});

test('where there is no room for two columns, or not with this size of text, the way to the checkout is below', async () => {
  const page = await session.customer('#shop=shop1', desk);
  const beside = page.getByTestId('cart-beside');
  await page.getByTestId('more-mapo').click();
  await beside.getByTestId('to-checkout').waitFor();
  await setTextSize(page, 150);
  await eventually(() => beside.count(), 0);
  expect(await page.getByTestId('to-checkout').count()).toBe(1);
  await setTextSize(page, 100);
  await beside.getByTestId('to-checkout').waitFor();
  await page.setViewportSize(phone.viewport);
  await eventually(() => beside.count(), 0);
  await page.getByTestId('to-checkout').click();
  await page.getByTestId('place').waitFor();
});

test('on an ordinary window the button is in view before anything scrolls, and nothing is left empty below', async () => {
  const page = await session.customer('#shop=shop1', { ...desk, viewport: { width: 1440, height: 900 } });
  session
    .server()
    .shop()
    .changeSettings({ about: { note: '招牌麻婆豆腐。'.repeat(30) } });
  for (const dish of ['mapo', 'kungpao', 'egg', 'rice', 'noodles', 'soup', 'tea'])
    await page.getByTestId(`more-${dish}`).click();
  const seen = await page.evaluate(() => {
    scrollTo(0, 0);
    const button = document.querySelector('[data-testid="to-checkout"]');
    const list = button?.parentElement?.querySelector('ul');
    const main = document.querySelector('main');
    return {
      isInView: (button?.getBoundingClientRect().bottom ?? 9999) <= innerHeight,
      isInList: list?.contains(button ?? null),
      isAsideWhole: (button?.parentElement?.scrollHeight ?? 0) <= (button?.parentElement?.clientHeight ?? 0),
      room: main === null ? '' : getComputedStyle(main).paddingBottom,
    };
  });
  expect(seen).toMatchObject({ isInView: true, isInList: false, isAsideWhole: true });
  expect(Number.parseFloat(seen.room)).toBeLessThan(60);
});

test('a cart that is longer than the window scrolls, and its button stays in view', async () => {
  const page = await session.customer('#shop=shop1', { ...desk, viewport: { width: 1180, height: 420 } });
  for (const dish of ['mapo', 'kungpao', 'egg', 'rice', 'noodles', 'soup', 'tea'])
    await page.getByTestId(`more-${dish}`).click();
  const button = await page.getByTestId('to-checkout').boundingBox();
  expect((button?.y ?? 0) + (button?.height ?? 0)).toBeLessThanOrEqual(420);
  await page.getByTestId('cart-beside').locator('li').last().getByRole('button').last().click();
  await eventually(() => page.getByTestId('quantity-tea').innerText(), '2');
});

test('what is to be said stands below the button, which it neither moves nor covers', async () => {
  const { setDish, changeSettings } = session.server().shop();
  const page = await session.customer('#shop=shop1', { ...desk, viewport: { width: 1180, height: 420 } });
  await page.getByTestId('more-mapo').click();
  const button = page.getByTestId('to-checkout');
  const before = await button.boundingBox();
  changeSettings({ online: false });
  await page.getByTestId('cart-beside').getByTestId('shop-notice').waitFor();
  expect(await button.boundingBox()).toEqual(before);
  for (const dish of ['kungpao', 'egg', 'rice', 'noodles', 'soup', 'tea'])
    await page.getByTestId(`more-${dish}`).click();
  setDish('mapo', { priceCents: 2500 });
  await page.getByTestId('changes').waitFor();
  const isOnTop = await button.evaluate(node => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const corners = [top + 5, bottom - 5].flatMap(y => [left + 9, right - 9].map(x => document.elementFromPoint(x, y)));
    return corners.every(found => found !== null && node.contains(found));
  });
  expect(isOnTop).toBe(true);
});

test('a shop keeps its colour, all colours are in use, and white letters can be read on each', () => {
  const style = readFileSync('web/order/order.css', 'utf8');
  const colours = [...style.matchAll(/--face: #([0-9a-f]{6})/g)].map(([, hex = '']) => hex);
  expect(colours).toHaveLength(8);
  for (const colour of colours) expect([colour, contrastWithWhite(colour) >= 4.5]).toEqual([colour, true]);
  expect(faceOf('shop1')).toBe(faceOf('shop1'));
  expect(new Set(Array.from({ length: 200 }, (_, index) => faceOf(`shop-${index}`))).size).toBe(8);
});

/** The contrast of a colour (`rrggbb`) with white, as WCAG 2 defines it. */
function contrastWithWhite(hex: string): number {
  const [red = 0, green = 0, blue = 0] = (hex.match(/../g) ?? [])
    .map(part => Number.parseInt(part, 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
