import { randomUUID } from 'node:crypto';
import type { Hours, Order, Shop } from '../../functions/domain/frames.ts';
import type { ShopDefinition } from '../../functions/domain/init-event.ts';
import { canonicalOrder, type OrderRequest } from '../../functions/domain/place-order.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { aRequest, type DatabasePorts, newShop, openPorts, placing, read, upTo } from '../support/postgres/ports.ts';
import { codeOf } from '../support/postgres/scene.ts';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

const later = { leadMinutes: 0, daysAhead: 3, slotMinutes: 30, perSlot: 2 };
const DAY_MS = 24 * 60 * 60 * 1000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** A shop in UTC that takes orders for later. */
const aShopForLater = (differing: Partial<ShopDefinition> = {}) =>
  newShop(world, { timeZone: 'UTC', later, ...differing });

async function ordered(shop: string, differing: Partial<OrderRequest> = {}): Promise<Order> {
  return read((await world.orders.place(placing(aRequest(shop, differing)))).order);
}

async function refusalOf(order: Promise<unknown>): Promise<{ code: string; paths: string[] | undefined }> {
  const error: unknown = await order.then(
    () => undefined,
    failure => failure,
  );
  if (!(error instanceof Refusal)) throw new Error(`not refused: ${error}`);
  return { code: error.code, paths: error.fields?.map(({ path }) => path) };
}

async function slotsOf(shop: string, day: string): Promise<{ at: string; free: number }[]> {
  return JSON.parse((await world.shops.slots(shop, day)) ?? '');
}

/** Sets the clock of this process, and leaves its timers alone. */
function setFunctionsClock(now: string): void {
  jest.useFakeTimers({
    now: Date.parse(now),
    doNotFake: [
      ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
      ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
    ],
  });
}

const never: Hours = {
  week: [[], [], [], [], [], [], []],
  exceptions: upTo(20).map(n => ({
    date: inDays(n - 5),
    periods: n - 5 === 2 ? [{ from: '11:00', to: '12:30' }] : [],
  })),
};

