import { randomUUID } from 'node:crypto';
import { postgresOrders } from '../../db/orders.ts';
import type { PlaceOrder } from '../../functions/domain/ports.ts';
import type { Refusal } from '../../functions/domain/refusal.ts';
import { aRequest, newShop, openWorld, placing, upTo, type World } from './world.ts';

const limit = 10;
const plenty = 1_000_000;
let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.end());

type Subject = 'address' | 'phone' | 'shop';

/** Forty orders that have only `subject` in common, and the port that limits it. */
async function crowd(subject: Subject) {
  const orders = postgresOrders(world.database, {
    perAddress: subject === 'address' ? limit : plenty,
    perPhone: subject === 'phone' ? limit : plenty,
    perShop: subject === 'shop' ? limit : plenty,
  });
  const address = randomUUID();
  const phone = digits();
  const shop = await newShop(world);
  const make = async (): Promise<PlaceOrder> => {
    const request = aRequest(subject === 'shop' ? shop : await newShop(world), {
      customer: { name: '李雷', phone: subject === 'phone' ? phone : digits(), address: '人民路 1 号' },
    });
    return placing(request, { address: subject === 'address' ? address : randomUUID() });
  };
  return { orders, shop, make, many: await Promise.all(upTo(40).map(make)) };
}

describe.each<Subject>(['address', 'phone', 'shop'])('the limit per %s', subject => {
  it('is exact under 40 calls at once, and says when to come back', async () => {
    const { orders, many } = await crowd(subject);
    const answers = await Promise.allSettled(many.map(order => orders.place(order)));
    const refusals = answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason as Refusal] : []));
    expect(refusals).toHaveLength(40 - limit);
    for (const { code, retryAfterSeconds } of refusals) {
      expect(code).toBe('rate_limited');
      expect(Number.isInteger(retryAfterSeconds)).toBe(true);
      expect(retryAfterSeconds).toBeGreaterThan(50);
      expect(retryAfterSeconds).toBeLessThanOrEqual(60);
    }
  });

  it('ends after a minute, not sooner, and then begins anew', async () => {
    const { orders, many } = await crowd(subject);
    const answer = () =>
      orders.place(many.shift() as PlaceOrder).then(
        () => 'placed',
        ({ code }: Refusal) => code,
      );
    const answers = async (count: number) => {
      const all: string[] = [];
      for (const _ of upTo(count)) all.push(await answer());
      return all;
    };
    expect(await answers(limit + 1)).toEqual([...Array(limit).fill('placed'), 'rate_limited']);
    await passes('58 seconds');
    expect(await answer()).toBe('rate_limited');
    await passes('2 seconds');
    expect(await answers(limit + 1)).toEqual([...Array(limit).fill('placed'), 'rate_limited']);
  });

  it('is lifted where there are no limits', async () => {
    const { many } = await crowd(subject);
    await expect(Promise.all(many.map(order => world.orders.place(order)))).resolves.toHaveLength(40);
  });

  it('does not touch others', async () => {
    const { orders, many } = await crowd(subject);
    for (const order of many.slice(0, limit)) await orders.place(order);
    const { make } = await crowd(subject);
    await expect(orders.place(await make())).resolves.toBeDefined();
  });
});

describe('a phone number', () => {
  it.each([
    ['+86 138-0000 1111', '8613800001111'],
    ['(86) 138.0000.2222', '+86 138 0000 2222'],
    ['138*00003333#', '13800003333'],
  ])('counts by its digits alone: %s is %s', async (one, other) => {
    const orders = postgresOrders(world.database, { perAddress: plenty, perPhone: 2, perShop: plenty });
    const shop = await newShop(world);
    const call = (phone: string) =>
      orders.place(placing(aRequest(shop, { customer: { name: '李雷', phone, address: 'x' } })));
    await call(one);
    await call(other);
    await expect(call(one)).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(call(other)).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(call(`${other}0`)).resolves.toBeDefined();
  });

  it('and an address are kept where nobody can read them', async () => {
    const { orders, many } = await crowd('phone');
    const [order] = many as [PlaceOrder];
    await orders.place(order);
    const { rows } = await world.pool.query<{ subject: string }>('select subject from rate_limits');
    expect(rows.filter(({ subject }) => subject.includes(order.request.customer.phone))).toEqual([]);
  });
});

describe('refused orders', () => {
  it('count against the address, exactly', async () => {
    const { orders, make } = await crowd('address');
    const { address } = await make();
    const counted = await Promise.allSettled(upTo(40).map(() => orders.countRefused(address ?? '')));
    expect(counted.filter(({ status }) => status === 'fulfilled')).toHaveLength(limit);
    await expect(orders.place(await make())).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('count for nobody where there are no limits', async () => {
    await Promise.all(upTo(40).map(() => world.orders.countRefused('anybody')));
    const { rows } = await world.pool.query("select from rate_limits where subject = 'address:anybody'");
    expect(rows).toEqual([]);
  });
});

/** Lets time pass for every window. */
async function passes(interval: string): Promise<void> {
  await world.pool.query('update rate_limits set started_at = started_at - $1::interval', [interval]);
  await world.pool.query('update streams set rate_from = rate_from - $1::interval', [interval]);
}

function digits(): string {
  return String(Math.random()).slice(2, 17);
}
