import type { Order, Report } from '../../functions/domain/frames.ts';
import { type DatabasePorts, newShop, openPorts, place, read, upTo } from '../support/postgres/ports.ts';
import { aShopScene, type ShopScene } from '../support/postgres/scene.ts';
import { nodesOf } from './plan.ts';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

const reportOf = async (shop: string, day?: string) => JSON.parse(await world.reports.day(shop, day)) as Report;

/** Puts an order at a time of a day in its shop's time zone; numbers of that day go on from `number`. */
async function moveTo(order: string, day: string, time: string, number: number): Promise<void> {
  const { rows } = await world.pool.query<{ moment: Date }>(
    `select ($2 || ' ' || $3)::timestamp at time zone s.time_zone as moment
     from shops s join orders o on o.shop = s.id where o.id = $1`,
    [order, day, time],
  );
  await world.pool.query(
    `update orders o set day = $2::date, number = $3, placed_at = $4,
       accepted_at = ($4::timestamptz at time zone 'UTC' + (o.accepted_at - o.placed_at)) at time zone 'UTC'
     where o.id = $1`,
    [order, day, number, rows[0]?.moment],
  );
}

/** An order that is accepted after that many seconds, or is not. */
async function anOrder(scene: ShopScene, items: [string, number][], acceptSeconds?: number): Promise<string> {
  const { orderId } = await place(world, scene.shop, { items: items.map(([dish, quantity]) => ({ dish, quantity })) });
  if (acceptSeconds !== undefined) {
    expect(await scene.ask({ op: 'accept', order: orderId, version: 1 })).toBe('ok');
    await world.pool.query(
      "update orders set accepted_at = (placed_at at time zone 'UTC' + $2 * interval '1 second') at time zone 'UTC' where id = $1",
      [orderId, acceptSeconds],
    );
  }
  return orderId;
}

describe('the report of a day', () => {
  it('of a shop without orders is a report of nothing', async () => {
    const shop = await newShop(world, { timeZone: 'Asia/Shanghai' });
    const { day, hours, ...rest } = await reportOf(shop);
    expect(day).toBe(new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format());
    expect(rest).toEqual({
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      orders: 0,
      completed: 0,
      rejected: 0,
      cancelled: 0,
      expired: 0,
      open: 0,
      takingsCents: 0,
      accepted: 0,
      acceptedCents: 0,
      completedCents: 0,
      acceptSecondsAverage: null,
      acceptSecondsP95: null,
      dishes: [],
    });
    expect(hours).toEqual(upTo(24).map(n => ({ hour: n - 1, orders: 0, takingsCents: 0 })));
  });

  it('counts every order where it stands, and takes what is not refused', async () => {
    const scene = await aShopScene(world);
    const done = await anOrder(scene, [['rice', 2]], 10);
    await scene.ask({ op: 'complete', order: done, version: 2 });
    const ready = await anOrder(scene, [['tofu', 1]], 20);
    await scene.ask({ op: 'ready', order: ready, version: 2 });
    await anOrder(
      scene,
      [
        ['rice', 3],
        ['egg', 1],
      ],
      90,
    );
    await anOrder(scene, [['egg', 2]]);
    await scene.ask({ op: 'reject', order: await anOrder(scene, [['tofu', 9]]), version: 1, reason: 'sold_out' });
    await scene.ask({ op: 'cancel', order: await anOrder(scene, [['tofu', 9]], 40), version: 2, reason: 'other' });
    const expired = await anOrder(scene, [['tofu', 9]]);
    await world.pool.query("update orders set accept_by = '-infinity' where id = $1", [expired]);
    await world.pool.query('select expire_orders($1, 9)', [scene.shop]);
    const report = await reportOf(scene.shop);
    expect(report).toMatchObject({ orders: 7, completed: 1, rejected: 1, cancelled: 1, expired: 1, open: 3 });
    expect(report.takingsCents).toBe(2 * 200 + 2200 + (3 * 200 + 300) + 2 * 300);
    // The two that are left have nobody's word yet that they will be cooked.
    expect(report).toMatchObject({ accepted: 2, acceptedCents: 2200 + 900, completedCents: 400 });
    expect([report.acceptSecondsAverage, report.acceptSecondsP95]).toEqual([40, 82.5]);
    expect(report.dishes).toEqual([
      { dish: 'rice', name: '米饭', quantity: 5, takingsCents: 1000 },
      { dish: 'egg', name: '煎蛋', quantity: 3, takingsCents: 900 },
      { dish: 'tofu', name: '麻婆豆腐', quantity: 1, takingsCents: 2200 },
    ]);
    expect(report.hours.reduce((sum, { orders }) => sum + orders, 0)).toBe(7);
    expect(report.hours.reduce((sum, { takingsCents }) => sum + takingsCents, 0)).toBe(report.takingsCents);
  });

  it('has the hours and the days of the shop’s own time zone, a day of 23 or 25 hours among them', async () => {
    for (const [timeZone, day, at, hour] of [
      ['Asia/Shanghai', '2025-01-31', '23:59:59', 23],
      ['America/New_York', '2025-01-31', '00:00:00', 0],
      ['Europe/Berlin', '2025-03-30', '03:00:00', 3],
      ['Europe/Berlin', '2025-10-26', '02:30:00', 2],
      ['Pacific/Kiritimati', '2024-02-29', '12:00:00', 12],
    ] as const) {
      const scene = await aShopScene(world, { timeZone });
      await moveTo(await anOrder(scene, [['rice', 1]]), day, at, 1);
      const report = await reportOf(scene.shop, day);
      expect(report).toMatchObject({ day, timeZone, orders: 1, takingsCents: 200 });
      expect(report.hours.filter(({ orders }) => orders > 0)).toEqual([{ hour, orders: 1, takingsCents: 200 }]);
      expect((await reportOf(scene.shop)).orders).toBe(0);
    }
  });

  it('names the best twenty dishes, as they were called last', async () => {
    const dishes = upTo(25).map(n => ({ id: `dish-${n}`, name: 'old', priceCents: 100 - n }));
    const scene = await aShopScene(world, { dishes });
    await anOrder(
      scene,
      dishes.map(({ id }, index) => [id, index + 1]),
    );
    for (const { id, priceCents } of dishes) {
      await scene.ask({ op: 'put_dish', dish: id, name: 'new', category: '', priceCents, available: true });
    }
    await anOrder(scene, [['dish-25', 1]]);
    const report = await reportOf(scene.shop);
    expect(report.dishes.map(({ dish }) => dish)).toEqual(upTo(20).map(n => `dish-${26 - n}`));
    expect(report.dishes.map(({ name }) => name)).toEqual(['new', ...Array(19).fill('old')]);
    expect(report.dishes[0]).toEqual({ dish: 'dish-25', name: 'new', quantity: 26, takingsCents: 26 * 75 });
  });

  it('knows when orders were accepted after the log has been cut', async () => {
    const scene = await aShopScene(world);
    await anOrder(scene, [['rice', 1]], 33);
    await world.pool.query('delete from events where shop = $1', [scene.shop]);
    expect((await reportOf(scene.shop)).acceptSecondsAverage).toBe(33);
  });

  it('is nobody else’s', async () => {
    const [mine, other] = [await aShopScene(world), await aShopScene(world)];
    await anOrder(other, [['tofu', 1]]);
    expect(await reportOf(mine.shop)).toMatchObject({ orders: 0, dishes: [] });
    expect((await world.reports.orders(mine.shop, undefined, 0, 51)).orders).toEqual([]);
  });
});

