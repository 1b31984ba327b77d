import { parseClientFrame } from '../../functions/domain/client-frame.ts';
import { parseInitEvent } from '../../functions/domain/init-event.ts';

// What a shop may say of its dishes and of itself: everything else is `invalid_request`, in a command as in an event.

const dish = { op: 'put_dish', dish: 'tea', name: '茶', category: '饮料', priceCents: 300, available: true };
const option = {
  id: 'size',
  name: '份量',
  choices: [
    { id: 'a', name: 'a' },
    { id: 'b', name: 'b' },
  ],
};
const weekOf = (...periods: object[]) => ({
  op: 'set_hours',
  hours: { week: Array.from({ length: 7 }, () => periods) },
});
const christmas = { date: '2025-12-25', periods: [] };
const delivering = (delivery: object) => ({ op: 'set_fulfilment', pickup: false, delivery });
const area = { id: 'north', name: 'North' };
const later = { leadMinutes: 30, daysAhead: 2, slotMinutes: 15, perSlot: 3 };

function read(operation: object): { type: string } {
  return parseClientFrame(
    JSON.stringify({ type: 'command', id: '01234567-89ab-4def-8123-456789abcdef', ...operation }),
  );
}

test.each<[object]>([
  [{ ...dish, description: 'x'.repeat(301) }],
  [{ ...dish, description: null }],
  [{ ...dish, allergens: ['sugar'] }],
  [{ ...dish, allergens: ['milk', 'milk'] }],
  [{ ...dish, allergens: ['toString'] }],
  [{ ...dish, imageUrl: 'http://example.com/a.png' }],
  [{ ...dish, imageUrl: '//example.com/a.png' }],
  [{ ...dish, imageUrl: '/\\example.com/a.png' }],
  [{ ...dish, imageUrl: 'javascript:alert(1)' }],
  [{ ...dish, imageUrl: 'https://example.com/"onerror=' }],
  [{ ...dish, imageUrl: `/${'x'.repeat(500)}` }],
  [{ ...dish, packagingCents: -1 }],
  [{ ...dish, packagingCents: 2 ** 53 }],
  [{ ...dish, options: {} }],
  [{ ...dish, options: [{ ...option, min: 2 }] }],
  [{ ...dish, options: [{ ...option, min: -1 }] }],
  [{ ...dish, options: [{ ...option, max: 0 }] }],
  [{ ...dish, options: [{ ...option, max: 51 }] }],
  [{ ...dish, options: [{ ...option, min: 3, max: 3 }] }],
  [{ ...dish, options: [option, option] }],
  [{ ...dish, options: [{ ...option, choices: [] }] }],
  [{ ...dish, options: [{ ...option, choices: [option.choices[0], option.choices[0]] }] }],
  [{ ...dish, options: [{ ...option, choices: [{ id: 'a', name: ' ' }] }] }],
  [{ ...dish, options: [{ ...option, choices: [{ id: 'a', name: 'a', priceCents: -1 }] }] }],
  [{ ...dish, options: [{ ...option, choices: [{ id: 'a', name: 'a', priceCents: 2 ** 53 }] }] }],
  [{ ...dish, options: [{ ...option, choices: [{ id: 'a', name: 'a', price: 1 }] }] }],
  [{ op: 'set_choice', dish: 'rice', option: 'size', available: false }],
  [{ op: 'set_hours' }],
  [{ op: 'set_hours', hours: { week: [[], [], [], [], [], []] } }],
  [weekOf({ from: '11:00', to: '24:00' })],
  [weekOf({ from: '1:00', to: '14:00' })],
  [weekOf({ from: '11:00' })],
  [weekOf({ from: '11:00', to: '14:00' }, { from: '13:59', to: '15:00' })],
  [weekOf({ from: '11:00', to: '14:00' }, { from: '17:00', to: '11:01' })],
  [weekOf({ from: '11:00', to: '11:00' }, { from: '12:00', to: '13:00' })],
  [{ op: 'set_hours', hours: { exceptions: [{ date: '2025-02-30', periods: [] }] } }],
  [{ op: 'set_hours', hours: { exceptions: [christmas, christmas] } }],
  [{ op: 'set_hours', hours: { exceptions: [{ ...christmas, shop: 'shop2' }] } }],
  [{ op: 'set_fulfilment', pickup: false, delivery: null }],
  [{ op: 'set_fulfilment', pickup: true }],
  [{ op: 'set_fulfilment', pickup: 1, delivery: null }],
  [delivering({ feeCents: -1 })],
  [delivering({ minimumCents: 2 ** 53 })],
  [delivering({ freeFromCents: '0' })],
  [delivering({ areas: [area, area] })],
  [delivering({ areas: [{ ...area, name: ' ' }] })],
  [delivering({ areas: Array.from({ length: 51 }, (_, n) => ({ id: `${n}`, name: 'x' })) })],
  [delivering({ areas: Array.from({ length: 50 }, (_, n) => ({ id: `${n}`, name: '菜'.repeat(60) })) })],
  [{ op: 'set_discounts', discounts: [{ fromCents: 100, offCents: 0 }] }],
  [
    {
      op: 'set_discounts',
      discounts: [
        { fromCents: 100, offCents: 1 },
        { fromCents: 100, offCents: 2 },
      ],
    },
  ],
  [{ op: 'set_discounts', discounts: null }],
  [{ op: 'set_later' }],
  [{ op: 'set_later', later: { ...later, slotMinutes: 0 } }],
  [{ op: 'set_later', later: { ...later, perSlot: 0 } }],
  [{ op: 'set_later', later: { ...later, daysAhead: 1.5 } }],
  [{ op: 'set_later', later: { ...later, leadMinutes: -1 } }],
  [{ op: 'set_about', about: { phone: 'call us' } }],
  [{ op: 'set_about', about: { imageUrl: 'http://example.com/a.png' } }],
  [{ op: 'set_about', about: { note: 'x'.repeat(301) } }],
  [{ op: 'set_about', about: { address: null } }],
])('%j is no command', operation => {
  expect(read(operation)).toMatchObject({ type: 'bad_command', refusal: { code: 'invalid_request' } });
});

