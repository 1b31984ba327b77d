import fc from 'fast-check';
import type { Shop } from '../../functions/domain/frames.ts';
import type { ShopDefinition } from '../../functions/domain/init-event.ts';
import { type OrderRequest, parseOrderRequest } from '../../functions/domain/place-order.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { expectedOrder } from '../support/model-order.ts';
import { aRequest, aShop, type DatabasePorts, openPorts, placing, read } from '../support/postgres/ports.ts';

// The SQL that places an order against the rules of the protocol, written once more for it and in part for the pages.
// ORDER_MODEL_CARTS says how many carts are tried.

const CARTS = Number(process.env.ORDER_MODEL_CARTS ?? 300);
const CARTS_OF_A_SHOP = 20;

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

const ids = ['a', 'b', 'c'] as const;
const id = fc.constantFrom(...ids);
const few = fc.integer({ min: 0, max: 3 });
const cents = fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.constantFrom(0, 1, 100_000_000));

const choice = fc.record({
  id,
  name: fc.constantFrom('大份', 'x', '"'),
  priceCents: cents,
  available: fc.integer({ min: 0, max: 3 }).map(n => n > 0),
  max: fc.integer({ min: 1, max: 3 }),
});
const option = fc
  .record({
    id,
    name: fc.constant('组'),
    min: few,
    max: fc.integer({ min: 1, max: 4 }),
    choices: fc.uniqueArray(choice, { minLength: 1, maxLength: 3, selector: one => one.id }),
  })
  .map(group => ({
    ...group,
    min: Math.min(
      group.min,
      group.max,
      group.choices.reduce((sum, one) => sum + one.max, 0),
    ),
  }));
const dish = fc.record({
  id,
  name: fc.constantFrom('面', 'noodles'),
  priceCents: cents,
  available: fc.integer({ min: 0, max: 5 }).map(n => n > 0),
  packagingCents: fc.constantFrom(0, 0, 100, 1_000_000),
  options: fc.uniqueArray(option, { maxLength: 3, selector: one => one.id }),
});
const area = fc.record(
  { id, name: fc.constant('区'), feeCents: cents, minimumCents: cents },
  { requiredKeys: ['id', 'name'] },
);
const delivery = fc.record({
  minimumCents: fc.constantFrom(0, 5_000, 100_000_000),
  feeCents: fc.constantFrom(0, 300),
  freeFromCents: fc.constantFrom(null, 0, 5_000),
  areas: fc.oneof(fc.constant([]), fc.uniqueArray(area, { maxLength: 3, selector: one => one.id })),
});
const terms = fc.record({
  dishes: fc.uniqueArray(dish, { minLength: 1, maxLength: 3, selector: one => one.id }),
  pickup: fc.boolean(),
  delivery: fc.oneof({ weight: 4, arbitrary: delivery }, { weight: 1, arbitrary: fc.constant(null) }),
  discounts: fc.uniqueArray(fc.record({ fromCents: cents, offCents: fc.constantFrom(1, 500, 100_000_000) }), {
    maxLength: 3,
    selector: one => one.fromCents,
  }),
});

const line = fc.record(
  {
    dish: id,
    quantity: fc.constantFrom(1, 2, 99),
    choices: fc.uniqueArray(fc.record({ option: id, choice: id, quantity: fc.integer({ min: 1, max: 2 }) }), {
      maxLength: 4,
      selector: one => one.option + one.choice,
    }),
    note: fc.constantFrom('', '少辣'),
  },
  { requiredKeys: ['dish', 'quantity'] },
);
const fulfilment = fc.oneof(
  fc.constant(undefined),
  fc.constant({ type: 'pickup' }),
  fc.constant({ type: 'delivery' }),
  id.map(area => ({ type: 'delivery', area })),
);
const cart = fc.record({
  items: fc.array(line, { minLength: 1, maxLength: 4 }),
  fulfilment,
  differs: fc.integer({ min: 0, max: 9 }),
});
type Cart = typeof cart extends fc.Arbitrary<infer T> ? T : never;

/** Half of all carts are made to fit the menu: left to chance nearly all would be refused. */
function fitted({ items, fulfilment }: Cart, { dishes }: Shop): OrderRequest['items'] {
  void fulfilment;
  return items.map((item, index) => {
    const found = dishes[index % dishes.length];
    const choices = (found?.options ?? []).flatMap(group => {
      const free = group.choices.filter(one => one.available);
      let left = Math.max(group.min, index % 2);
      return free.flatMap(one => {
        const quantity = Math.min(left, one.max);
        left -= quantity;
        return quantity > 0 ? [{ option: group.id, choice: one.id, quantity }] : [];
      });
    });
    return { ...item, dish: found?.id ?? item.dish, choices: choices.reverse() };
  });
}

function requestOf(shop: Shop, given: Cart): OrderRequest | undefined {
  const { customer } = aRequest(shop.id);
  const isFetched = given.fulfilment?.type === 'pickup';
  const request = {
    shop: shop.id,
    items: given.differs < 6 ? fitted(given, shop) : given.items,
    customer: isFetched ? { name: customer.name, phone: customer.phone } : customer,
    ...(given.fulfilment === undefined ? {} : { fulfilment: given.fulfilment }),
  };
  try {
    const parsed = parseOrderRequest(request);
    const expected = expectedOrder(shop, parsed);
    if (given.differs % 3 === 0) return parsed;
    const total = 'amounts' in expected ? expected.amounts.totalCents : 1;
    return { ...parsed, expectedTotalCents: total + (given.differs === 1 ? 1 : 0) };
  } catch (error) {
    // A line that stands twice is no request at all.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function placed(request: OrderRequest): Promise<object> {
  try {
    const { amounts, fulfilment, items, totalCents, wantedAt } = read(
      (await world.orders.place(placing(request))).order,
    );
    expect({ totalCents, wantedAt }).toEqual({ totalCents: amounts?.totalCents, wantedAt: null });
    return { amounts, fulfilment, items };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, fields } = error;
    return fields === undefined ? { code } : { code, paths: fields.map(({ path }) => path) };
  }
}

test(
  `${CARTS} carts at generated shops give the total, the refusal and the ORDER that the protocol says`,
  async () => {
    const outcomes = new Map<string, number>();
    const property = fc.asyncProperty(
      terms,
      fc.array(cart, { minLength: CARTS_OF_A_SHOP, maxLength: CARTS_OF_A_SHOP }),
      async (given, carts) => {
        const definition = aShop({ ...(given as Partial<ShopDefinition>) });
        await world.installation.upsertShop(definition, hashOf('key'));
        const shop = JSON.parse((await world.shops.byId(definition.id))?.shop ?? '') as Shop;
        await Promise.all(
          carts.map(async each => {
            const request = requestOf(shop, each);
            if (request === undefined) return;
            const expected = expectedOrder(shop, request);
            expect(await placed(request)).toEqual(expected);
            const outcome = 'code' in expected ? expected.code : 'placed';
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          }),
        );
      },
    );
    await fc.assert(property, { numRuns: Math.ceil(CARTS / CARTS_OF_A_SHOP), endOnFailure: CARTS > 1_000 });
    // Left to chance, each kind comes up more often the more carts there are.
    expect([...outcomes.keys()]).toContain('placed');
    expect(outcomes.size).toBeGreaterThanOrEqual(CARTS > 1_000 ? 7 : 4);
  },
  60_000 + CARTS * 100,
);
