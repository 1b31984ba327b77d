import type { ShopDefinition } from '../../../functions/domain/init-event.ts';
import type { BadInput } from '../bad-input.ts';
import { bodies, good } from '../order-request.ts';

/** Shops that the rows are about: one delivers to areas, one hands over its counter alone, one sells as shops always did. */
export const shopsWithTerms: ShopDefinition[] = [
  {
    id: 'with-areas',
    name: '带选项的店',
    currency: 'CNY',
    timeZone: 'UTC',
    dishes: [
      {
        id: 'noodles',
        name: '面',
        category: '主食',
        priceCents: 1_000,
        packagingCents: 100,
        options: [
          {
            id: 'size',
            name: '份量',
            min: 1,
            max: 1,
            choices: [
              { id: 'small', name: '小', priceCents: 0, max: 1 },
              { id: 'large', name: '大', priceCents: 300, max: 1 },
            ],
          },
          {
            id: 'extra',
            name: '加料',
            min: 0,
            max: 3,
            choices: [
              { id: 'egg', name: '蛋', priceCents: 200, max: 2 },
              { id: 'tofu', name: '豆腐', priceCents: 100, max: 3 },
              { id: 'beef', name: '牛肉', priceCents: 500, max: 1, available: false },
            ],
          },
        ],
      },
    ],
    delivery: {
      minimumCents: 0,
      feeCents: 0,
      freeFromCents: null,
      areas: [
        { id: 'north', name: '北区' },
        { id: 'south', name: '南区', minimumCents: 5_000 },
      ],
    },
    later: { leadMinutes: 0, daysAhead: 3, slotMinutes: 30, perSlot: 2 },
  },
  {
    id: 'counter',
    name: '只有自取',
    currency: 'CNY',
    timeZone: 'UTC',
    dishes: [{ id: 'rice', name: '米饭', category: '主食', priceCents: 200 }],
    pickup: true,
    delivery: null,
  },
  {
    id: 'everywhere',
    name: '哪儿都送',
    currency: 'CNY',
    timeZone: 'UTC',
    dishes: [{ id: 'rice', name: '米饭', category: '主食', priceCents: 200 }],
  },
];

const small = { option: 'size', choice: 'small' };
const egg = { option: 'extra', choice: 'egg' };
const fine = {
  shop: 'with-areas',
  items: [{ dish: 'noodles', quantity: 1, choices: [small] }],
  customer: good.customer,
  fulfilment: { type: 'delivery', area: 'north' },
};

const json = (more: object) => JSON.stringify({ ...fine, ...more });
const withItem = (more: object) => json({ items: [{ ...fine.items[0], ...more }] });
const withChoices = (...choices: unknown[]) => withItem({ choices });
const { address: _, ...fetching } = good.customer;
const atCounter = (more: object) =>
  json({
    shop: 'counter',
    items: [{ dish: 'rice', quantity: 1 }],
    customer: fetching,
    fulfilment: { type: 'pickup' },
    ...more,
  });

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A time of a day that is so many days away. */
const inDays = (days: number, time: string) =>
  `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}T${time}Z`;

const badChoices: BadInput[] = [
  ...bodies(409, 'dish_unavailable', {
    'a choice of an unknown group': withChoices(small, { option: 'sauce', choice: 'egg' }),
    'an unknown choice': withChoices(small, { option: 'extra', choice: 'gold' }),
    'a choice of another group': withChoices(small, { option: 'extra', choice: 'small' }),
    'a choice __proto__': withChoices(small, { option: '__proto__', choice: 'constructor' }),
    'a choice that is sold out': withChoices(small, { option: 'extra', choice: 'beef' }),
    'a choice with a dish that has none': atCounter({ items: [{ dish: 'rice', quantity: 1, choices: [small] }] }),
  }),
  ...bodies(400, 'invalid_request', {
    'no choice where one is needed': withChoices(),
    'nothing said of choices where one is needed': withItem({ choices: undefined }),
    'two choices where one may be taken': withChoices(small, { option: 'size', choice: 'large' }),
    'a choice more often than it may be taken': withChoices({ ...small, quantity: 2 }),
    'a choice above its own max, within that of the group': withChoices(small, { ...egg, quantity: 3 }),
    'more of a group than its max': withChoices(
      small,
      { ...egg, quantity: 2 },
      { ...egg, choice: 'tofu', quantity: 2 },
    ),
    'a choice twice': withChoices(small, egg, egg),
    'a choice twice, with other counts': withChoices(small, egg, { ...egg, quantity: 2 }),
    'a line twice, its choices in another order': json({
      items: [
        { dish: 'noodles', quantity: 1, choices: [small, egg] },
        { dish: 'noodles', quantity: 2, choices: [egg, small] },
      ],
    }),
    '101 choices': withChoices(...Array.from({ length: 101 }, (_, index) => ({ option: `o${index}`, choice: 'a' }))),
    'choices as an object': withItem({ choices: { size: 'small' } }),
    'choices as a text': withItem({ choices: 'small' }),
    'choices null': withItem({ choices: null }),
    'choices as texts': withChoices('small'),
    'a choice without its option': withChoices({ choice: 'small' }),
    'an option without its choice': withChoices({ option: 'size' }),
    'an option of 65 letters': withChoices(small, { option: 'x'.repeat(65), choice: 'egg' }),
    'an option with U+0000': withChoices(small, { option: 'a\0', choice: 'egg' }),
    'a choice with a price from the client': withChoices({ ...small, priceCents: 0 }),
    ...Object.fromEntries(
      [0, -1, 1.5, 51, 2 ** 53, '1', null].map(count => [
        `a choice ${JSON.stringify(count)} times`,
        withChoices(small, { ...egg, quantity: count }),
      ]),
    ),
  }),
  ...bodies(409, 'price_changed', {
    'a total without packaging': json({ expectedTotalCents: 1_000 }),
    'a total without its choices': json({
      items: [{ dish: 'noodles', quantity: 1, choices: [small, egg] }],
      expectedTotalCents: 1_100,
    }),
  }),
];

