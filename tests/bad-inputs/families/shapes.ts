import { randomUUID } from 'node:crypto';
import type { BadInput } from '../bad-input.ts';
import { bodies, good, json, quantity, raw, withCustomer, withItem } from '../order-request.ts';

const dishes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ dish: 'rice', quantity: 1, note: String(index) }));

/** Every field with a value of every other kind. */
const foreign: [string, unknown][] = [
  ['null', null],
  ['a number', 5],
  ['a boolean', true],
  ['a list', ['rice']],
  ['an object', { rice: 1 }],
  ['a text', 'x'],
];
const fields: [string, string, (value: unknown) => string][] = [
  ['shop', 'a text', shop => json({ shop })],
  ['items', 'a list', items => json({ items })],
  ['customer', 'an object', customer => json({ customer })],
  ['note', 'a text', note => json({ note })],
  ['expectedTotalCents', 'a number', expectedTotalCents => json({ expectedTotalCents })],
  ['dish', 'a text', dish => withItem({ dish })],
  ['quantity', 'a number', value => withItem({ quantity: value })],
  ['note of an item', 'a text', note => withItem({ note })],
  ['name', 'a text', name => withCustomer({ name })],
  ['phone', 'a text', phone => withCustomer({ phone })],
  ['address', 'a text', address => withCustomer({ address })],
];

const wrongTypes = Object.fromEntries(
  fields.flatMap(([field, right, build]) =>
    foreign.filter(([kind]) => kind !== right).map(([kind, value]) => [`${kind} as ${field}`, build(value)]),
  ),
);

/** Values of another type, fields that are missing or too many. */
export const badShapes: BadInput[] = bodies(400, 'invalid_request', {
  null: 'null',
  'an array': '[]',
  'a text': '"x"',
  'a number': '5',
  true: 'true',
  'an empty object': '{}',
  ...wrongTypes,
  'a list of lists as items': json({ items: [['rice', 1]] }),
  ...Object.fromEntries(Object.keys(good).map(field => [`no ${field}`, json({ [field]: undefined })])),
  ...Object.fromEntries(Object.keys(good.customer).map(field => [`no ${field}`, withCustomer({ [field]: undefined })])),
  'no dish': withItem({ dish: undefined }),
  'no quantity': withItem({ quantity: undefined }),
  status: json({ status: 'accepted' }),
  totalCents: json({ totalCents: 1 }),
  id: json({ id: randomUUID() }),
  version: json({ version: 1 }),
  placedAt: json({ placedAt: '2020-01-01T00:00:00Z' }),
  'a price from the client': withItem({ priceCents: 1 }),
  'a forged requestContext': raw('requestContext', '{"sourceIp":"1.2.3.4"}'),
  __proto__: raw('__proto__', '{"shop":"shop1"}'),
  constructor: raw('constructor', '{"prototype":{}}'),
  toString: raw('toString', '"x"'),
  '__proto__ in an item':
    '{"shop":"shop1","items":[{"dish":"rice","quantity":1,"__proto__":{}}],"customer":{"name":"a","phone":"123","address":"b"}}',
  'another field in the customer': withCustomer({ email: 'x' }),
  'no items': json({ items: [] }),
  'items as object': json({ items: { 0: { dish: 'rice', quantity: 1 } } }),
  '51 items': json({ items: dishes(51) }),
  'a dish twice': json({
    items: [
      { dish: 'rice', quantity: 1 },
      { dish: 'rice', quantity: 2 },
    ],
  }),
});

/** Numbers of money and of quantity that are none. */
export const badNumbers: BadInput[] = bodies(400, 'invalid_request', {
  ...Object.fromEntries(
    ['0', '-1', '-0', '1.5', '100', '1e308', '1e999', '-1e999', '1e-7', '2147483648', '9007199254740993'].map(text => [
      `quantity ${text}`,
      quantity(text),
    ]),
  ),
  'quantity "NaN"': quantity('"NaN"'),
  'quantity "1"': quantity('"1"'),
  'quantity "٣"': quantity('"٣"'),
  ...Object.fromEntries(
    ['-1', '-0', '0.5', '1e308', '1e999', '9007199254740993'].map(text => [
      `a total of ${text}`,
      raw('expectedTotalCents', text),
    ]),
  ),
});

/** Text that cannot be kept, or says nothing. */
export const badTexts: BadInput[] = bodies(400, 'invalid_request', {
  ...Object.fromEntries(
    (
      [
        ['name', (name: string) => withCustomer({ name })],
        ['address', (address: string) => withCustomer({ address })],
        ['note', (note: string) => json({ note })],
        ['note of an item', (note: string) => withItem({ note })],
        ['dish', (dish: string) => withItem({ dish })],
      ] as const
    ).flatMap(([field, build]) => [
      [`U+0000 in ${field}`, build('a\0b')],
      [`a lone surrogate in ${field}`, build('\ud800')],
      [`the other half of one in ${field}`, build('x\udfffx')],
      [`too much in ${field}`, build('x'.repeat(201))],
      [`1,000 combining marks in ${field}`, build(`e${'\u0301'.repeat(1_000)}`)],
    ]),
  ),
  'an empty name': withCustomer({ name: '' }),
  'a name of zero-width characters': withCustomer({ name: '\u200b\u200d\ufeff' }),
  'a name of spaces': withCustomer({ name: '  \u3000' }),
  'a name of direction marks': withCustomer({ name: '\u202e\u2066' }),
  'an address of nothing to see': withCustomer({ address: '\u2060\u00ad' }),
  'a name of 51': withCustomer({ name: 'x'.repeat(51) }),
  'an empty dish': withItem({ dish: '' }),
  'a note of 201 emoji': json({ note: '🍜'.repeat(201) }),
  'a phone without digit': withCustomer({ phone: '+++' }),
  'a phone with letters': withCustomer({ phone: '12a' }),
  'a phone of Arabic digits': withCustomer({ phone: '١٢٣' }),
  'a phone with a line feed': withCustomer({ phone: '123\n' }),
  'a phone of two digits': withCustomer({ phone: '12' }),
  'a phone of 31': withCustomer({ phone: '1'.repeat(31) }),
  'a phone that is a formula': withCustomer({ phone: '=1+2' }),
});
