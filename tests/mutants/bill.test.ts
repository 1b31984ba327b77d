import { randomUUID } from 'node:crypto';
import { type BillDependencies, bill } from '../../functions/bill/bill.ts';
import { proofOfWork } from '../../functions/domain/order-proof.ts';
import type { Orders, PlaceOrder } from '../../functions/domain/ports.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { createFloodWarning } from '../../functions/domain/warn-of-flood.ts';
import { waitWithin } from '../../functions/runtime/budget.ts';
import { doTask } from '../../web/connection/proof.ts';

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
  const warned: string[] = [];
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
    proofs: proofOfWork(['a secret of a test that is long enough'], Date.now),
    warnOfFlood: async shop => void warned.push(shop),
  };
  return { dependencies, counted, told, warned };
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

test('13.5 who is asked for a proof is set a task for this order; done, the order is tried as one of somebody proven', async () => {
  const tried: PlaceOrder[] = [];
  const { dependencies, told, warned } = dependenciesWith(async order => {
    tried.push(order);
    if (order.isProven) return { orderId: 'o', order: '{}', event: undefined };
    throw new Refusal('proof_required', 'do the task first');
  });
  const refusal: unknown = await bill(dependencies)(request).catch(error => error);
  if (!(refusal instanceof Refusal)) throw new Error('not refused');
  expect(refusal).toMatchObject({ code: 'proof_required', proof: { kind: 'work' }, retryAfterSeconds: 5 });
  expect([told, warned]).toEqual([['proof_asked'], ['shop1']]);
  const withProof = (proof: string, key = request.headers['idempotency-key']) =>
    bill(dependencies)({ ...request, headers: { ...request.headers, 'idempotency-key': key, 'order-proof': proof } });
  const proof = (await doTask(refusal.proof)) ?? '';
  await expect(withProof(`${refusal.proof?.challenge}.x`)).rejects.toMatchObject({ code: 'proof_required' });
  await expect(withProof(proof, randomUUID())).rejects.toMatchObject({ code: 'proof_required' });
  expect((await withProof(proof)).status).toBe(200);
  expect(tried.map(({ isProven }) => isProven)).toEqual([false, false, false, true]);
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

test('13.5 a shop is warned of a flood on all its screens, once a minute, and again where that failed', async () => {
  const sent: string[] = [];
  let now = 0;
  let isAway = false;
  const warn = createFloodWarning({
    push: {
      send: async (id, text) => {
        sent.push(`${id} ${text}`);
        return 'sent';
      },
      close: async () => 'sent',
    },
    subscriptions: {
      async screensOf(shop) {
        if (isAway) throw new Error('the database is away');
        return [`${shop}-a`, `${shop}-b`];
      },
    },
    now: () => now,
  });
  const frame = '{"type":"warning","code":"many_orders"}';
  await Promise.all([warn('s'), warn('s'), warn('t')]);
  expect(sent.splice(0).sort()).toEqual(['s-a', 's-b', 't-a', 't-b'].map(id => `${id} ${frame}`));
  now += 59_000;
  await warn('s');
  expect(sent).toEqual([]);
  now += 1_000;
  isAway = true;
  await warn('s');
  isAway = false;
  await warn('s');
  expect(sent).toHaveLength(2);
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
