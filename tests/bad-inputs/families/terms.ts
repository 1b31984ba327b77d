import type { BadInput } from '../bad-input.ts';

const noon = { from: '11:00', to: '14:00' };
const week = (...days: object[][]) => ({ week: Array.from({ length: 7 }, (_, index) => days[index] ?? []) });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const day = (index: number) => new Date(Date.UTC(2030, 0, 1 + index)).toISOString().slice(0, 10);

const hours: Record<string, unknown> = {
  nothing: undefined,
  null: null,
  'a list': [],
  'six days': { week: upTo(6).map(() => []) },
  'eight days': { week: upTo(8).map(() => []) },
  'days as an object': { week: { 0: [noon] } },
  'a day null': { week: [...upTo(6).map(() => []), null] },
  'until 24:00': week([{ from: '11:00', to: '24:00' }]),
  'from 9:00': week([{ from: '9:00', to: '14:00' }]),
  'from 11:60': week([{ from: '11:60', to: '14:00' }]),
  'from 11:00:00': week([{ from: '11:00:00', to: '14:00' }]),
  'from -1:00': week([{ from: '-1:00', to: '14:00' }]),
  'from ١١:٠٠': week([{ from: '١١:٠٠', to: '14:00' }]),
  'from a number': week([{ from: 660, to: 840 }]),
  'without an end': week([{ from: '11:00' }]),
  'with a break of their own': week([{ ...noon, break: '12:00' }]),
  'periods that overlap': week([noon, { from: '13:59', to: '15:00' }]),
  'the same period twice': week([noon, noon]),
  'a night over the next morning': week([{ from: '17:00', to: '02:00' }], [{ from: '01:00', to: '03:00' }]),
  'a Sunday night over Monday': week([noon], [], [], [], [], [], [{ from: '22:00', to: '11:01' }]),
  'a whole day and an hour of it': week([{ from: '00:00', to: '00:00' }, noon]),
  'seven periods a day': week(upTo(7).map(hour => ({ from: `0${hour}:00`, to: `0${hour}:30` }))),
  '61 exceptions': { exceptions: upTo(61).map(index => ({ date: day(index), periods: [] })) },
  'a date twice': { exceptions: upTo(2).map(() => ({ date: '2030-12-25', periods: [] })) },
  'the 30th of February': { exceptions: [{ date: '2030-02-30', periods: [] }] },
  'a date with a time': { exceptions: [{ date: '2030-12-25T00:00:00Z', periods: [] }] },
  'an exception without periods': { exceptions: [{ date: '2030-12-25' }] },
  'an exception whose periods overlap': {
    exceptions: [{ date: '2030-12-25', periods: [noon, { from: '12:00', to: '13:00' }] }],
  },
  'an exception over the next morning': {
    ...week([], [], [], [{ from: '06:10', to: '09:00' }]),
    exceptions: [{ date: '2030-12-25', periods: [{ from: '20:00', to: '08:00' }] }],
  },
  'an exception over the next one': {
    exceptions: [
      { date: '2030-12-26', periods: [{ from: '06:10', to: '09:00' }] },
      { date: '2030-12-25', periods: [{ from: '20:00', to: '08:00' }] },
    ],
  },
  'a night over the exception of the next day': {
    ...week([], [{ from: '20:00', to: '08:00' }]),
    exceptions: [{ date: '2030-12-25', periods: [{ from: '06:10', to: '09:00' }] }],
  },
  'an exception over the next day, always open': {
    exceptions: [{ date: '2030-12-25', periods: [{ from: '20:00', to: '08:00' }] }],
  },
  'a time zone': { ...week([noon]), timeZone: 'UTC' },
};

