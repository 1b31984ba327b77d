import fc from 'fast-check';
import { JsonFault, readJson } from '../../scripts/gateway-command/json.ts';

test('what JSON can say is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(readJson(text).value).toEqual(JSON.parse(text));
    }),
  );
});

test('comments and a comma behind the last are let pass, in texts they are text', () => {
  const text = '\ufeff// one\n{ /* two\n */ "a": [1, 2,], // "b": 3\n "c": "// no /* comment", }\n/* end */';
  expect(readJson(text).value).toEqual({ a: [1, 2], c: '// no /* comment' });
});

test('a key that every object has is a key like another', () => {
  expect(Object.entries(readJson('{"__proto__": 1, "constructor": 2}').value as object)).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
  ]);
});

test('each part is found by its line, and what is missing by that of the whole', () => {
  const { lineOf } = readJson('{\n  "a": [\n    1,\n    { "b": 2 }\n  ],\n  "c":\n    3\n}');
  expect([lineOf([]), lineOf(['a']), lineOf(['a', 1, 'b']), lineOf(['a', 1, 'x', 'y']), lineOf(['c'])]).toEqual([
    1, 2, 4, 4, 6,
  ]);
});

test.each<[string, number, RegExp]>([
  ['', 1, /value is missing before the end/],
  ['{\n"a": 1\n', 1, /begins here with \{ is not closed/],
  ['{\n"a": 1\n"b": 2 }', 3, /comma or \} is missing before "\\""/],
  ['{\n"a" 1 }', 2, /colon is missing behind "a"/],
  ['{\n a: 1 }', 2, /key in quotes is missing before "a"/],
  ['[1,\n\n,2]', 3, /value is missing before ","/],
  ['{"a":\n yes }', 2, /yes is no value/],
  ['{\n"a": "x\n" }', 2, /text is not closed/],
  ['{"a": 1,\n"a": 2}', 2, /"a" is given twice/],
  ['{}\n}', 2, /more behind the end/],
  ["{'a': 1}", 1, /key in quotes/],
  ['[01]', 1, /comma or \] is missing/],
])('of %j the fault and its line are said', (text, line, message) => {
  const read = () => readJson(text);
  expect(read).toThrow(message);
  expect(read).toThrow(JsonFault);
  try {
    read();
  } catch (error) {
    expect((error as JsonFault).line).toBe(line);
  }
});

test('any bytes are either read or refused by a line', () => {
  const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', 'null', '//', '/*', '\n', '"', '\\', '-');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), parts => {
      try {
        readJson(parts.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(JsonFault);
      }
    }),
    { numRuns: 500 },
  );
});
