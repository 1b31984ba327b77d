import type { Dish, OrderItem } from '../../../functions/domain/frames.ts';
import { cart, orderAgain } from '../../../web/order/cart/cart.ts';

// What becomes of an earlier order when the menu has changed since.

const choice = (id: string, available: boolean) => ({ id, name: id, priceCents: 100, available, max: 1 });
const menu = (isSizeThere: boolean, isPeasThere: boolean): Dish[] => [
  {
    id: 'soup',
    name: 'Soup',
    category: '',
    priceCents: 1000,
    available: true,
    options: [
      { id: 'size', name: 'Size', min: 1, max: 1, choices: [choice('small', isSizeThere), choice('large', true)] },
      {
        id: 'extra',
        name: 'Extra',
        min: 0,
        max: 2,
        choices: [choice('egg', isPeasThere), choice('peas', isPeasThere)],
      },
    ],
  },
];
const item = (...choices: [option: string, choice: string][]): OrderItem => ({
  dish: 'soup',
  name: 'Soup',
  priceCents: 1000,
  quantity: 2,
  note: null,
  choices: choices.map(([option, choice]) => ({ option, choice, name: choice, priceCents: 100, quantity: 1 })),
});
const inCart = () => cart.value.lines.map(({ quantity, choices }) => [quantity, choices.map(({ choice }) => choice)]);

test('a dish is kept without the choices that are sold out and may be left out, and all of them are said', () => {
  const missing = orderAgain('s', [item(['size', 'small'], ['extra', 'egg'], ['extra', 'peas'])], menu(true, false));
  expect(missing).toEqual([{ dish: 'Soup', choices: ['egg', 'peas'] }]);
  expect(inCart()).toEqual([[2, ['small']]]);
});

test('a dish that needs what is sold out is left out whole', () => {
  expect(orderAgain('s', [item(['size', 'small'])], menu(false, true))).toEqual([{ dish: 'Soup', choices: [] }]);
  expect(inCart()).toEqual([]);
});

test('what becomes the same without a choice is one line', () => {
  orderAgain('s', [item(['size', 'small']), item(['size', 'small'], ['extra', 'peas'])], menu(true, false));
  expect(inCart()).toEqual([[4, ['small']]]);
});