const area = { id: 'north', name: '北区' };
const fulfilments: Record<string, object> = {
  'neither of both': { pickup: false, delivery: null },
  'no word on delivery': { pickup: true },
  'no word on pickup': { delivery: null },
  'delivery as a list': { pickup: true, delivery: [] },
  'pickup as a number': { pickup: 1, delivery: null },
  'delivery as a boolean': { pickup: true, delivery: true },
  'a fee below 0': { pickup: true, delivery: { feeCents: -1 } },
  'a fee of half a cent': { pickup: true, delivery: { feeCents: 0.5 } },
  'a fee of 2^53': { pickup: true, delivery: { feeCents: 2 ** 53 } },
  'a minimum as a text': { pickup: true, delivery: { minimumCents: '2000' } },
  'free from below 0': { pickup: true, delivery: { freeFromCents: -1 } },
  'an area twice': { pickup: true, delivery: { areas: [area, area] } },
  'an area without a name': { pickup: true, delivery: { areas: [{ id: 'north', name: ' ' }] } },
  'an area without an id': { pickup: true, delivery: { areas: [{ id: '', name: '北区' }] } },
  'an area with a radius': { pickup: true, delivery: { areas: [{ ...area, radius: 5 }] } },
  '51 areas': { pickup: true, delivery: { areas: upTo(51).map(index => ({ id: `${index}`, name: 'x' })) } },
  'more than 8 KiB of areas': {
    pickup: true,
    delivery: { areas: upTo(50).map(index => ({ id: `${index}`, name: '区'.repeat(60) })) },
  },
};

const discounts: Record<string, unknown> = {
  null: null,
  'one that is no list': { fromCents: 5_000, offCents: 500 },
  'nothing off': [{ fromCents: 5_000, offCents: 0 }],
  'less than nothing off': [{ fromCents: 5_000, offCents: -500 }],
  'half a cent off': [{ fromCents: 5_000, offCents: 0.5 }],
  'from below 0': [{ fromCents: -1, offCents: 500 }],
  'from 2^53': [{ fromCents: 2 ** 53, offCents: 500 }],
  'a sum twice': upTo(2).map(index => ({ fromCents: 5_000, offCents: 500 + index })),
  eleven: upTo(11).map(index => ({ fromCents: 1_000 * index, offCents: 100 })),
  percent: [{ fromCents: 5_000, offCents: 500, percent: 10 }],
};

const later = { leadMinutes: 60, daysAhead: 3, slotMinutes: 15, perSlot: 4 };
const laters: Record<string, unknown> = {
  true: true,
  'half of it': { leadMinutes: 60, daysAhead: 3 },
  'a lead below 0': { ...later, leadMinutes: -1 },
  'a lead of eight days': { ...later, leadMinutes: 8 * 24 * 60 },
  '31 days ahead': { ...later, daysAhead: 31 },
  'half a day ahead': { ...later, daysAhead: 0.5 },
  'slots of no minutes': { ...later, slotMinutes: 0 },
  'slots of 4 minutes': { ...later, slotMinutes: 4 },
  'slots of 241 minutes': { ...later, slotMinutes: 241 },
  'no place in a slot': { ...later, perSlot: 0 },
  '1,001 places in a slot': { ...later, perSlot: 1_001 },
  'places as a text': { ...later, perSlot: '4' },
  'a day of its own': { ...later, day: '2030-12-25' },
};

const abouts: Record<string, unknown> = {
  'a list': [],
  null: null,
  'a phone with letters': { phone: 'call me' },
  'an address of nothing to see': { address: '\u2060' },
  'a note of 301': { note: 'x'.repeat(301) },
  'a picture by script': { imageUrl: 'javascript:alert(1)' },
  'a picture without a host': { imageUrl: '//evil.example/a.png' },
  'a picture in the page': { imageUrl: 'data:image/png;base64,AAAA' },
  'a homepage': { homepage: 'https://example.com' },
};

const dish = { op: 'put_dish', dish: 'tea', name: '茶', category: '饮料', priceCents: 300, available: true };
const choice = { id: 'a', name: 'A' };
const size = { id: 'size', name: '份量', choices: [choice] };
const options: Record<string, unknown> = {
  'a group twice': [size, size],
  'a choice twice': [{ ...size, choices: [choice, choice] }],
  'a group without choices': [{ ...size, choices: [] }],
  'a min above the max': [{ ...size, min: 2, max: 1, choices: [{ ...choice, max: 5 }] }],
  'a min above what there is': [{ ...size, min: 3, max: 3 }],
  'a min below 0': [{ ...size, min: -1 }],
  'a max of 0': [{ ...size, max: 0 }],
  'a max of 51': [{ ...size, max: 51 }],
  'a max of a choice of 0': [{ ...size, choices: [{ ...choice, max: 0 }] }],
  'a price below 0': [{ ...size, choices: [{ ...choice, priceCents: -1 }] }],
  'half a cent': [{ ...size, choices: [{ ...choice, priceCents: 0.5 }] }],
  'a name of nothing to see': [{ ...size, name: '\u200b' }],
  '21 groups': upTo(21).map(index => ({ ...size, id: `${index}` })),
  '51 choices': [{ ...size, choices: upTo(51).map(index => ({ ...choice, id: `${index}` })) }],
  'an object': { size },
  null: null,
};
const details: Record<string, object> = {
  'a description of 301': { description: 'x'.repeat(301) },
  'a description null': { description: null },
  'an unknown allergen': { allergens: ['air'] },
  'an allergen twice': { allergens: ['nuts', 'nuts'] },
  'an allergen __proto__': { allergens: ['__proto__'] },
  'packaging below 0': { packagingCents: -1 },
  'packaging of 2^53': { packagingCents: 2 ** 53 },
  'a picture by script': { imageUrl: 'javascript:alert(1)' },
};

