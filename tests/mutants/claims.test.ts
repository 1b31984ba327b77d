import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../db/database.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { type DatabasePorts, newShop, openPorts, place, read } from '../support/postgres/ports.ts';

let world: DatabasePorts;
beforeEach(async () => {
  world = await openPorts();
});
afterEach(() => world.end());

async function aScreen(shop: string, after: number): Promise<string> {
  const id = randomUUID();
  await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId: `${shop}.1` });
  const { epoch } = await world.streams.openOrders(shop);
  await world.subscriptions.touch(id, { epoch, after, lastId: undefined });
  return id;
}

/** Runs `work` while another run, which stands still, holds a row of that table. */
async function whileHeld<Answer>(statement: string, work: () => Promise<Answer>): Promise<Answer> {
  const other = await world.pool.connect();
  try {
    await other.query('begin');
    await other.query(statement);
    return await work();
  } finally {
    await other.query('rollback');
    other.release();
  }
}

describe('F44: what another run of re-delivery holds is left to it, and nobody waits', () => {
  test('a screen', async () => {
    const shop = await newShop(world);
    const [held, free] = [await aScreen(shop, 0), await aScreen(shop, 0)];
    await place(world, shop);
    await world.pool.query("update events set at = at - interval '10 seconds'");
    const claimed = await whileHeld(`select from connections where id = '${held}' for update`, () =>
      postgresRedelivery(world.database).claimOverdue(10),
    );
    expect(claimed.map(({ connectionId }) => connectionId)).toEqual([free]);
  });

  test('an order whose time is over', async () => {
    const shop = await newShop(world);
    const held = read((await place(world, shop)).order).id;
    await world.pool.query("update orders set accept_by = now() - interval '1 second'");
    const expired = await whileHeld(`select from orders where id = '${held}' for update`, () =>
      postgresRedelivery(world.database).expireOrders(1),
    );
    expect(expired).toEqual([]);
  });
});

test('a shop is told of an order by the run that has claimed it, and by no other', async () => {
  const webhook = { url: 'https://shop.example/hook', secret: `whsec_${Buffer.alloc(24).toString('base64')}` };
  const shop = await newShop(world, { webhook });
  await place(world, shop);
  await world.pool.query("update orders set placed_at = now() - interval '2 minutes'");
  const redelivery = postgresRedelivery(world.database);
  await redelivery.escalate(500);
  expect(await redelivery.claimEscalations(10)).toHaveLength(1);
  expect(await redelivery.claimEscalations(10)).toEqual([]);
});

test('the result of a command acknowledges its event where everything before was acknowledged, and nowhere else', async () => {
  const shop = await newShop(world);
  const orders = [read((await place(world, shop)).order), read((await place(world, shop)).order)];
  const [behind, level] = [await aScreen(shop, 1), await aScreen(shop, 2)];
  const accept = (order: string, connectionId: string) =>
    world.commands.run({
      scope: shop,
      id: randomUUID(),
      contentHash: hashOf(order),
      shop,
      byCustomer: false,
      operation: { op: 'accept', order, version: 1 },
      connectionId,
    });
  await accept(orders[0]?.id ?? '', level);
  await accept(orders[1]?.id ?? '', behind);
  const { rows } = await world.pool.query<{ id: string; seq: string }>('select id, acked_seq as seq from connections');
  expect(new Map(rows.map(({ id, seq }) => [id, Number(seq)]))).toEqual(
    new Map([
      [behind, 1],
      [level, 3],
    ]),
  );
});

test('F23: a database that may forget what it has committed is not used', async () => {
  const url = new URL(world.url);
  url.searchParams.set('options', '-c synchronous_commit=off');
  const database = openDatabase({ url: url.href, poolSize: 1 });
  await expect(database.query('select 1')).rejects.toThrow('could be lost');
  await database.end();
});
