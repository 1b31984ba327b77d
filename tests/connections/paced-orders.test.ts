import { randomUUID } from 'node:crypto';
import type { Orders, PlaceOrder } from '../../functions/domain/ports.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { createLine } from '../../functions/runtime/line.ts';
import { IN_VAIN, paceOrders, REPLAYS } from '../../functions/runtime/paced-orders.ts';

/** Orders on a database that places each key once, but for addresses that `refuse` names; and what it was asked. */
function world() {
  const asked: string[] = [];
  const placed = new Set<string>();
  const refused = new Map<string, Refusal>();
  const time = { now: 0 };
  const orders: Orders = {
    async place({ key, address = '' }) {
      asked.push(key);
      await new Promise(setImmediate);
      const isReplay = placed.has(key);
      const refusal = refused.get(address);
      if (refusal !== undefined && !isReplay) throw refusal;
      placed.add(key);
      return { orderId: key, order: '{}', event: isReplay ? undefined : ({} as never) };
    },
    async countRefused() {},
  };
  const paced = paceOrders(orders, createLine({ atOnce: 10, ofOne: 3 }), () => time.now);
  const place = (address: string, key: string = randomUUID(), shop = 'shop1') =>
    paced.place({ key, address, request: { shop } } as PlaceOrder);
  const codeOf = (placing: Promise<{ event: unknown }>) =>
    placing.then(
      ({ event }) => (event === undefined ? 'replayed' : 'placed'),
      (error: Refusal) => `${error.code} ${error.retryAfterSeconds ?? ''}`,
    );
  const refuse = (
    address: string,
    code: 'rate_limited' | 'proof_required' | 'idempotency_key_reused' = 'rate_limited',
  ) => refused.set(address, new Refusal(code, 'too many orders, wait a moment', { retryAfterSeconds: 40 }));
  return { asked, codeOf, place, refuse, refused, time };
}

const times = <Value>(count: number, act: () => Value) => Array.from({ length: count }, act);

test('13.7 who is over a limit is refused without the database, which is asked at a pace whether it still holds', async () => {
  const { asked, codeOf, place, refuse, refused, time } = world();
  refuse('a');
  const flood = await Promise.all(times(500, () => codeOf(place('a'))));
  expect(new Set(flood)).toEqual(new Set(['rate_limited 40']));
  expect(asked.length).toBeGreaterThanOrEqual(IN_VAIN.burst);
  expect(asked.length).toBeLessThan(IN_VAIN.burst + 3);
  const before = asked.length;
  time.now += 10_500;
  await expect(place('a')).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 40 });
  expect(asked.length).toBe(before + 1);
  refused.clear();
  expect(await codeOf(place('a'))).toBe('placed');
});

test.each([
  'proof_required',
  'idempotency_key_reused',
] as const)('13.7 what is refused with %s does not come to the database without end either', async code => {
  const { asked, codeOf, place, refuse } = world();
  refuse('a', code);
  await Promise.all(times(200, () => codeOf(place('a'))));
  expect(asked.length).toBeLessThan(IN_VAIN.burst + 3);
});

test('what refused orders count against an address is refused with it, and counts as that', async () => {
  let counted = 0;
  const orders: Orders = {
    place: async () => Promise.reject(new Error('not asked')),
    async countRefused() {
      counted += 1;
      throw new Refusal('rate_limited', 'too many orders, wait a moment', { retryAfterSeconds: 7 });
    },
  };
  const paced = paceOrders(orders, createLine({ atOnce: 1 }), () => 0);
  await Promise.allSettled(times(IN_VAIN.burst, () => paced.countRefused('a')));
  expect(counted).toBe(IN_VAIN.burst);
  const order = { key: randomUUID(), address: 'a', request: { shop: 's' } } as PlaceOrder;
  await expect(paced.place(order)).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 7 });
});

test('13.7 an order that was placed is answered again at a pace, and that holds up no other order of its address', async () => {
  const { asked, codeOf, place, time } = world();
  const key = randomUUID();
  await place('a', key);
  const flood = await Promise.all(times(100, () => codeOf(place('a', key.toUpperCase()))));
  expect(asked).toHaveLength(1 + REPLAYS.burst);
  expect(flood.filter(code => code === 'rate_limited 1')).toHaveLength(100 - REPLAYS.burst);
  expect(await codeOf(place('a'))).toBe('placed');
  expect(await codeOf(place('a', key, 'shop2'))).not.toMatch('rate_limited');
  time.now += 1_000;
  expect(await codeOf(place('a', key))).toBe('replayed');
});

test('who is over a limit still gets the answer of an order that was placed, while others flood behind the same address', async () => {
  const { codeOf, place, refuse } = world();
  const key = randomUUID();
  await place('a', key);
  refuse('a');
  await Promise.all(times(200, () => codeOf(place('a'))));
  expect(await codeOf(place('a', key))).toBe('replayed');
});

test('13.7 keys that were placed elsewhere do not come to the database without end', async () => {
  let asked = 0;
  const elsewhere: Orders = {
    async place({ key }) {
      asked += 1;
      return { orderId: key, order: '{}', event: undefined };
    },
    async countRefused() {},
  };
  const paced = paceOrders(elsewhere, createLine({ atOnce: 1 }), () => 0);
  const order = () => ({ key: randomUUID(), address: 'a', request: { shop: 's' } }) as PlaceOrder;
  await Promise.allSettled(times(100, () => paced.place(order())));
  expect(asked).toBe(IN_VAIN.burst);
});

test('an order that fails for another reason counts for nothing', async () => {
  let tries = 0;
  const failing: Orders = {
    place: async () => {
      tries += 1;
      throw new Refusal('unavailable', 'try again');
    },
    async countRefused() {},
  };
  const paced = paceOrders(failing, createLine({ atOnce: 1 }), () => 0);
  const order = () => ({ key: randomUUID(), address: 'a', request: { shop: 's' } }) as PlaceOrder;
  await Promise.allSettled(times(100, () => paced.place(order())));
  expect(tries).toBe(100);
});
