import { randomUUID } from 'node:crypto';
import { postgresRedelivery } from '../../db/redelivery.ts';
import type { Change } from '../../functions/domain/frames.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { earlier } from '../support/postgres/earlier.ts';
import {
  aRequest,
  contentsOf,
  type DatabasePorts,
  newShop,
  openPorts,
  placing,
  read,
} from '../support/postgres/ports.ts';
import { aShopScene } from '../support/postgres/scene.ts';

let world: DatabasePorts;
beforeEach(async () => {
  world = await openPorts();
});
afterEach(() => world.end());

const customer = { name: '韩梅梅', phone: '+86 138 1234 5678', address: '解放路 88 号' };
const note = '不要香菜';

/** An order with a note on each part, accepted, reminded of and completed, and the request that made it. */
async function aFinishedOrder(shop?: string) {
  const scene = await aShopScene(world, shop === undefined ? {} : { id: shop });
  const request = aRequest(scene.shop, { customer, note, items: [{ dish: 'rice', quantity: 2, note }] });
  const asked = placing(request);
  const { orderId } = await world.orders.place(asked);
  const remind: Change = { op: 'remind', order: orderId };
  await world.commands.run({
    ...{ scope: orderId, id: randomUUID(), contentHash: hashOf('remind'), shop: scene.shop, byCustomer: true },
    operation: remind,
  });
  await scene.ask({ op: 'accept', order: orderId, version: 1 });
  await scene.ask({ op: 'complete', order: orderId, version: 2 });
  return { scene, shop: scene.shop, asked, orderId };
}

/** Where in the database something of the customer stands. */
async function placesOfCustomer(): Promise<string[]> {
  const all = await contentsOf(world.pool);
  return Object.keys(all).filter(table => all[table]?.some(row => /韩梅梅|1234 5678|解放路|香菜/.test(row)));
}

const PASSED = 'make_interval(days => $1::integer)';

async function passDays(days: number): Promise<void> {
  const moments = ['placed_at', 'updated_at', 'reminded_at'].map(each => earlier(each, PASSED)).join(', ');
  await world.pool.query(`update orders set day = day - $1::integer, ${moments}`, [days]);
  await world.pool.query('update shops set erased_to = erased_to - $1::integer', [days]);
  await world.pool.query(`update commands set ${earlier('at', PASSED)}`, [days]);
  await world.pool.query("update chores set done_at = '-infinity' where name = 'clean up'");
}

const cleanUp = () => postgresRedelivery(world.database).cutLogs();

test('what an order says of its customer is erased everywhere after as many days as the shop says, and no sooner', async () => {
  const { shop, asked, orderId } = await aFinishedOrder();
  await world.pool.query('update shops set retention_days = 9');
  expect(await placesOfCustomer()).toEqual(['commands', 'events', 'order_items', 'orders']);
  await passDays(9);
  await cleanUp();
  expect(await placesOfCustomer()).toEqual(['commands', 'events', 'order_items', 'orders']);
  await passDays(1);
  await cleanUp();
  expect(await placesOfCustomer()).toEqual([]);
  expect((await world.pool.query('select from regulars')).rows).toEqual([expect.anything()]);
  const left = {
    id: orderId,
    erased: true,
    status: 'placed',
    customer: { name: '', phone: '', address: '' },
    note: null,
  };
  const again = await world.orders.place(asked);
  expect(again.event).toBeUndefined();
  expect(read(again.order)).toMatchObject({
    ...left,
    totalCents: 400,
    items: [{ dish: 'rice', quantity: 2, note: null }],
  });
  const events = await world.streams.page(shop, 0, 9);
  expect(events.map(({ order }) => read(order).status)).toEqual(['placed', 'placed', 'accepted', 'completed']);
  for (const { order } of events) expect(read(order)).toMatchObject({ ...left, status: expect.any(String) });
});

test('a shop that says nothing keeps them for 90 days, and its reports stay right', async () => {
  const { shop } = await aFinishedOrder();
  await passDays(91);
  const { rows } = await world.pool.query<{ day: string }>('select day::text from orders');
  const day = rows[0]?.day;
  const before = await world.reports.day(shop, day);
  expect(JSON.parse(before)).toMatchObject({ orders: 1, takingsCents: 400 });
  await cleanUp();
  expect(await placesOfCustomer()).not.toContain('orders');
  expect(await world.reports.day(shop, day)).toBe(before);
});

test('orders are listed no further back than they are kept', async () => {
  const { shop } = await aFinishedOrder();
  const listed = async () => {
    const { rows } = await world.pool.query<{ day: string }>('select day::text from orders');
    return (await world.reports.orders(shop, rows[0]?.day, 0, 9)).orders.length;
  };
  await passDays(90);
  expect(await listed()).toBe(1);
  await passDays(1);
  expect(await listed()).toBe(0);
});

test('one customer is erased, however the number is written, at every shop; what is not finished stays', async () => {
  const { shop } = await aFinishedOrder();
  await aFinishedOrder(`shop-${randomUUID()}`);
  const other = await newShop(world);
  const kept = read((await world.orders.place(placing(aRequest(other)))).order);
  const open = await world.orders.place(
    placing(aRequest(shop, { customer: { ...customer, name: 'x', address: 'x' } })),
  );
  expect(await world.installation.eraseCustomer('0086 13812345678#9')).toEqual({ orders: 2, open: 1 });
  expect(await world.installation.eraseCustomer('13812345678')).toEqual({ orders: 0, open: 1 });
  expect(read((await world.streams.order(open.orderId))?.order ?? '').customer.phone).toBe(customer.phone);
  expect(read((await world.streams.order(kept.id))?.order ?? '')).toEqual(kept);
  await world.pool.query('delete from events where order_id = $1', [open.orderId]);
  await world.pool.query('delete from order_items where order_id = $1', [open.orderId]);
  await world.pool.query('delete from orders where id = $1', [open.orderId]);
  expect(await placesOfCustomer()).toEqual([]);
  expect((await world.pool.query('select from regulars')).rows).toEqual([]);
});

test('no hash of a customer stays that phone numbers could be tried against, and a repeated key is answered as before', async () => {
  const one = await aFinishedOrder();
  const other = await aFinishedOrder(`shop-${randomUUID()}`);
  const counted = async () =>
    (await world.pool.query("select from rate_limits where subject like 'phone:%'")).rows.length;
  const hashes = async () => (await world.pool.query('select from order_keys where length(body_hash) > 0')).rows.length;
  const phone = '13812345678';
  await world.pool.query('select count_caller(null, null, $1, 10)', [phone]);
  expect([await counted(), await hashes()]).toEqual([1, 2]);
  await expect(world.orders.place({ ...one.asked, bodyHash: hashOf('another') })).rejects.toMatchObject({
    code: 'idempotency_key_reused',
  });
  await world.installation.eraseCustomer(phone);
  expect([await counted(), await hashes()]).toEqual([0, 0]);
  for (const { asked, orderId } of [one, other])
    for (const bodyHash of [asked.bodyHash, hashOf('another')]) {
      const again = await world.orders.place({ ...asked, bodyHash });
      expect([again.orderId, again.event, read(again.order)]).toMatchObject([orderId, undefined, { erased: true }]);
    }
});

test('no hash stays of orders that are erased because they are old', async () => {
  await aFinishedOrder();
  await world.pool.query('update shops set retention_days = 9');
  await passDays(10);
  await cleanUp();
  expect((await world.pool.query('select length(body_hash) from order_keys')).rows).toEqual([{ length: 0 }]);
});
