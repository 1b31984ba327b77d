import { createHash, randomUUID } from 'node:crypto';
import { newShop, place, read } from '../support/postgres/ports.ts';
import { letTimePass, setClock } from '../support/postgres/stepped-clock.ts';
import { anOldOrder, aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

// The clock of the database is set forward or back; the timer runs every 20 s. `setClock` moves what is stored, since
// the clock itself is that of the machine.

let world: RecordedRedelivery;
beforeEach(async () => {
  world = await openRedelivery();
});
afterEach(() => world.end());

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
/** A webhook that nobody answers: what counts is that it is called. */
const webhook = { url: 'http://127.0.0.1:9/', secret };

const steps = ['3 minutes', '3 hours', '40 days', '-3 minutes', '-3 hours', '-26 hours'];

describe.each(steps)('9.6, F54: the clock of the database is set by %s', step => {
  /** 20 s after a run of the timer the clock is set, and 20 s later it runs again. */
  async function step20() {
    await letTimePass(world.pool, '20 seconds');
    await setClock(world.pool, step);
  }

  it('an order that waits is expired neither at once nor too late', async () => {
    const shop = await newShop(world, { acceptMinutes: 5 });
    const waiting = await anOldOrder(world, shop, 60);
    await world.run();
    await step20();
    expect((await world.run()).expired).toBe(0);
    await letTimePass(world.pool, '60 seconds');
    expect((await world.run()).expired).toBe(0);
    for (let passed = 0; passed < 320; passed += 20) {
      await letTimePass(world.pool, '20 seconds');
      await world.run();
    }
    expect((await world.streams.order(waiting))?.order).toContain('"expired"');
  });

  it('an order that no device has is told to its shop in time, and not before', async () => {
    const shop = await newShop(world, { webhook });
    await anOldOrder(world, shop, 10);
    await world.run();
    await step20();
    expect((await world.run()).escalated).toBe(0);
    let told = 0;
    for (let passed = 0; passed < 100; passed += 20) {
      await letTimePass(world.pool, '20 seconds');
      told += (await world.run()).escalated;
    }
    expect(told).toBe(1);
  });

  it('a webhook that failed is called again in time', async () => {
    const shop = await newShop(world, { webhook });
    await anOldOrder(world, shop, 71);
    expect((await world.run()).told).toBe(1);
    await step20();
    await world.run();
    await letTimePass(world.pool, '20 seconds');
    await world.run();
    const { rows } = await world.pool.query('select tries from escalations');
    expect(rows[0].tries).toBeGreaterThan(1);
    expect(rows[0].tries).toBeLessThan(4);
  });

  it('screens stay online, get what they lack, and are given up when they no longer come', async () => {
    const shop = await newShop(world);
    const screen = await aScreen(world, shop);
    await place(world, shop);
    await world.run();
    await step20();
    await world.run();
    expect(world.closed).toEqual([]);
    expect(await world.subscriptions.screensOf(shop)).toEqual([screen]);
    await letTimePass(world.pool, '20 seconds');
    await world.run();
    expect(world.pushed.get(screen)?.at(-1)).toMatchObject({ type: 'events', events: [{ seq: 1 }] });
    for (let passed = 0; passed < 660; passed += 60) {
      await letTimePass(world.pool, '60 seconds');
      await world.run();
    }
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
  });

  it('a connection that says nothing is closed within half a minute', async () => {
    await world.connections.add({ id: randomUUID(), address: undefined });
    await world.run();
    await step20();
    await world.run();
    await letTimePass(world.pool, '20 seconds');
    await world.run();
    expect(world.closed).toHaveLength(1);
  });

  it('orders placed afterwards have the time of the clock, and numbers that rise and come once a day', async () => {
    const shop = await newShop(world);
    const first = read((await place(world, shop)).order);
    await step20();
    const later = [await place(world, shop), await place(world, shop)].map(({ order }) => read(order));
    for (const { placedAt } of later) expect(Math.abs(Date.parse(placedAt) - Date.now())).toBeLessThan(10_000);
    const numbers = [first, ...later].map(({ number }) => number);
    expect(numbers).toEqual([1, 2, 3]);
    const { rows } = await world.pool.query(
      'select extract(epoch from accept_by - placed_at)::integer as patience from orders where shop = $1',
      [shop],
    );
    expect(rows).toEqual(Array(3).fill({ patience: 300 }));
  });

  it('a reminder, an order of the same phone and one of the same shop are let in after a minute', async () => {
    const limited = await openRedelivery({ limits: { perAddress: 1, perPhone: 1, perShop: 1 } });
    try {
      const shop = await newShop(limited);
      const { orderId } = await place(limited, shop);
      const remind = () =>
        limited.commands.run({
          ...{ scope: orderId, id: randomUUID(), contentHash: createHash('sha256').digest(), shop, byCustomer: true },
          operation: { op: 'remind', order: orderId },
          connectionId: undefined,
        });
      expect((await remind()).result).toContain('"ok" : true');
      await limited.run();
      await setClock(limited.pool, step);
      await limited.run();
      await letTimePass(limited.pool, '61 seconds');
      expect((await remind()).result).toContain('"ok" : true');
      await place(limited, shop);
    } finally {
      await limited.end();
    }
  });

  it('nothing of the log is cut, and no command forgotten, for an hour', async () => {
    const shop = await newShop(world);
    await place(world, shop);
    await world.run();
    await step20();
    expect((await world.run()).cut).toBe(0);
    const { rows } = await world.pool.query('select count(*)::integer as events from events');
    expect(rows).toEqual([{ events: 1 }]);
  });
});
