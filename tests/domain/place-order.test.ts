import fc from 'fast-check';
import { canonicalOrder, type OrderRequest, parseOrderRequest } from '../../functions/domain/place-order.ts';
import { Refusal } from '../../functions/domain/refusal.ts';

const good: OrderRequest = {
  shop: 'shop1',
  items: [{ dish: 'rice', quantity: 2 }],
  customer: { name: '李雷', phone: '138 0000 0000', address: '人民路 1 号' },
};
const item = (differing: object) => ({ items: [{ dish: 'rice', quantity: 2, ...differing }] });
const customer = (differing: object) => ({ customer: { ...good.customer, ...differing } });
const lines = (count: number) => Array.from({ length: count }, (_, n) => ({ dish: `d${n}`, quantity: 1 }));

/** The paths that are named as wrong; none when the request is good. */
function wrongIn(value: unknown): string[] {
  try {
    parseOrderRequest(value);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('invalid_request');
    return (error.fields ?? []).map(({ path }) => path);
  }
}

describe('an order’s request', () => {
  it.each<[string, object]>([
    ['the least', {}],
    ['everything', { items: [{ dish: 'rice', quantity: 1, note: 'n' }], note: 'n', expectedTotalCents: 0 }],
    ['50 items', { items: lines(50) }],
    [
      'one dish with several notes',
      { items: [item({}), item({ note: '' }), item({ note: 'a' })].flatMap(i => i.items) },
    ],
    ['a quantity of 1', item({ quantity: 1 })],
    ['a quantity of 99', item({ quantity: 99 })],
    ['a quantity of 2.0', JSON.parse('{"items":[{"dish":"rice","quantity":2.0}]}')],
    ['a dish of 64 characters', item({ dish: '菜'.repeat(64) })],
    ['64 characters outside the basic plane', item({ dish: '𠮷'.repeat(64) })],
    ['a note of 200 emoji', { note: '😀'.repeat(200), ...item({ note: '😀'.repeat(200) }) }],
    ['an empty note', { note: '', ...item({ note: '' }) }],
    ['a name of one letter', customer({ name: 'x' })],
    ['a name of 50 emoji', customer({ name: '😀'.repeat(50) })],
    ['an address of 200 characters', customer({ address: '路'.repeat(200) })],
    ['the shortest phone', customer({ phone: '110' })],
    ['a phone of 30 signs', customer({ phone: '+86 (138) 0000-0000 #12*3.45 6' })],
    ['a phone with one digit', customer({ phone: '+-1' })],
    ['the largest total', { expectedTotalCents: Number.MAX_SAFE_INTEGER }],
    ['a shop of 64 signs', { shop: 'aZ0_-'.padEnd(64, 'x') }],
  ])('may hold %s', (_, differing) => {
    expect(wrongIn({ ...good, ...differing })).toEqual([]);
    expect(parseOrderRequest({ ...good, ...differing })).toEqual({ ...good, ...differing });
  });

  it.each<[string, object, string]>([
    ['no items', { items: [] }, 'items'],
    ['51 items', { items: lines(51) }, 'items'],
    ['10,001 items', { items: lines(10_001) }, 'items'],
    ['one dish twice', { items: [item({}).items[0], item({ quantity: 1 }).items[0]] }, 'items'],
    ['one dish and note twice', { items: [...item({ note: 'a' }).items, ...item({ note: 'a' }).items] }, 'items'],
    ['items that are no list', { items: { 0: item({}).items[0], length: 1 } }, 'items'],
    ['an item that is null', { items: [null] }, 'items[0]'],
    ['a second item that is wrong', { items: [...lines(1), { dish: 'x', quantity: 0 }] }, 'items[1].quantity'],
    ...[0, -1, 100, 1.5, -0, 1e308, 2 ** 31, 2 ** 53 + 2, '2', true, null, [2], {}, Number.NaN].map(
      quantity =>
        [
          `the quantity ${Object.is(quantity, -0) ? '-0' : JSON.stringify(quantity)}`,
          item({ quantity }),
          'items[0].quantity',
        ] as [string, object, string],
    ),
    ['no quantity', { items: [{ dish: 'rice' }] }, 'items[0].quantity'],
    ['a dish without id', item({ dish: '' }), 'items[0].dish'],
    ['a dish of 65 characters', item({ dish: 'd'.repeat(65) }), 'items[0].dish'],
    ['a number for a dish', item({ dish: 5 }), 'items[0].dish'],
    ['a price of its own', item({ priceCents: 1 }), 'items[0].priceCents'],
    ['a line’s note of 201 characters', item({ note: 'x'.repeat(201) }), 'items[0].note'],
    ['a line’s note that is null', item({ note: null }), 'items[0].note'],
    ['a note of 201 emoji', { note: '😀'.repeat(201) }, 'note'],
    ['a note that is null', { note: null }, 'note'],
    ['a total that is null', { expectedTotalCents: null }, 'expectedTotalCents'],
    ...[-1, 0.5, -0, 2 ** 53, 1e308, '700'].map(
      cents =>
        [`the total ${Object.is(cents, -0) ? '-0' : cents}`, { expectedTotalCents: cents }, 'expectedTotalCents'] as [
          string,
          object,
          string,
        ],
    ),
    ['no name', customer({ name: '' }), 'customer.name'],
    ['a name of 51 characters', customer({ name: '名'.repeat(51) }), 'customer.name'],
    ['an address of 201 characters', customer({ address: 'x'.repeat(201) }), 'customer.address'],
    ['an empty address', customer({ address: '' }), 'customer.address'],
    ['a phone of 2 signs', customer({ phone: '11' }), 'customer.phone'],
    ['a phone of 31 signs', customer({ phone: '1'.repeat(31) }), 'customer.phone'],
    ['a phone without digit', customer({ phone: '+-+' }), 'customer.phone'],
    ['a phone with letters', customer({ phone: '138x' }), 'customer.phone'],
    ['a phone in other digits', customer({ phone: '１３８' }), 'customer.phone'],
    ['a phone with a line break at its end', customer({ phone: '13800\n' }), 'customer.phone'],
    ['a customer who is more', customer({ admin: true }), 'customer.admin'],
    ['a customer who is null', { customer: null }, 'customer'],
    ['a customer who is a list', { customer: [] }, 'customer.name'],
    ['no shop', { shop: undefined }, 'shop'],
    ['an empty shop', { shop: '' }, 'shop'],
    ['a shop of 65 signs', { shop: 'x'.repeat(65) }, 'shop'],
    ['a shop with a slash', { shop: 'a/b' }, 'shop'],
    ['a shop with a line break at its end', { shop: 'shop1\n' }, 'shop'],
    ['a status', { status: 'accepted' }, 'status'],
    ['a total of its own', { totalCents: 1 }, 'totalCents'],
    ['an id', { id: 'x' }, 'id'],
    ['constructor', { constructor: { prototype: {} } }, 'constructor'],
    ['toString', { toString: 'x' }, 'toString'],
  ])('may not hold %s', (_, differing, path) => {
    expect(wrongIn({ ...good, ...differing })).toContain(path);
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'status', ''])('may not hold the field %j anywhere', key => {
    const field = `${JSON.stringify(key)}:{"shop":"x"}`;
    const text = JSON.stringify({ ...good, note: 'n' });
    for (const place of ['{"shop"', '{"dish"', '{"name"']) {
      const value: unknown = JSON.parse(text.replace(place, `{${field},${place.slice(1)}`));
      expect(wrongIn(value)).toHaveLength(1);
    }
  });

  it.each([null, undefined, [], 'x', 1, true, {}, [good]])('may not be %j', value => {
    expect(wrongIn(value).length).toBeGreaterThan(0);
  });

  it('names at most twenty mistakes, and repeats no value of the request', () => {
    const items = Array.from({ length: 30 }, () => ({ dish: 'SECRET'.repeat(20), quantity: 'SECRET' }));
    const value = {
      ...good,
      shop: 'SECRET!',
      items,
      note: 7,
      customer: { name: 'SECRET\0', phone: 'SECRET', address: [] },
    };
    const error = refusalOf(value);
    expect(error.fields).toHaveLength(20);
    expect(JSON.stringify({ message: error.message, fields: error.fields })).not.toContain('SECRET');
  });

  it('says what is wrong in words', () => {
    const { shop: _, ...rest } = good;
    const { fields } = refusalOf({ ...rest, status: 'x', ...item({ quantity: 0, note: 5 }) });
    expect(fields).toEqual([
      { path: 'shop', message: 'is missing' },
      { path: 'items[0].quantity', message: 'must be a whole number from 1 to 99' },
      { path: 'items[0].note', message: 'must be string' },
      { path: 'status', message: 'unknown field' },
    ]);
  });
});

