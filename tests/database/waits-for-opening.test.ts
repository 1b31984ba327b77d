import { randomUUID } from 'node:crypto';
import type { Change, Hours, Order, Shop } from '../../functions/domain/frames.ts';
import type { ShopDefinition } from '../../functions/domain/init-event.ts';
import type { OrderRequest } from '../../functions/domain/place-order.ts';
import type { PlaceOrder } from '../../functions/domain/ports.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { aRequest, aShop, type DatabasePorts, openPorts, placing, read, upTo } from '../support/postgres/ports.ts';

// By when a shop has to accept an order: ORDER says it, and for later it follows the opening of the shop.

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

const MINUTE_MS = 60_000;
const ACCEPT_MINUTES = 7;
const later = { leadMinutes: 0, daysAhead: 3, slotMinutes: 30, perSlot: 9 };
const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * MINUTE_MS).toISOString().slice(0, 10);
const wantedAt = `${inDays(2)}T12:00:00.000Z`;

/** Closed for weeks, but for one day in two days, from that time on. */
const openingAt = (from: string): Hours => ({
  week: [[], [], [], [], [], [], []],
  exceptions: upTo(20).map(n => ({
    date: inDays(n - 5),
    periods: n - 5 === 2 ? [{ from, to: '13:00' }] : [],
  })),
});

async function definedShop(differing: Partial<ShopDefinition> = {}): Promise<ShopDefinition> {
  const definition = aShop({ timeZone: 'UTC', later, acceptMinutes: ACCEPT_MINUTES, ...differing });
  await world.installation.upsertShop(definition, hashOf('key'));
  return definition;
}

const forLater = (shop: string, differing: Partial<OrderRequest> = {}): PlaceOrder =>
  placing(aRequest(shop, { wantedAt, ...differing }));

async function ordered(asked: PlaceOrder): Promise<Order> {
  return read((await world.orders.place(asked)).order);
}

async function says(shop: string, operation: Change): Promise<Order> {
  const asked = { scope: shop, id: randomUUID(), contentHash: hashOf('x'), shop, byCustomer: false, operation };
  const result = JSON.parse((await world.commands.run(asked)).result);
  expect(result).toMatchObject({ ok: true });
  return result.order;
}

async function now(id: string): Promise<Order> {
  return read((await world.streams.order(id))?.order ?? '');
}

const shopNow = async (shop: string): Promise<Shop> => JSON.parse((await world.shops.byId(shop))?.shop ?? '');

/** Minutes from a moment to when the order has to be accepted by. */
async function minutesAfter(moment: string | null | undefined, id: string): Promise<number> {
  return (Date.parse((await now(id)).acceptBy ?? '') - Date.parse(moment ?? '')) / MINUTE_MS;
}

