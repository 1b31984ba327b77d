import { newShop } from '../support/postgres/ports.ts';
import { anOldOrder, aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

let world: RecordedRedelivery;
beforeEach(async () => {
  // However slow the machine is.
  world = await openRedelivery({ workMs: 60_000 });
});
afterEach(() => world.end());

/** As many shops as the first one, each with a screen that has missed an order. */
async function shopsThatMissed(count: number): Promise<void> {
  const shop = await newShop(world);
  await aScreen(world, shop);
  await anOldOrder(world, shop, 10);
  // Row by row, this would take longer than what is tested.
  await world.pool.query(COPIES, [shop, count]);
}

const COPIES = `
  with other as materialized (select n, 'copy-' || n as id from generate_series(1, $2) n),
  shops as (
    insert into shops select (jsonb_populate_record(s, jsonb_build_object('id', o.id))).*
    from shops s cross join other o where s.id = $1),
  streams as (
    insert into streams select (jsonb_populate_record(s, jsonb_build_object('shop', o.id))).*
    from streams s cross join other o where s.shop = $1),
  acks as (
    insert into shop_acks select (jsonb_populate_record(s, jsonb_build_object('shop', o.id, 'seq', 1))).*
    from shop_acks s cross join other o where s.shop = $1),
  events as (
    insert into events select (jsonb_populate_record(e, jsonb_build_object('shop', o.id, 'id', gen_random_uuid()))).*
    from events e cross join other o where e.shop = $1)
  insert into connections
  select (jsonb_populate_record(c, jsonb_build_object('shop', o.id, 'id', 'screen-' || o.n, 'device', gen_random_uuid()))).*
  from connections c cross join other o where c.shop = $1`;

test('11.9 a thousand shops that missed a push are served in one run', async () => {
  await shopsThatMissed(999);
  expect((await world.run()).overdue).toBe(1_000);
  expect(world.pushed.size).toBe(1_000);
  expect([...world.pushed.values()].every(frames => frames.length === 1)).toBe(true);
});

test('11.9 screens that cannot be reached are tried once in a run, and do not keep it from its end', async () => {
  await shopsThatMissed(550);
  world.outcome.now = 'unknown';
  expect((await world.run()).overdue).toBe(551);
  expect(Math.max(...[...world.pushed.values()].map(frames => frames.length))).toBe(1);
});

test('11.9 orders of more shops than one round takes expire in one run', async () => {
  const shop = await newShop(world);
  await world.pool.query(
    `select place_order(gen_random_uuid(), '\\x00', $1, '{rice}', '{1}', array[null]::text[], 'x', '1', 'x',
      null, null, null, null, null, null, 24576) from generate_series(1, 205)`,
    [shop],
  );
  await world.pool.query(
    "update orders set placed_at = placed_at - interval '1 hour', accept_by = accept_by - interval '1 hour'",
  );
  expect((await world.run()).expired).toBe(205);
});