describe('text of an order', () => {
  const everywhere = (text: string): [string, object][] => [
    ['items[0].dish', item({ dish: text })],
    ['items[0].note', item({ note: text })],
    ['customer.name', customer({ name: text })],
    ['customer.address', customer({ address: text })],
    ['note', { note: text }],
  ];

  it.each([
    ['U+0000', 'a\0b'],
    ['a lone high surrogate', 'a\ud83d'],
    ['a lone low surrogate', '\ude00a'],
    ['surrogates the wrong way round', 'x\ude00\ud83d'],
  ])('may not hold %s, anywhere', (_, text) => {
    for (const [path, differing] of everywhere(text)) expect(wrongIn({ ...good, ...differing })).toEqual([path]);
  });

  it.each([
    ['zero width space', '\u200b'],
    ['zero width joiner and non-joiner', '\u200d\u200c'],
    ['byte order mark', '\ufeff'],
    ['word joiner', '\u2060'],
    ['Hangul filler', '\u3164\u115f\u1160\uffa0'],
    ['empty Braille cell', '\u2800\u2800'],
    ['soft hyphen', '\u00ad'],
    ['spaces of all kinds', ' \u00a0\u2003\u3000\u202f\u205f'],
    ['line ends', '\r\n\u2028\u2029\u0085\t'],
    ['combining marks alone', '\u0301\u0308\u20dd'],
    ['variation selectors', '\ufe0f\u{e0100}'],
    ['direction marks', '\u200e\u200f\u202e\u2066\u2069'],
    ['control characters', '\u0001\u001b\u007f\u0080'],
    ['tags', '\u{e0041}\u{e007f}'],
    ['Mongolian vowel separator', '\u180e'],
    ['Khmer inherent vowels', '\u17b4\u17b5'],
  ])('that nobody can see is no name and no address, but may be a note: %s', (_, text) => {
    expect(wrongIn({ ...good, ...customer({ name: text }) })).toEqual(['customer.name']);
    expect(wrongIn({ ...good, ...customer({ address: text }) })).toEqual(['customer.address']);
    expect(wrongIn({ ...good, note: text })).toEqual([]);
    expect(wrongIn({ ...good, ...customer({ name: `${text}x${text}` }) })).toEqual([]);
  });

  it.each([
    'x',
    '李',
    'ع',
    'ก',
    'क',
    '1',
    '.',
    '😀',
    '👩‍👩‍👧‍👦',
    '🇨🇳',
    '½',
    '₿',
    '\u2801',
    '가',
    'é',
    '-',
  ])('that one can see is a name and stays as it is: %s', text => {
    const parsed = parseOrderRequest({ ...good, ...customer({ name: text, address: text }), note: text });
    expect([parsed.customer.name, parsed.customer.address, parsed.note]).toEqual([text, text, text]);
  });

  it('is counted in code points', () => {
    fc.assert(
      fc.property(fc.constantFrom('x', '菜', '😀', '👩‍👩', 'e\u0301'), fc.nat({ max: 210 }), (unit, count) => {
        const note = unit.repeat(count);
        expect(wrongIn({ ...good, note })).toEqual([...note].length <= 200 ? [] : ['note']);
      }),
    );
  });
});

