import type pg from 'pg';
import type { Database } from '../../db/database.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresStreams } from '../../db/streams.ts';
import {
  aRequest,
  type DatabasePorts,
  newShop,
  openPorts,
  place,
  placing,
  read,
  untilSomebodyWaits,
} from '../support/postgres/ports.ts';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

test('F7: an order is placed by one statement that commits by itself, so a container that is frozen holds no lock', async () => {
  const statements: string[] = [];
  const watched: Database = {
    ...world.database,
    query(text, values) {
      statements.push(text);
      return world.database.query(text, values);
    },
    queryWithNext(first, next) {
      statements.push(first.text);
      return world.database.queryWithNext(first, next);
    },
    get pool(): never {
      throw new Error('a transaction needs a connection of its own');
    },
  };
  const shop = await newShop(world);
  await postgresOrders(watched, undefined).place(placing(aRequest(shop)));
  expect(statements).toHaveLength(1);
  expect(statements[0]).not.toContain(';');
});

test('F10: whoever waited for an order under the same key is answered with it, not with nothing', async () => {
  const shop = await newShop(world);
  const twice = placing(aRequest(shop));
  const winner = await world.pool.connect();
  try {
    await winner.query('begin');
    // As far as an order has got that has claimed its key and is not committed.
    const inside = postgresOrders(onClient(winner), undefined);
    const { orderId } = await inside.place(twice);
    const loser = world.orders.place(twice);
    await untilSomebodyWaits(world.pool);
    await winner.query('commit');
    expect(await loser).toMatchObject({ orderId, event: undefined });
  } finally {
    winner.release();
  }
});

/** A database that asks everything on one connection, inside its transaction. */
function onClient(client: pg.PoolClient): Database {
  return {
    ...world.database,
    query: async (text, values) => (await client.query(text, values)).rows,
    queryWithNext: async ({ text, values }) => ({ rows: (await client.query(text, values)).rows, next: [] }),
  };
}

test('the log is read by its numbers, though the clock stands still or runs backwards', async () => {
  const shop = await newShop(world);
  const ids: string[] = [];
  for (let seq = 1; seq <= 6; seq++) ids.push(read((await place(world, shop)).order).id);
  await world.pool.query(
    'update events set at = now() - make_interval(secs => (seq / 2)::double precision) where shop = $1',
    [shop],
  );
  const streams = postgresStreams(world.database);
  for (const after of [0, 1, 2, 3, 4, 5]) {
    expect((await streams.page(shop, after, 10)).map(event => event.orderId)).toEqual(ids.slice(after));
  }
});

test('a screen at the head of a log that is older than its keeping is where it says, not lost', async () => {
  const shop = await newShop(world);
  for (let seq = 1; seq <= 3; seq++) await place(world, shop);
  await world.subscriptions.bindScreen({ id: shop, shop, device: crypto.randomUUID(), keyId: `${shop}.1` });
  await world.pool.query("update events set at = now() - interval '40 days' where shop = $1", [shop]);
  await world.pool.query("select cut_log($1, interval '30 days')", [shop]);
  const { epoch, head, lastId } = await world.streams.openOrders(shop);
  expect(await world.subscriptions.touch(shop, { epoch, after: head, lastId })).toMatchObject({ cursor: 'kept' });
  expect(await world.subscriptions.touch(shop, { epoch, after: head - 1, lastId: undefined })).toMatchObject({
    cursor: 'lost',
  });
});
