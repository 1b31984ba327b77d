import type { Dish } from '../../../functions/domain/frames.ts';
import { eventually, expectAccessible, looks, pageSession, phone } from '../../support/browser/page-session.ts';
import { fillDetails } from './hands.ts';

// Dishes that something is chosen with: a sheet asks, the price follows, and the same dish stands in several lines.

const session = pageSession();

const choice = (id: string, name: string, priceCents = 0, more = {}) => ({
  id,
  name,
  priceCents,
  available: true,
  max: 1,
  ...more,
});

/** Noodles with a size that is needed, toppings of which three can be taken, and a spice that may be. */
const noodles: Partial<Dish> = {
  description: '手工拉面，现点现煮。 Pulled by hand when you order.',
  allergens: ['gluten', 'eggs'],
  options: [
    {
      id: 'toppings',
      name: '加料 Toppings',
      min: 0,
      max: 3,
      choices: [
        choice('egg', '卤蛋 Egg', 300, { max: 2 }),
        choice('beef', '牛肉 Beef', 800),
        choice('tofu', '豆腐 Tofu', 200, { available: false }),
      ],
    },
    {
      id: 'size',
      name: '规格 Size',
      min: 1,
      max: 1,
      choices: [choice('small', '小份 Small'), choice('large', '大份 Large', 500)],
    },
    {
      id: 'spice',
      name: '辣度 Spice',
      min: 0,
      max: 1,
      choices: [choice('mild', '微辣 Mild'), choice('hot', '重辣 Hot')],
    },
  ],
};

beforeEach(() => session.server().shop().setDish('noodles', noodles));

test.each(looks)('a dish with choices asks in a sheet, needed groups first (%s, %s)', async (locale, colorScheme) => {
  const page = await session.customer('#shop=shop1', { locale, colorScheme });
  await page.getByTestId('more-noodles').click();
  const sheet = page.getByTestId('dish-sheet');
  await sheet.waitFor();
  expect(await sheet.locator('fieldset').evaluateAll(all => all.map(one => one.dataset.testid))).toEqual([
    'option-size',
    'option-toppings',
    'option-spice',
  ]);
  await expectAccessible(page);
});

test('each choice moves the price, and what is chosen goes with the order', async () => {
  const page = await session.customer();
  await page.getByTestId('more-noodles').click();
  const put = page.getByTestId('put-in-cart');
  await put.getByText('¥15.00').waitFor();
  await page.getByTestId('choice-large').click();
  await page.getByTestId('more-choice-egg').click();
  await page.getByTestId('more-choice-egg').click();
  expect(await page.getByTestId('more-choice-egg').isDisabled()).toBe(true);
  await page.getByTestId('choice-beef').click();
  await put.getByText('¥34.00').waitFor();
  await page.getByTestId('choice-hot').click();
  await page.getByTestId('choice-mild').click();
  await page.getByTestId('choice-mild').click();
  await put.click();
  await page.getByTestId('more-noodles').click();
  await put.click();
  await page.getByTestId('to-checkout').click();
  await page.getByTestId('place').getByText('¥49.00').waitFor();
  await page.getByTestId('change-choices').first().click();
  await page.getByTestId('choice-small').click();
  await page.getByTestId('less-choice-egg').click();
  await put.getByText('¥26.00').waitFor();
  await put.click();
  await fillDetails(page);
  await page.getByTestId('place').click();
  await page.getByTestId('status').waitFor();
  const [order] = session.server().shop().openOrders();
  expect(order?.totalCents).toBe(4100);
  expect(order?.items.map(({ choices }) => choices)).toEqual([
    [
      { option: 'toppings', choice: 'egg', name: '卤蛋 Egg', priceCents: 300, quantity: 1 },
      { option: 'toppings', choice: 'beef', name: '牛肉 Beef', priceCents: 800, quantity: 1 },
      { option: 'size', choice: 'small', name: '小份 Small', priceCents: 0, quantity: 1 },
    ],
    [{ option: 'size', choice: 'small', name: '小份 Small', priceCents: 0, quantity: 1 }],
  ]);
});

test('a choice that sells out meanwhile is taken out of the sheet and of the cart, with its dish where it was needed, and that is said', async () => {
  const page = await session.customer('#shop=shop1', { ...phone });
  await page.getByTestId('more-noodles').click();
  await page.getByTestId('choice-beef').click();
  await page.getByTestId('put-in-cart').click();
  await page.getByTestId('more-noodles').click();
  await page.getByTestId('choice-beef').click();
  session.server().shop().setChoice('noodles', 'toppings', 'beef', false);
  await page.getByTestId('put-in-cart').getByText('¥15.00').waitFor();
  expect(await page.getByTestId('choice-beef').locator('input').isDisabled()).toBe(true);
  await page.getByTestId('close').click();
  await page.getByTestId('changes').getByText('now without 牛肉 Beef').waitFor();
  await page.getByTestId('to-checkout').getByText('¥15.00').waitFor();
  session.server().shop().setChoice('noodles', 'size', 'small', false);
  await page.getByTestId('changes').getByText('was taken out: 小份 Small is sold out').waitFor();
  await eventually(() => page.getByTestId('to-checkout').count(), 0);
});