describe('an order for later', () => {
  it('names a slot within the hours, on their grid, and takes one of its places', async () => {
    const shop = await aShopForLater({ hours: never });
    const day = inDays(2);
    const at = (time: string) => `${day}T${time}:00.000Z`;
    const all = ['11:00', '11:30', '12:00'].map(time => ({ at: at(time), free: 2 }));
    expect(await slotsOf(shop, day)).toEqual(all);
    expect(await slotsOf(shop, inDays(1))).toEqual([]);
    const { wantedAt, status } = await ordered(shop, { wantedAt: at('11:30') });
    expect({ wantedAt, status }).toEqual({ wantedAt: at('11:30'), status: 'placed' });
    expect((await slotsOf(shop, day)).map(({ free }) => free)).toEqual([2, 1, 2]);
    for (const time of ['10:30', '11:10', '12:30']) {
      const wrong = ordered(shop, { wantedAt: at(time) });
      expect(await refusalOf(wrong)).toEqual({ code: 'invalid_request', paths: ['wantedAt'] });
    }
  });

  it.each([
    ['the past', { wantedAt: `${inDays(-1)}T11:00:00.000Z` }, {}],
    ['too many days ahead', { wantedAt: `${inDays(4)}T11:00:00.000Z` }, {}],
    ['a shop that takes none', { wantedAt: `${inDays(1)}T11:00:00.000Z` }, { later: null }],
    [
      'less than the time ahead',
      { wantedAt: `${inDays(1)}T00:00:00.000Z` },
      { later: { ...later, leadMinutes: 10_000 } },
    ],
  ])('is not taken for %s', async (_, differing, terms) => {
    const shop = await aShopForLater(terms);
    expect(await refusalOf(ordered(shop, differing))).toEqual({ code: 'invalid_request', paths: ['wantedAt'] });
  });

  it('takes the last place of a slot once, however many try at the same moment', async () => {
    const shop = await aShopForLater({ later: { ...later, perSlot: 1 } });
    for (const slot of upTo(20)) {
      const wantedAt = `${inDays(1)}T${String(slot).padStart(2, '0')}:00:00.000Z`;
      const tries = upTo(4).map(() =>
        ordered(shop, { wantedAt }).then(
          () => 'placed',
          error => error.code,
        ),
      );
      expect((await Promise.all(tries)).sort()).toEqual(['placed', 'slot_full', 'slot_full', 'slot_full']);
    }
  });

  it('gives its place back when it is cancelled', async () => {
    const shop = await aShopForLater({ later: { ...later, perSlot: 1 } });
    const wantedAt = `${inDays(1)}T11:00:00.000Z`;
    const { id } = await ordered(shop, { wantedAt });
    expect((await refusalOf(ordered(shop, { wantedAt }))).code).toBe('slot_full');
    const operation = { op: 'reject', order: id, version: 1, reason: 'closing' } as const;
    const asked = { scope: shop, id: randomUUID(), contentHash: hashOf('x'), shop, byCustomer: false, operation };
    expect(codeOf(await world.commands.run(asked))).toBe('ok');
    await ordered(shop, { wantedAt });
  });

  it('has a number of the day that it is for, which no open order shares', async () => {
    const shop = await aShopForLater();
    const wantedAt = `${inDays(1)}T11:00:00.000Z`;
    expect((await ordered(shop)).number).toBe(1);
    expect((await ordered(shop, { wantedAt })).number).toBe(2);
    expect((await ordered(shop)).number).toBe(3);
    expect((await ordered(shop, { wantedAt })).number).toBe(4);
    expect((await ordered(shop)).number).toBe(5);
    const { orders } = await world.reports.orders(shop, inDays(1), 0, 50);
    expect(orders.map(({ number }) => number)).toEqual([2, 4]);
    expect(JSON.parse(await world.reports.day(shop, inDays(1)))).toMatchObject({ orders: 2 });
    expect(JSON.parse(await world.reports.day(shop, undefined))).toMatchObject({ orders: 3 });
  });

  it('is taken by a shop that is closed now, and waits until that opens', async () => {
    const shop = await aShopForLater({ hours: never, acceptMinutes: 7 });
    expect((await refusalOf(ordered(shop))).code).toBe('shop_closed');
    const opening = `${inDays(2)}T11:00:00.000Z`;
    const { id } = await ordered(shop, { wantedAt: `${inDays(2)}T12:00:00.000Z` });
    const { rows } = await world.pool.query<{ accept_by: Date; waits_from: Date }>(
      'select accept_by, waits_from from orders where id = $1',
      [id],
    );
    expect(rows[0]?.waits_from.toISOString()).toBe(opening);
    expect(Number(rows[0]?.accept_by) - Date.parse(opening)).toBe(7 * 60_000);
  });

  it('is closed by the clock of the database, whatever that of the function says', async () => {
    const now: Hours = { ...never, exceptions: [{ date: inDays(0), periods: [{ from: '00:00', to: '00:00' }] }] };
    const [closed, open] = [await aShopForLater({ hours: never }), await aShopForLater({ hours: now })];
    setFunctionsClock(`${inDays(2)}T11:30:00.000Z`);
    try {
      expect((await refusalOf(ordered(closed))).code).toBe('shop_closed');
      expect((await ordered(open)).status).toBe('placed');
    } finally {
      jest.useRealTimers();
    }
  });

  it('is promised for its time when it is accepted', async () => {
    const shop = await aShopForLater();
    const wantedAt = `${inDays(1)}T11:00:00.000Z`;
    const { id } = await ordered(shop, { wantedAt });
    const operation = { op: 'accept', order: id, version: 1 } as const;
    const asked = { scope: shop, id: randomUUID(), contentHash: hashOf('x'), shop, byCustomer: false, operation };
    expect(JSON.parse((await world.commands.run(asked)).result).order.readyAt).toBe(wantedAt);
  });
});

describe('an order that says nothing of what came later', () => {
  it('has the content that it always had, so that a repetition after an upgrade is the same order', () => {
    const request = aRequest('shop1', { items: [{ dish: 'rice', quantity: 2, note: 'a' }], note: 'b' });
    expect(canonicalOrder(request)).toBe('["shop1",[["rice",2,"a"]],"李雷","138 0000 0000","人民路 1 号","b"]');
    expect(canonicalOrder({ ...request, fulfilment: { type: 'delivery' } })).toBe(canonicalOrder(request));
  });

  it('can still be placed by the statement of the version before', async () => {
    const shop = await newShop(world);
    const { rows } = await world.pool.query<{ body: Order }>(
      `select body from place_order(gen_random_uuid(), '\\x00', $1, array['rice'], array[2], array[null], 'a', '138', 'b', null, null,
        null, null, null, null, 24576)`,
      [shop],
    );
    expect(rows[0]?.body).toMatchObject({ totalCents: 400, fulfilment: { type: 'delivery' } });
  });
});

