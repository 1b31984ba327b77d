import fc from 'fast-check';
import { textOfCell, toCsv } from '../../../functions/domain/csv.ts';
import type { Change, Dish, Operation } from '../../../functions/domain/frames.ts';
import { amountText, minorDigits } from '../../../functions/domain/minor-unit.ts';
import { sections } from '../../../web/shared/sections.ts';
import { applyMoves, createCategoryMove, createDishMove } from '../../../web/shop/menu/menu-order.ts';
import { parsePrice } from '../../../web/shop/menu/price.ts';
import { menuAfter } from '../../simulation/model-commands.ts';

describe('a price', () => {
  test.each([
    ['12.50', 1250],
    ['12,5', 1250],
    ['  0.01 ', 1],
    ['1００', 10_000],
    ['￥19.99', 1999],
    ['8.', 800],
    ['1234567.89', 123_456_789],
  ])('%j is %d cents, exactly', (text, cents) => {
    expect(parsePrice(text, 2)).toBe(cents);
  });

  test.each(['', '.5', '12.345', '-1', '1e3', 'free', 'NaN'])('%j is none', text => {
    expect(parsePrice(text, 2)).toBeUndefined();
  });

  test('is what was typed, whatever the currency', () => {
    expect(parsePrice('1250', minorDigits('JPY'))).toBe(1250);
    expect(parsePrice('1250.5', minorDigits('JPY'))).toBeUndefined();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), fc.constantFrom('CNY', 'JPY', 'KWD'), (cents, currency) => {
        const digits = minorDigits(currency);
        expect(parsePrice(amountText(cents, digits), digits)).toBe(cents);
      }),
    );
  });
});

describe('a table for spreadsheets', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])('disarms %j', text => {
    expect(toCsv([[text]])).toBe(`\u{feff}"'${text}"\r\n`);
  });

  test('quotes what needs it, and nothing else', () => {
    expect(toCsv([['a', 'b,c', 'say "hi"', 'two\nlines', '', '王']])).toBe(
      '\u{feff}a,"b,c","say ""hi""","two\nlines",,王\r\n',
    );
  });

  test('gives back, read by the rules of RFC 4180, what was put in; no cell begins as a formula does', () => {
    const begins = fc.constantFrom('', "'", "''", '=', "'+", '＝', '\t', '\r', '\n');
    const text = fc.tuple(begins, fc.string({ unit: 'grapheme' })).map(parts => parts.join(''));
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 1 }), { minLength: 1 }), rows => {
        const written = readCsv(toCsv(rows).slice(1));
        expect(written.map(row => row.map(textOfCell))).toEqual(rows);
        expect(written.flat().filter(cell => /^[=+\-@\t\r\n＝＋－＠]/.test(cell))).toEqual([]);
      }),
    );
  });
});

describe('the order of a menu', () => {
  const dish = (id: string, category: string) => ({ id, name: id, category, priceCents: 1, available: true });
  const menu = [dish('a', 'x'), dish('b', 'x'), dish('c', 'y'), dish('d', 'x'), dish('e', 'z')];

  test('has its categories where their first dishes stand', () => {
    expect(sections(menu).map(({ category, dishes }) => [category, dishes.map(({ id }) => id).join('')])).toEqual([
      ['x', 'abd'],
      ['y', 'c'],
      ['z', 'e'],
    ]);
  });

  const ids = (dishes: readonly { id: string }[]) => dishes.map(({ id }) => id).join('');
  const idsAfter = (...operations: (Operation | undefined)[]) =>
    ids(
      sections(
        applyMoves(
          menu,
          operations.filter(operation => operation !== undefined),
        ),
      ).flatMap(s => s.dishes),
    );

  test('9.10: moves a dish within its category, and a category as a whole, by naming two; at the ends nothing moves', () => {
    expect(createDishMove(menu, 'b', 1)).toEqual({ op: 'move_dish', dish: 'd', before: 'b' });
    expect(createCategoryMove(menu, 'z', -1)).toEqual({ op: 'move_category', category: 'z', before: 'y' });
    expect(idsAfter(createDishMove(menu, 'b', 1))).toBe('adbce');
    expect(idsAfter(createCategoryMove(menu, 'z', -1))).toBe('abdec');
    expect(idsAfter(createCategoryMove(menu, 'x', 1))).toBe('cabde');
    expect([createDishMove(menu, 'a', -1), createDishMove(menu, 'd', 1), createDishMove(menu, 'gone', 1)]).toEqual(
      Array(3).fill(undefined),
    );
    expect([createCategoryMove(menu, 'x', -1), createCategoryMove(menu, 'z', 1)]).toEqual([undefined, undefined]);
  });

  test('9.10: is as it was asked for, whatever is on its way, and the server makes the same of it', () => {
    const someId = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'gone');
    const someCategory = fc.constantFrom('x', 'y', 'z', 'gone');
    const change: fc.Arbitrary<Change> = fc.oneof(
      fc.record({ op: fc.constant('move_dish' as const), dish: someId, before: someId }),
      fc.record({ op: fc.constant('move_category' as const), category: someCategory, before: someCategory }),
      fc.record({ op: fc.constant('rename_category' as const), category: someCategory, name: someCategory }),
    );
    fc.assert(
      fc.property(fc.array(change), changes => {
        const model = changes.reduce<readonly Dish[]>((dishes, one) => {
          const next = menuAfter(dishes, one);
          return typeof next === 'string' ? dishes : next;
        }, menu);
        expect(applyMoves(menu, changes)).toEqual(model);
      }),
    );
  });
});

/** A reader of its own: quoted cells may hold anything, two quotes in them are one. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let found = cell.exec(text); found !== null; found = cell.exec(text)) {
    const [, quoted, plain = '', end] = found;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
