import { randomUUID } from 'node:crypto';
import { type BillDependencies, bill } from '../../functions/bill/bill.ts';
import type { Orders } from '../../functions/domain/ports.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { waitWithin } from '../../functions/runtime/budget.ts';

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

function dependenciesWith(place: Orders['place']) {
  const counted: string[] = [];
  const told: string[] = [];
  const orders: Orders = {
    place,
    async countRefused(address) {
      counted.push(address);
    },
  };
  const dependencies: BillDependencies = {
    orders,
    announce: async () => {},
    tokenOf: () => 'token',
    subjectOf: address => `hash of ${address}`,
    securityEvents: { tell: kind => told.push(kind) },
  };
  return { dependencies, counted, told };
}

test.each([
  'shop_not_found',
  'shop_closed',
  'dish_unavailable',
  'price_changed',
  'too_large',
] as const)('an order that is refused with %s counts against the caller’s address', async code => {
  const { dependencies, counted } = dependenciesWith(async () => {
    throw new Refusal(code, 'no');
  });
  await expect(bill(dependencies)(request)).rejects.toMatchObject({ code });
  expect(counted).toEqual(['hash of 192.0.2.1']);
});

test('of orders over a limit the owner is told, of other refusals not', async () => {
  for (const code of ['rate_limited', 'price_changed'] as const) {
    const { dependencies, told } = dependenciesWith(async () => {
      throw new Refusal(code, 'no');
    });
    await expect(bill(dependencies)(request)).rejects.toMatchObject({ code });
    expect(told).toEqual(code === 'rate_limited' ? ['too_many_orders'] : []);
  }
});

test.each([
  'rate_limited',
  'unavailable',
  'idempotency_key_reused',
] as const)('%s does not count once more', async code => {
  const { dependencies, counted } = dependenciesWith(async () => {
    throw new Refusal(code, 'no');
  });
  await expect(bill(dependencies)(request)).rejects.toMatchObject({ code });
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
    await expect(waitWithin(1_000, Promise.reject(new Error('the database is away')))).resolves.toBeUndefined();
  });

  test('may hang, and the customer waits no longer than the budget', async () => {
    const from = performance.now();
    await waitWithin(30, new Promise(() => {}));
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});