describe('choices', () => {
  const options = [
    {
      id: 'size',
      name: '份量',
      min: 1,
      max: 1,
      choices: [
        { id: 'small', name: '小', priceCents: 0, max: 1 },
        { id: 'large', name: '大', priceCents: 400, max: 1 },
      ],
    },
  ];
  const dishes = [{ id: 'noodles', name: '面', priceCents: 2000, packagingCents: 100, options }];
  const large = { option: 'size', choice: 'large', quantity: 1 };
  const line = { dish: 'noodles', quantity: 2, choices: [large] };

  it('are priced by the server, and an order that is repeated is told with them', async () => {
    const shop = await newShop(world, { dishes });
    const given = placing(aRequest(shop, { items: [line], expectedTotalCents: 5000 }));
    const { order } = await world.orders.place(given);
    const choices = [{ option: 'size', choice: 'large', name: '大', priceCents: 400, quantity: 1 }];
    expect(read(order)).toMatchObject({
      totalCents: 5000,
      items: [{ dish: 'noodles', priceCents: 2000, quantity: 2, choices }],
      amounts: { itemsCents: 4800, packagingCents: 200, deliveryCents: 0, discountCents: 0, totalCents: 5000 },
    });
    expect((await world.orders.place(given)).order).toBe(order);
    expect(JSON.parse(await world.reports.day(shop, undefined)).dishes).toMatchObject([{ takingsCents: 4800 }]);
  });

  it.each<[string, object, string, string[]]>([
    ['too few', { choices: [] }, 'invalid_request', ['items[0].choices.size']],
    ['too many', { choices: [large, { ...large, choice: 'small' }] }, 'invalid_request', ['items[0].choices.size']],
    [
      'unknown',
      { choices: [{ ...large, choice: '__proto__' }] },
      'dish_unavailable',
      ['items[0].choices.size.__proto__'],
    ],
    [
      'of an unknown group',
      { choices: [large, { ...large, option: 'x' }] },
      'dish_unavailable',
      ['items[0].choices.x.large'],
    ],
  ])('that are %s are refused, and the line and the option named', async (_, differing, code, paths) => {
    const shop = await newShop(world, { dishes });
    expect(await refusalOf(ordered(shop, { items: [{ ...line, ...differing }] }))).toEqual({ code, paths });
    const { rows } = await world.pool.query('select count(*)::integer as count from order_items where shop = $1', [
      shop,
    ]);
    expect(rows).toEqual([{ count: 0 }]);
  });

  it('that are missing with one dish are refused, though another has them', async () => {
    const shop = await newShop(world, { dishes });
    const items = [line, { ...line, choices: [] }];
    const refused = { code: 'invalid_request', paths: ['items[1].choices.size'] };
    expect(await refusalOf(ordered(shop, { items }))).toEqual(refused);
  });

  it('are told in the order of the menu, in whatever order they were chosen', async () => {
    const egg = { option: 'topping', choice: 'egg', quantity: 1 };
    const ham = { option: 'topping', choice: 'ham', quantity: 2 };
    const offered = ['egg', 'ham'].map(id => ({ id, name: id, priceCents: 0, max: 2 }));
    const topping = { id: 'topping', name: '浇头', min: 0, max: 4, choices: offered };
    const shop = await newShop(world, { dishes: dishes.map(dish => ({ ...dish, options: [...options, topping] })) });
    const { items } = await ordered(shop, { items: [{ ...line, choices: [ham, large, egg] }] });
    expect(items[0]?.choices).toMatchObject([large, egg, ham]);
  });
});

test('a pickup needs no address, and a shop says where it delivers', async () => {
  const area = { id: 'north', name: '北区', feeCents: 500, minimumCents: 400 };
  const delivery = { minimumCents: 0, feeCents: 300, freeFromCents: 1_000, areas: [area] };
  const shop = await newShop(world, { pickup: true, delivery, discounts: [{ fromCents: 400, offCents: 100 }] });
  const { name, phone } = aRequest(shop).customer;
  const fetched = await ordered(shop, { fulfilment: { type: 'pickup' }, customer: { name, phone } });
  expect(fetched).toMatchObject({ customer: { address: '' }, fulfilment: { type: 'pickup' }, totalCents: 300 });
  const north = { type: 'delivery', area: 'north' } as const;
  const brought = await ordered(shop, { fulfilment: north });
  expect(brought).toMatchObject({ fulfilment: { ...north, areaName: '北区' }, totalCents: 800 });
  expect((await refusalOf(ordered(shop))).code).toBe('area_not_served');
  const little = ordered(shop, { fulfilment: north, items: [{ dish: 'rice', quantity: 1 }] });
  expect((await refusalOf(little)).code).toBe('below_minimum');
  const { open } = JSON.parse((await world.shops.byId(shop))?.shop ?? '') as Shop;
  expect(open).toBe(true);
});
