import { randomUUID } from 'node:crypto';
import { type BillWorld, bill } from '../../functions/bill/bill.ts';
import type { Orders } from '../../functions/domain/ports.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { within } from '../../functions/runtime/budget.ts';

const order = {
  shop: 'shop1',
  items: [{ dish: 'rice', quantity: 1 }],
  customer: { name: 'Li', phone: '138', address: 'S' },
};
const request = {
  method: 'POST',
  path: '/bill',
  query: {},
  repeatedQuery: [],
  headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
  body: Buffer.from(JSON.stringify(order)),
  remoteAddress: '192.0.2.1',
  requestId: 'request',
};

function worldWith(place: Orders['place']) {
  const counted: string[] = [];
  const orders: Orders = {
    place,
    async countRefused(address) {
      counted.push(address);
    },
  };
  const world: BillWorld = {
    orders,
    announce: async () => {},
    tokenOf: () => 'token',
    subject: address => `hash of ${address}`,
  };
  return { world, counted };
}

test.each([
  'shop_not_found',
  'shop_closed',
  'dish_unavailable',
  'price_changed',
] as const)('an order that is refused with %s counts against the caller’s address', async code => {
  const { world, counted } = worldWith(async () => {
    throw new Refusal(code, 'no');
  });
  await expect(bill(world)(request)).rejects.toMatchObject({ code });
  expect(counted).toEqual(['hash of 192.0.2.1']);
});

test.each([
  'rate_limited',
  'unavailable',
  'idempotency_key_reused',
] as const)('%s does not count once more', async code => {
  const { world, counted } = worldWith(async () => {
    throw new Refusal(code, 'no');
  });
  await expect(bill(world)(request)).rejects.toMatchObject({ code });
  expect(counted).toEqual([]);
});

describe('what tells the screens', () => {
  const { error } = console;
  beforeEach(() => {
    console.error = () => {};
  });
  afterEach(() => {
    console.error = error;
  });

  test('I1: may fail, and the order is placed and answered all the same', async () => {
    await expect(within(1_000, Promise.reject(new Error('the database is away')))).resolves.toBeUndefined();
  });

  test('may hang, and the customer waits no longer than the budget', async () => {
    const from = performance.now();
    await within(30, new Promise(() => {}));
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});
