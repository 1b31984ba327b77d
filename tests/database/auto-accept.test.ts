import { randomUUID } from 'node:crypto';
import { postgresCommands } from '../../db/commands.ts';
import { openDatabase } from '../../db/database.ts';
import type { Touched } from '../../functions/domain/ports.ts';
import { earlier } from '../support/postgres/earlier.ts';
import {
  type DatabasePorts,
  newShop,
  openPorts,
  place,
  read,
  untilSomebodyWaits,
  upTo,
} from '../support/postgres/ports.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

const statusOf = async (order: string) => read((await world.streams.order(order))?.order ?? '').status;

const age = (order: string, interval: string) =>
  world.pool.query(`update orders set ${earlier('placed_at', '$2::interval')} where id = $1`, [order, interval]);

describe('auto-accept', () => {
  it('accepts what an ack covers, in order, promised in the shop’s usual minutes, and logs it', async () => {
    const shop = await newShop(world, { autoAccept: true, prepMinutes: 30 });
    const orders = [];
    for (const _ of upTo(4)) orders.push((await place(world, shop)).orderId);
    const events = await world.commands.autoAccept(shop, 1, 3);
    expect(events.map(({ orderId, type, seq }) => [orderId, type, seq])).toEqual([
      [orders[1], 'order.accepted', 5],
      [orders[2], 'order.accepted', 6],
    ]);
    expect(events).toEqual(await world.streams.page(shop, 4, 50));
    for (const { order } of events) {
      const { status, version, readyAt, updatedAt } = read(order);
      expect([status, version]).toEqual(['accepted', 2]);
      expect(Date.parse(readyAt ?? '') - Date.parse(updatedAt)).toBe(30 * 60_000);
    }
    expect(await Promise.all(orders.map(statusOf))).toEqual(['placed', 'accepted', 'accepted', 'placed']);
  });

  it('happens once, though 20 calls ask at the same moment', async () => {
    const shop = await newShop(world, { autoAccept: true });
    for (const _ of upTo(5)) await place(world, shop);
    const answers = await Promise.all(upTo(20).map(() => world.commands.autoAccept(shop, 0, 5)));
    expect(answers.flat()).toHaveLength(5);
    expect(await world.streams.page(shop, 5, 50)).toHaveLength(5);
  });

  it('does nothing where the shop has not switched it on', async () => {
    const shop = await newShop(world);
    const { orderId } = await place(world, shop);
    expect(await world.commands.autoAccept(shop, 0, 1)).toEqual([]);
    expect(await statusOf(orderId)).toBe('placed');
  });

  it('comes within 60 seconds of the order, and never later', async () => {
    const shop = await newShop(world, { autoAccept: true });
    const [inTime, late] = [(await place(world, shop)).orderId, (await place(world, shop)).orderId];
    await age(inTime, '58 seconds');
    await age(late, '60 seconds');
    const events = await world.commands.autoAccept(shop, 0, 2);
    expect(events.map(({ orderId }) => orderId)).toEqual([inTime]);
    expect(await statusOf(late)).toBe('placed');
  });

  it('leaves an order alone that has moved on, even while it waits for it', async () => {
    const shop = await newShop(world, { autoAccept: true });
    const { orderId: order } = await place(world, shop);
    const client = await world.pool.connect();
    try {
      await client.query('begin');
      await client.query("update orders set status = 'cancelled', version = 2 where id = $1", [order]);
      const waiting = world.commands.autoAccept(shop, 0, 1);
      await untilSomebodyWaits(world.pool);
      await client.query('commit');
      expect(await waiting).toEqual([]);
      expect(await statusOf(order)).toBe('cancelled');
    } finally {
      client.release();
    }
  });

  it('is only for the device that is first', async () => {
    const shop = await newShop(world, { autoAccept: true });
    const [one, two] = [await screenOf(shop), await screenOf(shop)];
    await place(world, shop);
    const cursor = { epoch: undefined, after: 1, lastId: undefined };
    const both = await Promise.all([one, two].map(id => world.subscriptions.touch(id, cursor)));
    const from = both.map((touched: Touched) => (touched.state === 'shop' ? touched.ackedFrom : 'no shop'));
    expect(from.sort()).toEqual([0, undefined]);
  });

  it('knows the moment, whatever style and zone of time the database is set to', async () => {
    // In these settings a time is written with the zone's name, CST, which PostgreSQL reads as that of Chicago.
    const shop = await newShop(world, { autoAccept: true });
    const database = new URL(world.url).pathname.slice(1);
    await world.pool.query(`alter database ${database} set datestyle = 'SQL, DMY'`);
    await world.pool.query(`alter database ${database} set timezone = 'Asia/Shanghai'`);
    const odd = openDatabase({ url: world.url, poolSize: 1 });
    try {
      await place(world, shop);
      const [event] = await postgresCommands(odd).autoAccept(shop, 0, 1);
      const { placedAt, updatedAt } = read(event?.order ?? '');
      expect(Date.parse(updatedAt) - Date.parse(placedAt)).toBeLessThan(10_000);
      expect(event?.at).toBe(updatedAt);
    } finally {
      await odd.end();
      await world.pool.query(`alter database ${database} reset all`);
    }
  });

  async function screenOf(shop: string): Promise<string> {
    const id = randomUUID();
    await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId: `${shop}.1` });
    return id;
  }
});
