import fc from 'fast-check';
import { toCsv } from '../../../functions/domain/csv.ts';
import { CsvFault, readCsv } from '../../../functions/domain/menu-file/csv.ts';
import { faultText } from '../../../functions/domain/menu-file/fault.ts';

// A file for spreadsheets: whatever stood in a cell stands there again, and no cell begins as a formula does.

const faultOf = (error: unknown) => (error instanceof CsvFault ? faultText(error.fault) : String(error));

function faultIn(file: string): string {
  try {
    return JSON.stringify(readCsv(file).rows);
  } catch (error) {
    return faultOf(error);
  }
}

const hard = fc.constantFrom('"', ',', ';', '\t', '\r', '\n', "'", '=', '+', '-', '@', '＝', ' ', '\uFEFF', '面');
const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: hard }));
// A row of nothing is no row; the first cell of ours always says something.
const row = fc.tuple(fc.constantFrom('dish', '=1', 'a'), cell, cell).map(cells => [...cells]);

test('every table comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(row), rows => {
      const file = toCsv([['kind', 'id', 'name'], ...rows]);
      const read = readCsv(file).rows.map(cells => cells.map(({ text }) => text));
      expect(read).toEqual([['kind', 'id', 'name'], ...rows]);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['sep=;\r\n', '\uFEFFsep=;\n', 'SEP=;\r'])('%j names the separator, and is no row', begin => {
  const { rows, separator } = readCsv(`${begin}kind;a,b,c\r\ndish;1`);
  expect([separator, rows.map(cells => cells.map(({ text, line }) => `${line} ${text}`))]).toEqual([
    ';',
    [
      ['2 kind', '2 a,b,c'],
      ['3 dish', '3 1'],
    ],
  ]);
});

test('no cell begins as a formula', () => {
  fc.assert(
    fc.property(cell, text => {
      const value = toCsv([[text]]).replace(/^\uFEFF"?/, '');
      expect(value).not.toMatch(/^[=+\-@\t＝＋－＠]/);
    }),
    { numRuns: 2_000 },
  );
});

test('whatever a file holds is read or refused with a line', () => {
  fc.assert(
    fc.property(fc.string({ unit: hard }), file => {
      try {
        readCsv(file);
      } catch (error) {
        expect(faultOf(error)).toMatch(/^line \d+: /);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('it is UTF-8 with a byte order mark, CRLF after every row', () => {
  expect(
    Buffer.from(
      toCsv([
        ['a', 'b,c'],
        ['"', '=1'],
      ]),
    ).toString('hex'),
  ).toBe(Buffer.from(`\uFEFFa,"b,c"\r\n"""","'=1"\r\n`).toString('hex'));
});

test.each([
  [
    'semicolons',
    'a;b\nc;"d;e"',
    [
      ['a', 'b'],
      ['c', 'd;e'],
    ],
  ],
  [
    'tabs',
    'a\tb\r\nc\td\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'line breaks of old',
    'a,b\rc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'empty rows',
    'a,b\n\n,\nc,',
    [
      ['a', 'b'],
      ['c', ''],
    ],
  ],
])('reads %s', (_, file, rows) => {
  expect(readCsv(file).rows.map(cells => cells.map(({ text }) => text))).toEqual(rows);
});

test('says the line of a cell, and of what is no table', () => {
  expect(readCsv('a,b\n"one\r\ntwo",c\nd,e').rows.map(cells => cells.map(({ line }) => line))).toEqual([
    [1, 1],
    [2, 3],
    [4, 4],
  ]);
  expect(faultIn('a\nb,"c\nd')).toBe('line 2: a quote (") is opened and never closed');
  expect(faultIn('a\n"b\nc"d')).toMatch(/^line 3: a quote \("\) ends a cell/);
});