describe('the canonical order', () => {
  const few = fc.constantFrom('', 'a', 'b', ',', '"', 'a","b', '\u00e9', 'e\u0301');
  const note = { requiredKeys: ['dish', 'quantity'] as ('dish' | 'quantity')[] };
  const request: fc.Arbitrary<OrderRequest> = fc.record(
    {
      shop: fc.constantFrom('s', 't'),
      items: fc.uniqueArray(fc.record({ dish: few, quantity: fc.integer({ min: 1, max: 3 }), note: few }, note), {
        minLength: 1,
        maxLength: 4,
        selector: ({ dish, note }) => JSON.stringify([dish, note ?? null]),
      }),
      customer: fc.record({ name: few, phone: few, address: few }),
      note: few,
      expectedTotalCents: fc.nat(),
    },
    { requiredKeys: ['shop', 'items', 'customer'] },
  );

  it('does not depend on the order of the items, nor of fields, nor on what was expected to be paid', () => {
    fc.assert(
      fc.property(request, fc.nat(), fc.infiniteStream(fc.nat()), (value, cents, random) => {
        const shuffled = value.items
          .map(line => ({ line: Object.fromEntries(Object.entries(line).toReversed()), rank: random.next().value }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ line }) => line);
        const other = { ...value, items: shuffled, expectedTotalCents: cents } as OrderRequest;
        expect(canonicalOrder(other)).toBe(canonicalOrder(value));
      }),
    );
  });

  it('differs with everything else', () => {
    fc.assert(
      fc.property(request, request, (one, other) => {
        expect(canonicalOrder(one) === canonicalOrder(other)).toBe(meaning(one) === meaning(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, object]>([
    ['the shop', { shop: 'shop2' }],
    ['a dish', item({ dish: 'Rice' })],
    ['a quantity', item({ quantity: 3 })],
    ['a line’s note', item({ note: '' })],
    ['one more item', { items: [...good.items, { dish: 'egg', quantity: 1 }] }],
    ['the name', customer({ name: '李雷 ' })],
    ['the phone', customer({ phone: '13800000000' })],
    ['the address', customer({ address: '人民路 2 号' })],
    ['the note', { note: '' }],
    ['name and address exchanged', customer({ name: good.customer.address, address: good.customer.name })],
  ])('differs with %s', (_, differing) => {
    expect(canonicalOrder({ ...good, ...differing })).not.toBe(canonicalOrder(good));
  });

  /** What an order means, by another way: a set of lines beside the rest. */
  function meaning({ shop, items, customer, note }: OrderRequest): string {
    const byLine = Object.fromEntries(
      items
        .map(line => [JSON.stringify([line.dish, line.note === undefined ? 0 : [line.note]]), line.quantity] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    return JSON.stringify({
      shop,
      byLine,
      name: customer.name,
      phone: customer.phone,
      address: customer.address,
      note,
    });
  }
});

function refusalOf(value: unknown): Refusal {
  try {
    parseOrderRequest(value);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error('it was not refused');
}
