import { randomUUID } from 'node:crypto';
import type { PlaceOrder } from '../../functions/domain/ports.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import {
  aRequest,
  aShop,
  contentsOf,
  type DatabasePorts,
  newShop,
  openPorts,
  placing,
  upTo,
} from '../support/postgres/ports.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts({ limits: { perAddress: 5, perPhone: 5, perShop: 5 } });
});

afterAll(() => world.end());

/** Each makes an order that is refused, and afterwards what may be placed under its key. */
const refusals: Record<string, () => Promise<{ code: string; refused: PlaceOrder; corrected?: PlaceOrder }>> = {
  async 'an unknown shop'() {
    const key = randomUUID();
    const corrected = placing(fresh(await newShop(world)), { key });
    return { code: 'shop_not_found', refused: placing(fresh('nowhere'), { key }), corrected };
  },
  async 'a closed shop'() {
    const key = randomUUID();
    const corrected = placing(fresh(await newShop(world)), { key });
    return { code: 'shop_closed', refused: placing(fresh(await newShop(world, { open: false })), { key }), corrected };
  },
  async 'a dish that is not on the menu'() {
    const shop = await newShop(world);
    const refused = placing({ ...fresh(shop), items: [{ dish: 'Rice', quantity: 1 }] });
    return { code: 'dish_unavailable', refused, corrected: placing(fresh(shop), { key: refused.key }) };
  },
  async 'a dish that is sold out'() {
    const shop = await newShop(world);
    await world.pool.query("update dishes set available = false where shop = $1 and id = 'egg'", [shop]);
    const refused = placing({ ...fresh(shop), items: [{ dish: 'egg', quantity: 1 }] });
    return { code: 'dish_unavailable', refused, corrected: placing(fresh(shop), { key: refused.key }) };
  },
  async 'a price that was higher'() {
    const shop = await newShop(world);
    const refused = placing({ ...fresh(shop), expectedTotalCents: 401 });
    const corrected = placing({ ...fresh(shop), expectedTotalCents: 400 }, { key: refused.key });
    return { code: 'price_changed', refused, corrected };
  },
  async 'a price that was lower'() {
    const shop = await newShop(world);
    const refused = placing({ ...fresh(shop), expectedTotalCents: 399 });
    return { code: 'price_changed', refused, corrected: placing(fresh(shop), { key: refused.key }) };
  },
  async 'another order under a known key'() {
    const shop = await newShop(world);
    const first = placing(fresh(shop));
    await world.orders.place(first);
    return { code: 'idempotency_key_reused', refused: placing(fresh(shop), { key: first.key }) };
  },
  async 'an order that is no longer kept'() {
    const first = placing(fresh(await newShop(world)));
    const { orderId } = await world.orders.place(first);
    await world.pool.query('delete from orders where id = $1', [orderId]);
    return { code: 'idempotency_key_reused', refused: first };
  },
  async 'an order that is too large'() {
    const dishes = upTo(50).map(n => ({ id: `d${n}`, name: '菜'.repeat(60), priceCents: 1 }));
    const shop = await newShop(world, { dishes });
    const items = dishes.map(({ id }) => ({ dish: id, quantity: 1, note: '菜'.repeat(200) }));
    const refused = placing({ ...fresh(shop), items });
    const corrected = placing({ ...fresh(shop), items: items.slice(0, 9) }, { key: refused.key });
    return { code: 'too_large', refused, corrected };
  },
  async 'an address that asks too often'() {
    const address = randomUUID();
    for (const _ of upTo(5)) await world.orders.place(placing(fresh(await newShop(world)), { address }));
    const shop = await newShop(world);
    const refused = placing(fresh(shop), { address });
    return { code: 'rate_limited', refused, corrected: { ...refused, address: randomUUID() } };
  },
  async 'a phone that orders too often'() {
    const { customer } = fresh('');
    for (const _ of upTo(5)) await world.orders.place(placing({ ...fresh(await newShop(world)), customer }));
    const refused = placing({ ...fresh(await newShop(world)), customer });
    const corrected = placing(fresh(refused.request.shop), { key: refused.key });
    return { code: 'rate_limited', refused, corrected };
  },
  async 'a shop that gets too many orders'() {
    const shop = await newShop(world);
    for (const _ of upTo(5)) await world.orders.place(placing(fresh(shop), { isProven: true }));
    const refused = placing(fresh(shop));
    return {
      code: 'rate_limited',
      refused,
      corrected: placing(fresh(await newShop(world)), { key: refused.key }),
    };
  },
};

describe('a refusal', () => {
  it.each(Object.entries(refusals))('because of %s stores nothing at all and leaves the key free', async (_, make) => {
    const { code, refused, corrected } = await make();
    const before = await contentsOf(world.pool);
    await expect(world.orders.place(refused)).rejects.toMatchObject({ name: 'Refusal', code });
    expect(await contentsOf(world.pool)).toEqual(before);
    if (corrected === undefined) return;
    expect(corrected.key).toBe(refused.key);
    expect((await world.orders.place(corrected)).event).toBeDefined();
  });

  it('names every line that cannot be had', async () => {
    const shop = await newShop(world);
    await world.pool.query("update dishes set available = false where shop = $1 and id = 'egg'", [shop]);
    const items = ['rice', 'egg', 'tofu', 'caviar'].map(dish => ({ dish, quantity: 1 }));
    await expect(world.orders.place(placing({ ...fresh(shop), items }))).rejects.toMatchObject({
      code: 'dish_unavailable',
      fields: [
        { path: 'items[1].dish', message: 'is not available' },
        { path: 'items[3].dish', message: 'is not available' },
      ],
    });
  });

  it('does not take another shop’s dish for its own', async () => {
    await newShop(world, { dishes: [{ id: 'caviar', name: 'x', priceCents: 1 }] });
    const request = { ...fresh(await newShop(world)), items: [{ dish: 'caviar', quantity: 1 }] };
    await expect(world.orders.place(placing(request))).rejects.toMatchObject({ code: 'dish_unavailable' });
  });
});

describe('a known key is answered first', () => {
  it('when every limit is used up', async () => {
    const shop = await newShop(world);
    const request = fresh(shop);
    const address = randomUUID();
    const first = placing(request, { address });
    const { order } = await world.orders.place(first);
    for (const _ of upTo(3)) await world.orders.place(placing(request, { address }));
    await expect(world.orders.place(placing(request, { address }))).rejects.toMatchObject({ code: 'rate_limited' });
    for (const _ of upTo(10)) expect((await world.orders.place(first)).order).toBe(order);
    const other = placing(fresh(shop), { address, key: first.key });
    await expect(world.orders.place(other)).rejects.toMatchObject({ code: 'idempotency_key_reused' });
  });

  it('when the shop is closed, its menu empty or the shop gone', async () => {
    const definition = aShop();
    await world.installation.upsertShop(definition, hashOf('key'));
    const first = placing(fresh(definition.id));
    const { order } = await world.orders.place(first);
    await world.installation.upsertShop({ ...definition, open: false }, hashOf('key'));
    expect((await world.orders.place(first)).order).toBe(order);
    await world.installation.upsertShop({ ...definition, open: true, dishes: [] }, hashOf('key'));
    expect((await world.orders.place(first)).order).toBe(order);
    await world.pool.query('delete from shops where id = $1', [definition.id]);
    expect((await world.orders.place(first)).order).toBe(order);
  });
});

/** A request by somebody whose phone number nobody else has. */
function fresh(shop: string) {
  const phone = String(Math.random()).slice(2, 17);
  return aRequest(shop, { customer: { name: '李雷', phone, address: '人民路 1 号' } });
}
