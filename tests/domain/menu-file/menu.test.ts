import fc from 'fast-check';
import { allergens } from '../../../functions/domain/allergens.ts';
import type { Dish } from '../../../functions/domain/frames.ts';
import { menuToCsv } from '../../../functions/domain/menu-file/export.ts';
import { faultText } from '../../../functions/domain/menu-file/fault.ts';
import { menuFromCsv, menuFromFile } from '../../../functions/domain/menu-file/import.ts';
import { centsOf } from '../../../functions/domain/menu-file/price.ts';
import { amountText } from '../../../functions/domain/minor-unit.ts';

// A menu as a file for spreadsheets: every dish comes back as it was, and what is wrong is said with line and column.

const id = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('a', '7', '-', '=', ' ', '"', ',', '面') });
const name = id.map(text => `${text}面`);
const cents = fc.integer({ min: 0, max: 100_000_000 });
const choice = fc.record({
  id,
  name,
  priceCents: cents,
  available: fc.boolean(),
  max: fc.integer({ min: 1, max: 50 }),
});
const option = fc
  .record({ id, name, max: fc.integer({ min: 1, max: 50 }), choices: uniqueById(choice, 1) })
  .map(({ max, ...group }) => ({ ...group, max, min: max % 2 }));
const dish: fc.Arbitrary<Dish> = fc.record({
  ...{ id, name, category: fc.string({ maxLength: 20 }), priceCents: cents, available: fc.boolean() },
  description: fc.string({ maxLength: 60, unit: fc.constantFrom('a', '\n', '\r\n', '@', ';', '\t', "'") }),
  allergens: fc.subarray(Object.keys(allergens)),
  packagingCents: fc.integer({ min: 0, max: 1_000_000 }),
  imageUrl: fc.constantFrom('/pictures/a.svg', 'https://images.example/a,b.png?x=1'),
  options: uniqueById(option, 0),
});

function uniqueById<Part extends { id: string }>(part: fc.Arbitrary<Part>, minLength: number) {
  return fc.uniqueArray(part, { minLength, maxLength: 4, selector: each => each.id });
}

test.each(['CNY', 'JPY', 'KWD'])('every menu in %s comes back as it was', currency => {
  fc.assert(
    fc.property(uniqueById(dish, 0), dishes => {
      expect(menuFromCsv(menuToCsv(dishes, currency), currency)).toEqual({ dishes, faults: [] });
    }),
    { numRuns: 300 },
  );
});

test('prices are exact, and finer ones than the currency has are none', () => {
  fc.assert(fc.property(cents, each => expect(centsOf(amountText(each, 2), 'CNY', false)).toBe(each)));
  expect(['18', '18.5', '18.50', '18.500'].map(text => centsOf(text, 'CNY', false))).toEqual([1800, 1850, 1850, 1850]);
  expect(['-1', '1,800', '18.505', '1e3', '¥18', '.5', '18.', '0x1'].map(text => centsOf(text, 'CNY', false))).toEqual(
    Array(8).fill(undefined),
  );
  expect([centsOf('18,5', 'CNY', true), amountText(5, 2), amountText(500, 0)]).toEqual([1850, '0.05', '500']);
});

