import type { ChosenItem, Dish } from '../../../functions/domain/frames.ts';
import { fitLines } from '../../../web/order/cart/fit.ts';
import { renewChoices } from '../../../web/order/cart/line.ts';

// What a fresh menu does to the lines of a cart whose dishes have choices.

const choice = (id: string, priceCents: number, available = true) => ({ id, name: id, priceCents, available, max: 1 });

function soup(sizes: boolean, peas: boolean, priceCents = 1000): Dish {
  const options = [
    { id: 'size', name: 'Size', min: 1, max: 1, choices: [choice('small', 0, sizes), choice('large', 300)] },
    { id: 'extra', name: 'Extra', min: 0, max: 2, choices: [choice('egg', 200), choice('peas', 100, peas)] },
  ];
  return { id: 'soup', name: 'Soup', category: '', priceCents, available: true, options };
}
const chosen = (option: string, choice: string, priceCents: number): ChosenItem => ({
  option,
  choice,
  name: choice,
  priceCents,
  quantity: 1,
});
const choices = [chosen('extra', 'peas', 100), chosen('size', 'small', 0), chosen('extra', 'egg', 200)];
const line = { key: 1, dish: 'soup', name: 'Soup', priceCents: 1000, quantity: 2, note: 'hot', choices };

test('a choice that may be left out is, and the dish stays; that it costs less then is no new price', () => {
  const { lines, changes } = fitLines([line], [soup(true, false)], []);
  expect(lines).toMatchObject([{ quantity: 2, note: 'hot', choices: [{ choice: 'small' }, { choice: 'egg' }] }]);
  expect(changes).toMatchObject([{ type: 'choice', choice: 'peas', isKept: true }]);
});

test('with a choice that is needed the dish goes, and that is another change', () => {
  const { lines, changes } = fitLines([line], [soup(false, true)], []);
  expect(lines).toEqual([]);
  expect(changes).toMatchObject([{ type: 'choice', choice: 'small', isKept: false }]);
});

test('a new price beside a choice that is left out is told as well', () => {
  const { changes } = fitLines([line], [soup(true, false, 1100)], []);
  expect(changes).toMatchObject([{ type: 'choice' }, { type: 'price', before: 1200, after: 1300 }]);
});

test('choices stand in the order of the menu, whatever the order in which they were tapped', () => {
  const renewed = renewChoices(choices, soup(true, true)) as ChosenItem[];
  expect(renewed.map(({ choice }) => choice)).toEqual(['small', 'egg', 'peas']);
});