const UPLOAD = '2c8f3a52-7b4e-4c1d-9a55-0d1f6f1b2e73';
const menu = {
  op: 'replace_menu',
  upload: UPLOAD,
  part: 1,
  parts: 1,
  dishes: [{ id: 'tea', name: '茶', priceCents: 300 }],
};
const one = { id: 'tea', name: '茶', priceCents: 300 };

/** Whole menus. Wrong in one dish is wrong in all, and a first part alone changes nothing. */
const menus: Record<string, object> = {
  'no dishes': { dishes: undefined },
  'dishes as an object': { dishes: {} },
  'no upload': { upload: undefined },
  'an upload that is no UUID': { upload: 'x' },
  'part 0': { part: 0 },
  'part 1.5': { part: 1.5, parts: 2 },
  'a part beyond the last': { part: 2 },
  'too many parts': { parts: 1_001 },
  'a dish without a price': { dishes: [one, { id: 'a', name: 'A' }] },
  'a dish with a price below 0': { dishes: [{ ...one, priceCents: -1 }] },
  'a dish twice': { dishes: [one, one] },
  'a dish with a field of its own': { dishes: [{ ...one, stock: 3 }] },
  'a dish whose option has no choice': { dishes: [{ ...one, options: [{ id: 'a', name: 'A', choices: [] }] }] },
  'a price of 2^53': { dishes: [{ ...one, priceCents: 2 ** 53 }] },
  'a field of its own': { force: true },
};

const named = (what: string, rows: Record<string, object>): BadInput[] =>
  Object.entries(rows).map(([name, command]) => ({
    name: `${what}: ${name}`,
    from: 'screen',
    command,
    result: 'invalid_request',
  }));

const ofOne = (op: string, field: string, rows: Record<string, unknown>): BadInput[] =>
  named(op, Object.fromEntries(Object.entries(rows).map(([name, value]) => [name, { op, [field]: value }])));

const withMore = (what: object, rows: Record<string, object>) =>
  Object.fromEntries(Object.entries(rows).map(([name, more]) => [name, { ...what, ...more }]));

/** What only a screen of the shop may set. */
const forTheShop: object[] = [
  { op: 'set_hours', hours: {} },
  { op: 'set_fulfilment', pickup: true, delivery: null },
  { op: 'set_discounts', discounts: [] },
  { op: 'set_later', later: null },
  { op: 'set_about', about: {} },
  { op: 'set_choice', dish: 'rice', option: 'size', choice: 'small', available: true },
  { op: 'replace_menu', upload: UPLOAD, part: 1, parts: 1, dishes: [] },
];

/** How and when a shop sells, set wrongly or by somebody else. */
export const badTerms: BadInput[] = [
  ...ofOne('set_hours', 'hours', hours),
  ...named('set_fulfilment', withMore({ op: 'set_fulfilment' }, fulfilments)),
  ...ofOne('set_discounts', 'discounts', discounts),
  ...ofOne('set_later', 'later', laters),
  ...ofOne('set_about', 'about', abouts),
  ...named(
    'put_dish, options',
    Object.fromEntries(Object.entries(options).map(([name, value]) => [name, { ...dish, options: value }])),
  ),
  ...named('put_dish', withMore(dish, details)),
  ...named('replace_menu', withMore(menu, menus)),
  {
    name: 'replace_menu: a part without the one before',
    from: 'screen',
    command: { ...menu, part: 2, parts: 2 },
    result: 'version_conflict',
  },
  ...(['customer', 'visitor'] as const).flatMap(from =>
    forTheShop.map(
      (command): BadInput => ({ name: `${from}: ${JSON.stringify(command)}`, from, command, result: 'forbidden' }),
    ),
  ),
];