describe('an order for later that waits for the opening', () => {
  it('waits on when the shop goes on with its pause', async () => {
    const { id: shop } = await definedShop();
    await says(shop, { op: 'pause', minutes: 1 });
    const { id } = await ordered(forLater(shop));
    expect(await minutesAfter((await shopNow(shop)).opensAt, id)).toBe(ACCEPT_MINUTES);
    await says(shop, { op: 'pause', minutes: 240 });
    const { opensAt } = await shopNow(shop);
    expect(Date.parse(opensAt ?? '') - Date.now()).toBeGreaterThan(200 * MINUTE_MS);
    expect(await minutesAfter(opensAt, id)).toBe(ACCEPT_MINUTES);
  });

  it('follows the hours, however they move', async () => {
    const { id: shop } = await definedShop({ hours: openingAt('11:00') });
    const { id, acceptBy } = await ordered(forLater(shop));
    expect(acceptBy).toBe(`${inDays(2)}T11:07:00.000Z`);
    for (const [from, by] of [
      ['11:30', '11:37'],
      ['09:00', '09:07'],
      // Its own time comes before that.
      ['12:30', '12:07'],
    ] as const) {
      await says(shop, { op: 'set_hours', hours: openingAt(from) });
      expect((await now(id)).acceptBy).toBe(`${inDays(2)}T${by}:00.000Z`);
    }
  });

  it('follows the time zone', async () => {
    const definition = await definedShop({ hours: openingAt('11:00') });
    const { id } = await ordered(forLater(definition.id));
    await world.installation.upsertShop({ ...definition, timeZone: 'Asia/Tokyo' }, hashOf('key'));
    expect((await now(id)).acceptBy).toBe(`${inDays(2)}T02:07:00.000Z`);
  });

  it('has to be accepted soon once somebody switches the shop on', async () => {
    const { id: shop } = await definedShop({ open: false });
    const { id, acceptBy } = await ordered(forLater(shop));
    expect(acceptBy).toBe(`${inDays(2)}T12:07:00.000Z`);
    const before = Date.now();
    await says(shop, { op: 'set_open', open: true });
    const from = Date.parse((await now(id)).acceptBy ?? '') - ACCEPT_MINUTES * MINUTE_MS;
    expect(from).toBeGreaterThan(before - 5_000);
    expect(from).toBeLessThan(Date.now() + 5_000);
  });

  it('has to be accepted soon once the shop opens by itself', async () => {
    const { id: shop } = await definedShop({ open: false });
    const { id } = await ordered(forLater(shop));
    await world.pool.query('update shops set paused_until = now(), pause_minutes = 1 where id = $1', [shop]);
    expect((await world.pool.query('select reopen_shop($1) as is_open', [shop])).rows).toEqual([{ is_open: true }]);
    const left = Date.parse((await now(id)).acceptBy ?? '') - Date.now();
    expect(Math.abs(left - ACCEPT_MINUTES * MINUTE_MS)).toBeLessThan(5_000);
  });

  it('follows a pause that is made shorter, because the clock was ahead', async () => {
    const { id: shop } = await definedShop();
    await says(shop, { op: 'pause', minutes: 60 });
    await world.pool.query("update shops set paused_until = paused_until + interval '2 hours' where id = $1", [shop]);
    const { id } = await ordered(forLater(shop));
    await world.pool.query("select settle_pause($1, now(), interval '-2 hours')", [shop]);
    const { opensAt } = await shopNow(shop);
    expect(Date.parse(opensAt ?? '') - Date.now()).toBeLessThan(61 * MINUTE_MS);
    expect(await minutesAfter(opensAt, id)).toBe(ACCEPT_MINUTES);
  });

  it('is answered the first body again, byte for byte', async () => {
    const { id: shop } = await definedShop({ open: false });
    const asked = forLater(shop);
    const first = await world.orders.place(asked);
    await says(shop, { op: 'pause', minutes: 60 });
    expect((await now(first.orderId)).acceptBy).not.toBe(read(first.order).acceptBy);
    expect((await world.orders.place(asked)).order).toBe(first.order);
  });
});

test('what has begun to wait, what is for now, and what belongs to another shop keeps its time', async () => {
  const [{ id: shop }, { id: other }] = [await definedShop({ open: false }), await definedShop({ open: false })];
  const placed = [await ordered(forLater(shop)), await ordered(forLater(other))];
  await says(shop, { op: 'set_open', open: true });
  placed.push(await ordered(forLater(shop)), await ordered(placing(aRequest(shop))));
  const orders = await Promise.all(placed.map(({ id }) => now(id)));
  const changes: Change[] = [
    { op: 'pause', minutes: 240 },
    { op: 'set_hours', hours: openingAt('11:30') },
    { op: 'set_open', open: false },
    { op: 'set_open', open: true },
  ];
  for (const change of changes) {
    await says(shop, change);
    for (const { id, acceptBy } of orders) expect((await now(id)).acceptBy).toBe(acceptBy);
  }
});

describe('ORDER', () => {
  it.each([
    ['accepted', [{ op: 'accept' }]],
    ['ready', [{ op: 'accept' }, { op: 'ready' }]],
    ['completed', [{ op: 'accept' }, { op: 'complete' }]],
    ['rejected', [{ op: 'reject', reason: 'closing' }]],
    ['cancelled', [{ op: 'cancel', reason: 'closing' }]],
  ] as const)('says by when it has to be accepted while that is open, and null once it is %s', async (status, steps) => {
    const { id: shop } = await definedShop();
    const { id, placedAt, acceptBy } = await ordered(placing(aRequest(shop)));
    expect(Date.parse(acceptBy ?? '') - Date.parse(placedAt)).toBe(ACCEPT_MINUTES * MINUTE_MS);
    const { orders } = await world.streams.openOrders(shop);
    expect(orders.map(order => read(order).acceptBy)).toEqual([acceptBy]);
    for (const [index, step] of steps.entries()) {
      const { acceptBy: answered } = await says(shop, { ...step, order: id, version: index + 1 } as Change);
      expect(answered).toBeNull();
    }
    const last = (await world.streams.page(shop, steps.length, 1)).map(({ order }) => read(order));
    expect([...last, await now(id)]).toEqual(upTo(2).map(() => expect.objectContaining({ status, acceptBy: null })));
  });

  it('says null once it has expired', async () => {
    const { id: shop } = await definedShop();
    const { id } = await ordered(placing(aRequest(shop)));
    await world.pool.query('update orders set accept_by = now() where id = $1', [id]);
    await world.pool.query('select from expire_orders($1, 9)', [shop]);
    expect(await now(id)).toMatchObject({ status: 'expired', acceptBy: null });
  });
});
