import type { Amounts, Hours, Shop } from '../../functions/domain/frames.ts';
import type { ShopDefinition } from '../../functions/domain/init-event.ts';
import { type OrderRequest, parseOrderRequest } from '../../functions/domain/place-order.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { pageAnswer } from '../support/page-order.ts';
import { aRequest, type DatabasePorts, newShop, openPorts, placing, read } from '../support/postgres/ports.ts';

// Each rule of what an order costs, and whether it is taken, by itself: in SQL and in the customer's page. That the two agree
// on whatever else there is, order-model.test.ts compares at random.

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

type Answer = { amounts: Amounts } | { code: string };

async function answerOfSql(request: OrderRequest): Promise<Answer> {
  try {
    return { amounts: read((await world.orders.place(placing(request))).order).amounts as Amounts };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code };
  }
}

/** What SQL and the page make of an order. */
async function answersTo(shop: string, differing: Partial<OrderRequest>): Promise<{ sql: Answer; page: Answer }> {
  const request = parseOrderRequest(aRequest(shop, differing));
  const { shop: stored } = (await world.shops.byId(shop)) ?? { shop: '' };
  const slots = JSON.parse((await world.shops.slots(shop, (differing.wantedAt ?? inDays(0)).slice(0, 10))) ?? '');
  const page = pageAnswer(JSON.parse(stored) as Shop, request, slots);
  return { sql: await answerOfSql(request), page: 'amounts' in page ? { amounts: page.amounts } : page };
}

const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1_000).toISOString().slice(0, 10);

const north = { type: 'delivery', area: 'north' } as const;
const deliversFor = (differing: Partial<NonNullable<ShopDefinition['delivery']>>) => ({
  delivery: { minimumCents: 0, feeCents: 300, freeFromCents: null, areas: [], ...differing },
});
const chili = { id: 'chili', name: '辣', priceCents: 50, max: 2 };
const noodlesWith = (choice: object) => [
  {
    ...{ id: 'noodles', name: '面', priceCents: 1_000, packagingCents: 10 },
    options: [{ id: 'taste', name: '口味', min: 0, max: 4, choices: [{ ...chili, ...choice }] }],
  },
];
const noodles = (quantity: number, chilis: number) => ({
  items: [{ dish: 'noodles', quantity, choices: [{ option: 'taste', choice: 'chili', quantity: chilis }] }],
});

// Unless it says so, an order is of two bowls of rice: 400.
test.each<[string, Partial<ShopDefinition>, Partial<OrderRequest>, Partial<Amounts>]>([
  [
    'of the discounts that are reached the best counts',
    {
      discounts: [
        { fromCents: 0, offCents: 150 },
        { fromCents: 400, offCents: 100 },
        { fromCents: 401, offCents: 300 },
      ],
    },
    {},
    { discountCents: 150, totalCents: 250 },
  ],
  [
    'a discount is no more than the items cost',
    { dishes: noodlesWith({}), discounts: [{ fromCents: 0, offCents: 5_000 }] },
    noodles(1, 1),
    { itemsCents: 1_050, packagingCents: 10, discountCents: 1_050, totalCents: 10 },
  ],
  ['delivery costs its fee below the sum', deliversFor({ freeFromCents: 401 }), {}, { deliveryCents: 300 }],
  ['delivery is free from its sum on', deliversFor({ freeFromCents: 400 }), {}, { deliveryCents: 0, totalCents: 400 }],
  [
    'an area may have a fee of its own',
    deliversFor({ areas: [{ id: 'north', name: '北区', feeCents: 500 }] }),
    { fulfilment: north },
    { deliveryCents: 500, totalCents: 900 },
  ],
  [
    'an area may have a lower minimum of its own',
    deliversFor({ minimumCents: 1_000, areas: [{ id: 'north', name: '北区', minimumCents: 400 }] }),
    { fulfilment: north },
    { totalCents: 700 },
  ],
  [
    'packaging and choices are counted for each piece',
    { dishes: noodlesWith({}) },
    noodles(3, 2),
    { itemsCents: 3_300, packagingCents: 30, totalCents: 3_330 },
  ],
])('%s', async (_, terms, request, expected) => {
  const { sql, page } = await answersTo(await newShop(world, terms), request);
  expect(sql).toMatchObject({ amounts: expected });
  expect(page).toEqual(sql);
});

test.each<[string, Partial<ShopDefinition>, Partial<OrderRequest>, { sql: string; page?: string }]>([
  [
    'an area may have a higher minimum of its own',
    deliversFor({ areas: [{ id: 'north', name: '北区', minimumCents: 401 }] }),
    { fulfilment: north },
    { sql: 'below_minimum' },
  ],
  [
    'a choice is taken no more often than it may be',
    { dishes: noodlesWith({}) },
    noodles(1, 3),
    { sql: 'invalid_request', page: 'dish_unavailable' },
  ],
  [
    'a choice that is sold out is not sold',
    { dishes: noodlesWith({ available: false }) },
    noodles(1, 1),
    { sql: 'dish_unavailable' },
  ],
])('%s', async (_, terms, request, { sql, page = sql }) => {
  const answers = await answersTo(await newShop(world, terms), request);
  expect(answers).toEqual({ sql: { code: sql }, page: { code: page } });
});

test('a shop that is closed takes an order for later, and a time that is full no more', async () => {
  const day = inDays(2);
  const closed = [-1, 0, 1].map(days => ({ date: inDays(days), periods: [] }));
  const week: Hours['week'] = [[], [], [], [], [], [], []];
  const hours = { week, exceptions: [...closed, { date: day, periods: [{ from: '11:00', to: '12:00' }] }] };
  const later = { leadMinutes: 0, daysAhead: 3, slotMinutes: 30, perSlot: 1 };
  const shop = await newShop(world, { timeZone: 'UTC', hours, later });
  const wish = { wantedAt: `${day}T11:30:00.000Z` };
  expect((await answersTo(shop, {})).sql).toEqual({ code: 'shop_closed' });
  const first = await answersTo(shop, wish);
  expect(first.sql).toMatchObject({ amounts: { totalCents: 400 } });
  expect(first.page).toEqual(first.sql);
  expect(await answersTo(shop, wish)).toEqual({ sql: { code: 'slot_full' }, page: { code: 'slot_full' } });
});