const badFulfilments: BadInput[] = [
  ...bodies(400, 'invalid_request', {
    'an unknown way of handing over': json({ fulfilment: { type: 'drone' } }),
    'no way of handing over': json({ fulfilment: {} }),
    'fulfilment as a text': json({ fulfilment: 'pickup' }),
    'fulfilment null': json({ fulfilment: null }),
    'fulfilment as a list': json({ fulfilment: [{ type: 'pickup' }] }),
    'a type __proto__': json({ fulfilment: { type: '__proto__' } }),
    'an area to be fetched from': atCounter({ fulfilment: { type: 'pickup', area: 'north' } }),
    'an address with what is fetched': atCounter({ customer: good.customer }),
    'a delivery without address': json({ customer: fetching }),
    'an area that is a number': json({ fulfilment: { type: 'delivery', area: 1 } }),
    'an area without a name': json({ fulfilment: { type: 'delivery', area: '' } }),
    'an area null': json({ fulfilment: { type: 'delivery', area: null } }),
    'an area of 65 letters': json({ fulfilment: { type: 'delivery', area: 'x'.repeat(65) } }),
    'a fee from the client': json({ fulfilment: { type: 'delivery', area: 'north', feeCents: 0 } }),
  }),
  ...bodies(409, 'area_not_served', {
    'an unknown area': json({ fulfilment: { type: 'delivery', area: 'moon' } }),
    'an area __proto__': json({ fulfilment: { type: 'delivery', area: '__proto__' } }),
    'an area by its name': json({ fulfilment: { type: 'delivery', area: '北区' } }),
    'no area where the shop has some': json({ fulfilment: { type: 'delivery' } }),
    'nothing said where the shop has areas': json({ fulfilment: undefined }),
    'an area of another shop': json({
      shop: 'everywhere',
      items: [{ dish: 'rice', quantity: 1 }],
    }),
  }),
  ...bodies(409, 'fulfilment_unavailable', {
    'a pickup where there is none': json({ customer: fetching, fulfilment: { type: 'pickup' } }),
    'a delivery where there is none': atCounter({ customer: good.customer, fulfilment: { type: 'delivery' } }),
    'nothing said where nothing is delivered': atCounter({ customer: good.customer, fulfilment: undefined }),
  }),
  ...bodies(409, 'below_minimum', {
    'less than an area is delivered to for': json({ fulfilment: { type: 'delivery', area: 'south' } }),
  }),
];

const badTimes: BadInput[] = bodies(400, 'invalid_request', {
  'wanted yesterday': json({ wantedAt: inDays(-1, '12:00:00') }),
  'wanted in 2020': json({ wantedAt: '2020-01-01T12:00:00Z' }),
  'wanted off the grid by minutes': json({ wantedAt: inDays(1, '12:10:00') }),
  'wanted off the grid by a second': json({ wantedAt: inDays(1, '12:00:01') }),
  'wanted off the grid by a millisecond': json({ wantedAt: inDays(1, '12:00:00.001') }),
  'wanted too many days ahead': json({ wantedAt: inDays(4, '12:00:00') }),
  'wanted in the year 2999': json({ wantedAt: '2999-12-31T12:00:00Z' }),
  'wanted where nothing is for later': atCounter({ wantedAt: inDays(1, '12:00:00') }),
  'wanted on the 30th of February': json({ wantedAt: '2032-02-30T12:00:00Z' }),
  'wanted at 24:00': json({ wantedAt: inDays(1, '24:00:00') }),
  'wanted at a leap second': json({ wantedAt: inDays(1, '23:59:60') }),
  'wanted in a zone': json({ wantedAt: inDays(1, '12:00:00').replace('Z', '+08:00') }),
  'wanted in no zone': json({ wantedAt: inDays(1, '12:00:00').replace('Z', '') }),
  'wanted to the microsecond': json({ wantedAt: inDays(1, '12:00:00.000000') }),
  'wanted on a day': json({ wantedAt: inDays(1, '').slice(0, 10) }),
  ...Object.fromEntries(
    ['', 'tomorrow', 'infinity', 'now', '+275760-09-13T00:00:00Z', 2 ** 53, 1_900_000_000, -1, true, null, []].map(
      time => [`wanted ${JSON.stringify(time)}`, json({ wantedAt: time })],
    ),
  ),
});

/** What a customer may choose, wrongly: choices of a dish, handing over, a time. */
export const badOrdersWithTerms: BadInput[] = [...badChoices, ...badFulfilments, ...badTimes];
