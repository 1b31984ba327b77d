import fc from 'fast-check';
import { decodeUtf8, parseJson } from '../../functions/domain/json.ts';

const refused = expect.objectContaining({ name: 'Refusal', code: 'invalid_json' });

describe('JSON from outside', () => {
  it('reads as JSON.parse does, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t', ' \r\n '), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '{"a":{"a":{"a":1}},"b":{"a":2}}',
    '[{"a":1},{"a":1}]',
    '{"a":["a","a"],"b":"a"}',
    '{"a":"\\"a\\":","b":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":"{","b":"}","c":"[","d":"\\\\"}',
    '{"a":1,"A":2,"\u00e1":3,"a\u0301":4,"":5," ":6}',
    '["a:","a:",": ","\\":"]',
    '"a"',
    '{"x":"a" , "y":["a" , "a"]}',
  ])('may hold one key in several objects, and as text: %s', text => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"a":2}',
    '{"a":{},"b":2,"a":[]}',
    '{"x":{"a":1,"a":2}}',
    '[0,[{"b":1},{"a":1,"a":2}]]',
    '{"a":"}","a":1}',
    '{"a":"{","b":{"c":"\\""},"a":1}',
    '{"a" : 1, "a"\n:\t2}',
    '{"":1,"":2}',
    '{"\\"":1,"\\u0022":2}',
    '{"\\\\":1,"\\u005c":2}',
    '{"\\/":1,"/":2}',
    '{"\\n":1,"\\u000a":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"😀":1,"\\ud83d\\ude00":2}',
    '{"a":{"b":{"c":{"d":1}}},"a":2}',
    '{"a":[{"b":1},{"b":2}],"b":1,"a":3}',
  ])('with a key twice in one object is refused: %s', text => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(() => parseJson(text)).toThrow(refused);
  });

  it('with a key twice is refused wherever it is and however it is written', () => {
    const written = fc
      .string({ unit: 'grapheme', maxLength: 6 })
      .chain(key =>
        fc
          .array(fc.boolean(), { minLength: 2 * key.length, maxLength: 2 * key.length })
          .map(escapes => [spell(key, escapes.slice(key.length)), spell(key, escapes.slice(0, key.length))] as const),
      );
    const around = fc.constantFrom(
      (inner: string) => inner,
      (inner: string) => `[1,"}{\\"",${inner}]`,
      (inner: string) => `{"before":{"deep":[]},"inner":${inner},"after":"a:"}`,
      (inner: string) => `[[{"x":{}}],${inner},{}]`,
    );
    fc.assert(
      fc.property(written, fc.jsonValue(), fc.array(around, { maxLength: 4 }), ([one, other], value, wraps) => {
        const between = JSON.stringify({ value }).slice(1, -1).replace('"value"', '"a value that stands between"');
        const textWith = (key: string) =>
          wraps.reduce((inner, wrap) => wrap(inner), `{"${one}":1,${between},"${key}":2}`);
        expect(() => JSON.parse(textWith(other))).not.toThrow();
        expect(() => parseJson(textWith(other))).toThrow(refused);
        expect(() => parseJson(textWith('a key that stands only once'))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '',
    ' ',
    '{',
    '{"a":1',
    '{"a":1}x',
    "{'a':1}",
    '{a:1}',
    '[1,]',
    '01',
    'NaN',
    'undefined',
    '\ufeff{}',
    '"\n"',
  ])('that is none is refused: %j', text => {
    expect(() => parseJson(text)).toThrow(refused);
  });

  it('may be nested deeply, and be 16 KiB of escapes, in no time', () => {
    const began = performance.now();
    const depth = 8_000;
    parseJson('['.repeat(depth) + ']'.repeat(depth));
    parseJson(`${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`);
    parseJson(JSON.stringify('\\"'.repeat(8_000)));
    expect(() => parseJson('"'.repeat(16_000))).toThrow(refused);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('says no more of the text than the key', () => {
    expect(() => parseJson('{"phone":"138","phone":"139"}')).toThrow('the key "phone" stands twice in one object');
    expect(() => parseJson('{"phone":"138')).toThrow(/^the body is not JSON$/);
  });
});

describe('bytes from outside', () => {
  it('are text when they are UTF-8, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const wellFormed = text.toWellFormed();
        expect(decodeUtf8(Buffer.from(wellFormed))).toBe(wellFormed);
      }),
    );
    expect(decodeUtf8(Buffer.from('\ufeffx'))).toBe('\ufeffx');
  });

  it.each([
    [[0xff]],
    [[0xc3]],
    [[0xc0, 0x80]],
    [[0xed, 0xa0, 0x80]],
    [[0xf4, 0x90, 0x80, 0x80]],
    [[0x61, 0xe9, 0x62]],
  ])('are none when they are not: %j', bytes => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
  });
});

/** The inside of a JSON string, each UTF-16 unit escaped or not. */
function spell(key: string, escapes: boolean[]): string {
  let spelled = '';
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index);
    const isPlain = unit >= 0x20 && unit !== 0x22 && unit !== 0x5c && (unit < 0xd800 || unit > 0xdfff);
    spelled += isPlain && !escapes[index] ? key[index] : `\\u${unit.toString(16).padStart(4, '0')}`;
  }
  return spelled;
}
