import { randomUUID } from 'node:crypto';
import { postgresOrders } from '../../db/orders.ts';
import type { PlaceOrder } from '../../functions/domain/ports.ts';
import type { Refusal } from '../../functions/domain/refusal.ts';
import { earlier } from '../support/postgres/earlier.ts';
import {
  aRequest,
  type DatabasePorts,
  newShop,
  openPorts,
  place,
  placing,
  read,
  upTo,
} from '../support/postgres/ports.ts';

const limit = 10;
const plenty = 1_000_000;
let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

type Subject = 'address' | 'phone' | 'shop';

/** Forty orders that have only `subject` in common, and the port that limits it. A shop's are its regulars'. */
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
    const { phone: own } = request.customer;
    if (subject === 'shop')
      await world.pool.query('insert into regulars values ($1, phone_hash($2), now()) on conflict do nothing', [
        shop,
        own,
      ]);
    return placing(request, { address: subject === 'address' ? address : randomUUID(), isProven: true });
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
    ['0086 13800004444', '138 0000 4444'],
    ['+86 (0)10 6552 9988', '010-65529988'],
    ['00861065529977', '+86 10 65529977'],
    ['010-65529966#801', '01065529966*802'],
    ['+44 20 7946 0958', '0044 20 7946 0958'],
  ])('counts as one however it is written: %s is %s', async (one, other) => {
    const orders = postgresOrders(world.database, { perAddress: plenty, perPhone: 2, perShop: plenty });
    const shop = await newShop(world);
    const call = (phone: string) =>
      orders.place(placing(aRequest(shop, { customer: { name: '李雷', phone, address: 'x' } })));
    await call(one);
    await call(other);
    await expect(call(one)).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(call(other)).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(call(`9${other}`)).resolves.toBeDefined();
  });

  it('and an address are kept where nobody can read them', async () => {
    const { orders, many } = await crowd('phone');
    const [order] = many as [PlaceOrder];
    await orders.place(order);
    const { rows } = await world.pool.query<{ subject: string }>('select subject from rate_limits');
    expect(rows.filter(({ subject }) => subject.includes(order.request.customer.phone))).toEqual([]);
  });
});

