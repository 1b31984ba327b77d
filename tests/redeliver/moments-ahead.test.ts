import { randomUUID } from 'node:crypto';
import { aRequest, newShop, place, placing, read } from '../support/postgres/ports.ts';
import { anOldOrder, aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

// Each moment that the database keeps, alone, two days ahead of its clock: nobody waits until then.

let world: RecordedRedelivery;
let shop: string;
beforeEach(async () => {
  world = await openRedelivery({ limits: { perAddress: 30, perPhone: 10, perShop: 600 } });
  shop = await newShop(world, {
    acceptMinutes: 5,
    webhook: { url: 'http://127.0.0.1:9/', secret: `whsec_${'A'.repeat(44)}` },
  });
});
afterEach(() => world.end());

const AHEAD = "now() + interval '2 days'";

describe('9.6, F54: what was written by a clock that was two days ahead', () => {
  it('streams.last_at: an order has the time and the day of the clock', async () => {
    await ask(`update streams set last_at = ${AHEAD}, order_day = (${AHEAD})::date, order_number = 7`);
    const { placedAt, number } = read((await place(world, shop)).order);
    expect(Math.abs(Date.parse(placedAt) - Date.now())).toBeLessThan(10_000);
    expect(number).toBe(1);
    expect(await ask("select accept_by < now() + interval '301 seconds' as soon from orders")).toEqual([
      { soon: true },
    ]);
  });

  it('streams.last_at, by three seconds: times stay in order', async () => {
    const first = read((await place(world, shop)).order);
    await ask("update streams set last_at = last_at + interval '3 seconds'");
    const second = read((await place(world, shop)).order);
    expect(Date.parse(second.placedAt) - Date.parse(first.placedAt)).toBe(3_000);
  });

  it('streams.rate_from: the shop takes orders', async () => {
    await ask(`update streams set rate_from = ${AHEAD}, rate_count = 600`);
    await place(world, shop);
  });

  it('rate_limits.started_at: the phone and the address order again, and the count is forgotten in time', async () => {
    const order = () => world.orders.place({ ...placing(aRequest(shop)), address: 'an address' });
    await order();
    await ask(`update rate_limits set started_at = ${AHEAD}, count = 1000`);
    await order();
    await ask(`update rate_limits set started_at = ${AHEAD}`);
    await world.run();
    expect(await ask('select from rate_limits')).toEqual([]);
  });

  it('orders.reminded_at: a customer may remind', async () => {
    const { orderId } = await place(world, shop);
    await ask(`update orders set reminded_at = ${AHEAD}`);
    const { result } = await world.commands.run({
      ...{ scope: orderId, id: randomUUID(), contentHash: Buffer.alloc(32), shop, byCustomer: true },
      operation: { op: 'remind', order: orderId },
      connectionId: undefined,
    });
    expect(JSON.parse(result)).toMatchObject({ ok: true });
  });

  it.each([
    ['placed_at and accept_by', `placed_at = ${AHEAD}, accept_by = ${AHEAD} + interval '5 minutes'`],
    ['accept_by', `accept_by = ${AHEAD}`],
    ['waits_from and accept_by', `waits_from = ${AHEAD}, accept_by = ${AHEAD}`],
  ])('orders.%s: the order expires its patience after the next run', async (_, change) => {
    await place(world, shop);
    await ask(`update orders set ${change}`);
    await world.run();
    expect(
      await ask("select accept_by - now() <= interval '5 minutes' as soon, accept_by > now() as late from orders"),
    ).toEqual([{ soon: true, late: true }]);
  });

  it('orders.placed_at: the shop is told 70 s after the next run, and nothing is accepted by itself after 60 s', async () => {
    await place(world, shop);
    await ask(`update orders set placed_at = ${AHEAD}, accept_by = ${AHEAD} + interval '5 minutes'`);
    await world.run();
    await ask("update orders set waits_from = waits_from - interval '71 seconds'");
    await ask('update shops set auto_accept = true');
    expect(await ask("select from auto_accept($1, 0, 10, interval '60 seconds')", [shop])).toEqual([]);
    expect((await world.run()).escalated).toBe(1);
  });

  it('orders.updated_at: what happens next has the time of the clock, and so has the promised time', async () => {
    const { order } = await place(world, shop);
    const { id, version } = read(order);
    await ask(`update orders set updated_at = ${AHEAD}`);
    await world.commands.run({
      ...{ scope: shop, id: randomUUID(), contentHash: Buffer.alloc(32), shop, byCustomer: false },
      operation: { op: 'accept', order: id, version, prepMinutes: 10 },
      connectionId: undefined,
    });
    const now = read((await world.streams.order(id))?.order ?? '');
    expect(Date.parse(now.updatedAt) - Date.now()).toBeLessThan(10_000);
    expect(Date.parse(now.readyAt ?? '') - Date.now()).toBeLessThan(610_000);
  });

  it('events.at: what a screen lacks is pushed by the next run', async () => {
    await aScreen(world, shop);
    await place(world, shop);
    await ask(`update events set at = ${AHEAD}`);
    expect((await world.run()).overdue).toBe(1);
  });

  it('connections.push_after: what a screen lacks is pushed by the next run', async () => {
    await aScreen(world, shop);
    await anOldOrder(world, shop, 4);
    await ask(`update connections set push_after = ${AHEAD}, push_tries = 3`);
    expect((await world.run()).overdue).toBe(1);
  });

  it('connections.bound_at: a snapshot that was not acknowledged is sent by the next run', async () => {
    const screen = await aScreen(world, shop);
    const { epoch } = await world.streams.openOrders(shop);
    await world.subscriptions.startSnapshot(screen, epoch);
    await ask(`update connections set bound_at = ${AHEAD}`);
    expect((await world.run()).overdue).toBe(1);
  });

  it('connections.expires_at: a lease is at most a whole one from the next run on', async () => {
    await aScreen(world, shop);
    await ask(`update connections set expires_at = ${AHEAD}`);
    await world.run();
    expect(await ask("select expires_at <= now() + interval '600 seconds' as ends from connections")).toEqual([
      { ends: true },
    ]);
  });

  it('connections.opened_at: who says nothing is closed ten seconds after the next run', async () => {
    await world.connections.add({ id: randomUUID(), address: undefined });
    await ask(`update connections set opened_at = ${AHEAD}, expires_at = ${AHEAD}`);
    await world.run();
    await ask("update connections set opened_at = opened_at - interval '11 seconds'");
    expect((await world.run()).closed).toBe(1);
  });

  it('connections.opened_at: a connection that the gateway says is gone is forgotten', async () => {
    const screen = await aScreen(world, shop);
    await ask(`update connections set opened_at = ${AHEAD}`);
    await world.connections.prune(screen);
    expect(await world.subscriptions.screensOf(shop)).toEqual([]);
  });

  it('escalations.next_at: the shop is called by the next run', async () => {
    await anOldOrder(world, shop, 71);
    await world.run();
    await ask(`update escalations set next_at = ${AHEAD}, tries = 3`);
    expect((await world.run()).told).toBe(1);
  });

  it('chores.done_at, commands.at, connections.closed_at: old things are forgotten in time', async () => {
    const screen = await aScreen(world, shop);
    await world.connections.remove(screen);
    await ask(
      `insert into commands (shop, scope, id, content_hash) values ('${shop}', 'scope', gen_random_uuid(), '')`,
    );
    await world.run();
    await ask(`update commands set at = ${AHEAD}`);
    await ask(`update connections set closed_at = ${AHEAD}`);
    await ask(`update chores set done_at = ${AHEAD} where name = 'clean up'`);
    await world.run();
    expect(
      await ask(
        'select (select max(at) from commands) <= now() as commands, (select max(closed_at) from connections) <= now() as closed',
      ),
    ).toEqual([{ commands: true, closed: true }]);
  });
});

async function ask(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await world.pool.query(text, values)).rows;
}