describe('the orders of a day', () => {
  it('come by number, from after the one that is named, and no more than are asked for', async () => {
    const shop = await newShop(world);
    for (const _ of upTo(5)) await place(world, shop);
    const { day, orders } = await world.reports.orders(shop, undefined, 2, 2);
    expect(orders.map(({ number }) => number)).toEqual([3, 4]);
    expect(orders.map(({ order }) => read(order) as Order)).toEqual([
      expect.objectContaining({ number: 3, shop }),
      expect.objectContaining({ number: 4, shop }),
    ]);
    expect((await world.reports.orders(shop, day, 4, 51)).orders.map(({ number }) => number)).toEqual([5]);
    expect(await world.reports.orders(shop, '2001-01-01', 0, 51)).toEqual({ day: '2001-01-01', orders: [] });
    expect((await world.reports.orders(shop, day, 2 ** 31 - 1, 51)).orders).toEqual([]);
  });
});

// A function in SQL whose arguments are plain is planned as part of the statement, so that its plan can be looked at.
describe('with a year of orders', () => {
  let shop: string;
  const perDay = 40;

  beforeAll(async () => {
    shop = await newShop(world);
    await world.pool.query('update shops set retention_days = 3650 where id = $1', [shop]);
    const { orderId } = await place(world, shop);
    // Three hundred days of it, and as many of another shop.
    for (const owner of [shop, 'another']) {
      await world.pool.query(
        `with made as (
           insert into orders select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'shop', $3::text,
             'number', n, 'day', date '2022-01-01' + d, 'status', 'completed', 'placed_seq', d * $2 + n + 1))).*
           from orders o, generate_series(1, 300) d, generate_series(1, $2) n where o.id = $1
           returning id)
         insert into order_items (shop, order_id, line, dish, name, price_cents, quantity)
         select $3, id, line, 'rice', 'Rice', 100, 1 from made, generate_series(1, 3) line`,
        [orderId, perDay, owner],
      );
    }
    await world.pool.query('analyze');
  });

  describe.each(['force_custom_plan', 'force_generic_plan'] as const)('with %s', mode => {
    it('a report reads one range of the key, as long as the day, and the lines of those orders', async () => {
      const nodes = await nodesOf(
        world.pool,
        mode,
        'text, date',
        'select report from day_report($1, $2)',
        `'${shop}', '2022-06-01'`,
      );
      const scanned = nodes.filter(node => node['Node Type'] === 'Seq Scan').map(node => node['Relation Name']);
      // Of the few shops that there are here.
      expect(scanned.filter(name => name !== 'shops')).toEqual([]);
      const [orders, ...more] = nodes.filter(node => node['Index Name'] === 'orders_shop_day_number_key');
      expect(more).toEqual([]);
      expect(orders?.['Index Cond']).toMatch(/shop = .*day = /);
      expect([orders?.['Actual Rows'], orders?.['Actual Loops']]).toEqual([perDay, 1]);
      const lines = nodes.filter(node => node['Index Name'] === 'order_items_pkey');
      expect(lines.map(node => node['Actual Loops'])).toEqual([perDay]);
    });

    it('a page of orders reads one range of the key, as long as the page', async () => {
      const nodes = await nodesOf(
        world.pool,
        mode,
        'text, date, integer, integer',
        'select number, body from day_orders($1, $2, $3, $4)',
        `'${shop}', '2022-06-01', 10, 20`,
      );
      const [orders, ...more] = nodes.filter(node => node['Relation Name'] === 'orders');
      expect(more).toEqual([]);
      expect(orders).toMatchObject({
        'Index Name': 'orders_shop_day_number_key',
        'Actual Rows': 20,
        'Actual Loops': 1,
      });
      expect(nodes.map(node => node['Node Type'])).not.toContain('Sort');
    });
  });

  it('a report answers', async () => {
    expect(await reportOf(shop, '2022-06-01')).toMatchObject({ orders: perDay, completed: perDay });
  });
});