describe('what a shop takes in a minute', () => {
  const perShop = 40;
  const openShop = async () => ({
    shop: await newShop(world),
    orders: postgresOrders(world.database, { perAddress: plenty, perPhone: plenty, perShop }),
  });

  it('cannot be used up by a few addresses: somebody else always gets an order in', async () => {
    const { shop, orders } = await openShop();
    for (const address of upTo(6).map(() => randomUUID())) {
      const many = upTo(20).map(() => orders.place(placing(aRequest(shop), { address })));
      await Promise.allSettled(many);
      const honest = placing(aRequest(shop), { address: randomUUID(), isProven: true });
      await expect(orders.place(honest)).resolves.toBeDefined();
    }
    const { rows } = await world.pool.query('select rate_count from streams where shop = $1', [shop]);
    expect(rows[0].rate_count).toBeLessThan(perShop);
  });

  it('13.5 asks strangers for a proof from three quarters on, and regulars never', async () => {
    const { shop, orders } = await openShop();
    const first = read((await place(world, shop)).order);
    await complete(first.id);
    const stranger = () => placing(aRequest(shop, { customer: { name: 'x', phone: digits(), address: 'x' } }));
    const known = () => placing(aRequest(shop, { customer: first.customer }), { address: 'known' });
    const at = (count: number) =>
      world.pool.query('update streams set rate_from = now(), rate_count = $2 where shop = $1', [shop, count]);
    await at(29);
    await orders.place({ ...stranger(), address: randomUUID() });
    const asked = { ...stranger(), address: randomUUID() };
    await expect(orders.place(asked)).rejects.toMatchObject({ code: 'proof_required' });
    await expect(orders.place({ ...asked, isProven: true })).resolves.toMatchObject({
      event: { type: 'order.placed' },
    });
    // It holds for the one transaction that it was made for.
    await expect(orders.place({ ...stranger(), address: randomUUID() })).rejects.toMatchObject({
      code: 'proof_required',
    });
    for (const _ of upTo(3)) await orders.place(known());
    await at(40);
    await expect(orders.place({ ...stranger(), isProven: true })).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('is had by its regulars to the last order, whatever their number is written like', async () => {
    const { shop, orders } = await openShop();
    const first = read((await place(world, shop)).order);
    await complete(first.id);
    await world.pool.query('update streams set rate_from = now(), rate_count = 35 where shop = $1', [shop]);
    const order = (phone: string) =>
      orders.place({
        ...placing(aRequest(shop, { customer: { name: 'x', phone, address: 'x' } })),
        address: 'shared',
        isProven: true,
      });
    await order('13900000000');
    await expect(order('13900000000')).rejects.toMatchObject({ code: 'rate_limited' });
    for (const _ of upTo(4)) await order('+86 13800000000');
    await expect(order('+86 13800000000')).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('keeps its last tenth for regulars, however many addresses strangers have, and whatever they prove', async () => {
    const { shop, orders } = await openShop();
    const first = read((await place(world, shop)).order);
    await world.pool.query("select move_order(o, 'completed', null, null) from orders o where id = $1", [first.id]);
    const stranger = () => {
      const asked = placing(aRequest(shop, { customer: { name: 'x', phone: digits(), address: 'x' } }));
      return orders.place({ ...asked, address: randomUUID(), isProven: true });
    };
    const flood = await Promise.allSettled(upTo(2 * perShop).map(stranger));
    const taken = flood.filter(({ status }) => status === 'fulfilled').length;
    // One has been placed before; what arrives at the same moment is counted before it is known.
    expect(taken).toBeGreaterThanOrEqual(perShop * 0.9 - 1);
    await world.pool.query('update streams set rate_from = now(), rate_count = 36 where shop = $1', [shop]);
    await expect(stranger()).rejects.toMatchObject({ code: 'rate_limited' });
    for (const _ of upTo(4)) await orders.place(placing(aRequest(shop, { customer: first.customer })));
  });

  it('refuses without waiting for its other orders: one that is too large, and one too many', async () => {
    const { shop, orders } = await openShop();
    await world.pool.query(
      "insert into dishes select $1, i::text, repeat('好', 60), '', 1, true, i from generate_series(10, 59) i",
      [shop],
    );
    const items = upTo(50).map(n => ({ dish: String(n + 9), quantity: 1, note: '好'.repeat(120) }));
    await world.pool.query('update streams set rate_from = now(), rate_count = 0 where shop = $1', [shop]);
    const other = await world.pool.connect();
    try {
      await other.query('begin');
      await other.query('select from streams where shop = $1 for update', [shop]);
      await expect(orders.place(placing(aRequest(shop, { items })))).rejects.toMatchObject({ code: 'too_large' });
      await other.query('update streams set rate_count = 40 where shop = $1', [shop]);
      await other.query('commit');
      await other.query('begin');
      await other.query('select from streams where shop = $1 for update', [shop]);
      await expect(orders.place(placing(aRequest(shop)))).rejects.toMatchObject({ code: 'rate_limited' });
    } finally {
      await other.query('rollback');
      other.release();
    }
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

/** The row is read first: Citus calls nothing that writes for a row while it reads it. */
async function complete(order: string): Promise<void> {
  await world.pool.query(`do $$ declare v_order orders; begin
    select * into v_order from orders o where o.id = '${order}';
    perform move_order(v_order, 'completed', null, null);
  end $$`);
}

/** Lets time pass for every window. */
async function passes(interval: string): Promise<void> {
  await world.pool.query(`update rate_limits set ${earlier('started_at', '$1::interval')}`, [interval]);
  await world.pool.query(`update streams set ${earlier('rate_from', '$1::interval')}`, [interval]);
}

function digits(): string {
  return String(Math.random()).slice(2, 17);
}