test.each<[string, object]>([
  ['periods that meet', weekOf({ from: '11:00', to: '14:00' }, { from: '14:00', to: '11:00' })],
  ['a whole day', weekOf({ from: '00:00', to: '00:00' })],
  ['a night that ends when the next day begins', weekOf({ from: '09:00', to: '05:00' })],
  ['nothing at all', { op: 'set_hours', hours: {} }],
  ['everything that a dish may have', { ...dish, ...everything() }],
  ['what a shop delivers for', delivering({ areas: [{ ...area, feeCents: 0, minimumCents: 100_000_000 }] })],
  ['no delivery', { op: 'set_fulfilment', pickup: true, delivery: null }],
  ['no orders for later', { op: 'set_later', later: null }],
  ['nothing of itself', { op: 'set_about', about: {} }],
])('%s is a command', (_, operation) => {
  expect(read(operation)).toMatchObject({ type: 'command' });
});

test('a period that overlaps another is named where it stands', () => {
  const [night, morning] = [
    { from: '20:00', to: '03:00' },
    { from: '02:00', to: '09:00' },
  ];
  const week = [[night], [morning], [], [], [], [], []];
  const exceptions = [
    { date: '2026-12-09', periods: [morning] },
    { date: '2026-12-08', periods: [night] },
  ];
  const next = 'must hold periods that do not overlap those of the next day';
  expect(read({ op: 'set_hours', hours: { week, exceptions } })).toMatchObject({
    refusal: {
      fields: [
        { path: 'hours.week[0]', message: next },
        { path: 'hours.exceptions[1].periods', message: next },
      ],
    },
  });
});

test('what is left out has its usual value', () => {
  expect(read({ op: 'set_hours', hours: {} })).toMatchObject({
    hours: { week: [[], [], [], [], [], [], []], exceptions: [] },
  });
  const delivery = { minimumCents: 0, feeCents: 0, freeFromCents: null, areas: [] };
  expect(read(delivering({}))).toMatchObject({ delivery });
  const [size] = (read({ ...dish, options: [option] }) as { options?: object[] }).options ?? [];
  const usual = { priceCents: 0, max: 1 };
  const choices = [
    { id: 'a', name: 'a', ...usual },
    { id: 'b', name: 'b', ...usual },
  ];
  expect(size).toEqual({ id: 'size', name: '份量', min: 0, max: 1, choices });
});

test('an event takes what commands take, and refuses the same', () => {
  const shop = { id: 'a', name: 'a', currency: 'CNY' };
  const { op: _, pickup, delivery } = { ...delivering({}), pickup: true };
  const told = { ...shop, hours: {}, pickup, delivery, discounts: [], later, about: { phone: '138' } };
  expect(parseInitEvent({ shops: [told] }).shops?.[0]).toMatchObject({ pickup, later, about: { phone: '138' } });
  const neither = { ...told, pickup: false, delivery: null };
  const fields = [{ path: 'shops[0]', message: 'must offer pickup, delivery or both' }];
  expect(() => parseInitEvent({ shops: [neither] })).toThrow(expect.objectContaining({ fields }));
  for (const wrong of [
    { hours: { week: [] } },
    { delivery: { feeCents: -1 } },
    { later: {} },
    { about: { phone: '-' } },
  ]) {
    expect(() => parseInitEvent({ shops: [{ ...shop, ...wrong }] })).toThrow('not valid');
  }
});

function everything() {
  const imageUrl = 'https://example.com:8443/a.png?b=c';
  return {
    description: '',
    allergens: ['milk', 'soya'],
    imageUrl,
    packagingCents: 0,
    options: [{ ...option, min: 1, max: 2 }],
  };
}