const head = 'kind,id,name,price,max,allergens,picture,available';
test.each([
  ['a price', 'dish,a,A,cheap', ['line 2, column D (price): must be an amount in CNY']],
  ['no price', 'dish,a,A,', ['line 2, column D (price): a dish has a price']],
  ['no name', 'dish,a,,1', ['line 2, column C (name): must be 1 to 60 characters']],
  ['a kind', 'meal,a,A,1', ['line 2, column A (kind): must be dish, option or choice']],
  ['an option of nothing', 'option,a,A', ['line 2, column A (kind): an option stands below its dish']],
  ['a choice of nothing', 'dish,a,A,1\nchoice,b,B,1', ['line 3, column A (kind): a choice stands below its option']],
  ['an option without choices', 'dish,a,A,1\noption,b,B', ['line 3, column A (kind): must hold at least one choice']],
  ['an id twice', 'dish,a,A,1\ndish,a,B,2', ['line 3, column B (id): the same id as line 2, column B (id)']],
  ['an allergen', 'dish,a,A,1,,gluten snow', ['line 2, column F (allergens): must be a code of the list']],
  ['a picture', 'dish,a,A,1,,,http://a/b', ['line 2, column G (picture): must be an https URL']],
  ['availability', 'dish,a,A,1,,,,maybe', ['line 2, column H (available): must be yes or no']],
  ['a cell of another kind', 'dish,a,A,1,3', ['line 2, column E (max): a row of kind dish says nothing here']],
  ['a cell beside the table', 'dish,a,A,1,,,,,more', ['line 2, column I: this column has no heading']],
  ['a price in a choice', 'dish,a,A,1\noption,b,B\nchoice,c,C,-1', ['line 4, column D (price): must be an amount']],
  ['several at once', 'dish,a,A,x\n\ndish,b,,1', ['line 2, column D (price)', 'line 4, column C (name)']],
])('says where is wrong: %s', (_, rows, faults) => {
  const found = menuFromCsv(`${head}\n${rows}`, 'CNY').faults.map(faultText);
  expect(found).toEqual(faults.map(fault => expect.stringContaining(fault)));
});

test.each([
  ['JPY', '12.50', 'a whole number as in 1800'],
  ['CNY', '12.505', 'as in 18 or 18.50'],
  ['KWD', 'x', 'as in 18 or 18.500'],
])('what an amount in %s looks like is said as that currency has it', (currency, price, words) => {
  const [fault] = menuFromCsv(`${head}\ndish,a,A,${price}`, currency).faults.map(faultText);
  expect(fault).toContain(`must be an amount in ${currency}, ${words}, without`);
});

test('a file whose first line names its separator is read, and its faults have the lines of the file', () => {
  const read = (rows: string) => menuFromCsv(`sep=;\r\nkind;id;name;price\r\n${rows}`, 'EUR');
  expect(read('dish;a;"A, B";18,50')).toMatchObject({ faults: [], dishes: [{ name: 'A, B', priceCents: 1850 }] });
  expect(read('dish;a;A;x').faults.map(faultText)[0]).toContain('line 3, column D (price)');
  expect(menuFromCsv('sep=;\nkind;id', 'EUR').faults.map(faultText)[0]).toContain('line 2: there is no column');
});

test.each([
  ['kind,id,name,prize', /line 1, column D: "prize" is no column; did you mean price\?/],
  ['kind,id,name,Prize', /line 1, column D: "Prize" is no column; did you mean price\?/],
  ['kind,id,name,price,id', /line 1, column E: there is a column id already/],
  ['', /line 1: there is no column kind, id, name, price;/],
])('says what is wrong with the headings %s', (text, fault) => {
  expect(menuFromCsv(text, 'CNY').faults.map(faultText)[0]).toMatch(fault);
});

test('columns stand in any order, with semicolons and a decimal comma, and what is left out has its usual value', () => {
  const { dishes, faults } = menuFromCsv(
    'Name;Price;Kind;ID\nNoodles;18,5;dish;a\nSize;;option;s\nL;2;choice;l\n',
    'EUR',
  );
  expect(faults).toEqual([]);
  expect(dishes[0]).toMatchObject({
    id: 'a',
    priceCents: 1850,
    options: [{ min: 0, max: 1, choices: [{ priceCents: 200 }] }],
  });
  expect(dishes[0]).not.toHaveProperty('available');
});

test('bytes that are no UTF-8, and a file that is far too large, are said as such', () => {
  const faultsOf = (bytes: Uint8Array) => menuFromFile(bytes, 'CNY').faults.map(({ what }) => what);
  expect(faultsOf(Buffer.from([0xc3, 0xe6]))).toEqual(['encoding']);
  expect(faultsOf(Buffer.alloc(9 * 1024 * 1024, 'a'))).toEqual(['too_large']);
  expect(faultsOf(Buffer.from('\uFEFFkind,id,name,price\ndish,a,A,1'))).toEqual([]);
});
