import type { Dish } from '../../../functions/domain/frames.ts';
import type { MenuDish } from '../../../functions/domain/menu.ts';
import { menuChanges } from '../../../functions/domain/menu-file/changes.ts';

// What a file does to a menu, said before it is done.

const plain: Dish = { id: 'a', name: 'A', category: '', priceCents: 100, available: true };
const chosen: Dish = {
  ...{ ...plain, id: 'b', allergens: ['milk'], packagingCents: 50, available: false },
  options: [
    {
      ...{ id: 'size', name: 'Size', min: 1, max: 1 },
      choices: [{ id: 'small', name: 'Small', priceCents: 0, available: false, max: 1 }],
    },
  ],
};
const menu = [plain, chosen];
const size = { id: 'size', name: 'Size', min: 1 };

function counts(after: readonly MenuDish[], before: readonly Dish[] = menu) {
  const { added, changed, gone, isReordered } = menuChanges(before, after);
  return [added, changed, gone].map(dishes => dishes.map(({ id }) => id).join()).concat(isReordered ? 'moved' : '');
}

test.each<[string, MenuDish[], string[]]>([
  ['the same menu', menu as MenuDish[], ['', '', '', '']],
  [
    'what it does not say of a dish is as it was, or usual',
    [
      { id: 'a', name: 'A', priceCents: 100, imageUrl: null, options: [], description: '' },
      {
        ...{ id: 'b', name: 'A', priceCents: 100, allergens: ['milk'], packagingCents: 50 },
        options: [{ ...size, choices: [{ id: 'small', name: 'Small' }] }],
      } as MenuDish,
    ],
    ['', '', '', ''],
  ],
  [
    'one that is new, and one that is gone',
    [plain as MenuDish, { id: 'c', name: 'C', priceCents: 1 }],
    ['c', '', 'b', ''],
  ],
  ['another price', [{ ...(plain as MenuDish), priceCents: 101 }, chosen as MenuDish], ['', 'a', '', '']],
  ['there again', [plain as MenuDish, { ...(chosen as MenuDish), available: true }], ['', 'b', '', '']],
  ['no packaging', [plain as MenuDish, { ...(chosen as MenuDish), packagingCents: 0 }], ['', 'b', '', '']],
  ['no choices', [plain as MenuDish, { ...(chosen as MenuDish), options: [] }], ['', 'b', '', '']],
  ['the other way round', [chosen as MenuDish, plain as MenuDish], ['', '', '', 'moved']],
  ['nothing at all', [], ['', '', 'a,b', '']],
])('%s', (_, after, expected) => {
  expect(counts(after)).toEqual(expected);
});

test('of an empty menu everything is new', () => {
  expect(counts(menu as MenuDish[], [])).toEqual(['a,b', '', '', '']);
});

test('what is sold out and would be there again is named, unless its cell is empty', () => {
  const small = { id: 'small', name: 'Small', priceCents: 0, available: true, max: 1 };
  const options = [{ ...{ id: 'size', name: 'Size', min: 1, max: 1 }, choices: [small] }];
  const yesterday = [plain, { ...chosen, available: true, options }] as MenuDish[];
  expect(menuChanges(menu, yesterday).backAgain).toEqual(['A', 'A – Small']);
  expect(menuChanges(menu, menu as MenuDish[]).backAgain).toEqual([]);
  expect(menuChanges(menu, [{ id: 'b', name: 'A', priceCents: 100 }]).backAgain).toEqual([]);
  expect(menuChanges([], yesterday).backAgain).toEqual([]);
});
