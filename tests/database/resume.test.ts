import { OPEN_ORDERS, PAGE } from '../../db/streams.ts';
import { FOLLOWERS, SCREENS } from '../../db/subscriptions.ts';
import { type DatabasePorts, inParallel, newShop, openPorts, place, read, upTo } from '../support/postgres/ports.ts';
import { nodesOf, type Plan } from './plan.ts';

const eventsPerShop = 20_000;
let world: DatabasePorts;
let shop: string;
let order: string;

beforeAll(async () => {
  world = await openPorts();
  const shops: string[] = [];
  await inParallel(16, upTo(200), async () => shops.push(await newShop(world, { dishes: [] })));
  shop = await newShop(world);
  const { orderId } = await place(world, shop);
  order = orderId;
  // The log of a busy shop, the same of another, and 20,000 connections of all of them.
  await world.pool.query(
    `insert into events (shop, seq, type, at, order_id, body)
     select shop, seq, 'order.placed', now(), gen_random_uuid(), '{}'
     from unnest($1::text[]) shop, generate_series(2, $2) seq`,
    [[shop, shops[0]], eventsPerShop],
  );
  await world.pool.query('update streams set head = $2 where shop = any ($1)', [[shop, shops[0]], eventsPerShop]);
  await world.pool.query(
    `insert into connections (id, state, role, shop, key_version, expires_at)
     select gen_random_uuid(), 'bound', 'shop', shop, 1, now() + interval '1 hour'
     from unnest($1::text[]) shop, generate_series(1, 100)`,
    [[...shops, shop]],
  );
  await world.pool.query(
    'insert into followers (connection, shop, order_id) select id, shop, gen_random_uuid() from connections',
  );
  await world.pool.query(
    `insert into orders select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'number', n, 'status', 'completed', 'placed_seq', n))).*
     from orders o, generate_series(2, 20000) n where o.id = $1`,
    [orderId],
  );
  await world.pool.query('analyze');
});

afterAll(() => world.end());

const kinds = (nodes: Plan[]) => nodes.map(node => node['Node Type']);

describe.each(['force_custom_plan', 'force_generic_plan'] as const)('with %s', mode => {
  it.each([
    0,
    100,
    eventsPerShop / 2,
    eventsPerShop - 10,
  ])('a page after %i of 20,000 events is one range of the primary key, as long as the page', async after => {
    const nodes = await nodesOf(world.pool, mode, 'text, bigint, integer', PAGE, `'${shop}', ${after}, 51`);
    expect(kinds(nodes).filter(kind => /Sort|Seq Scan|Bitmap/.test(kind))).toEqual([]);
    const [events, ...more] = nodes.filter(node => node['Relation Name'] === 'events');
    expect(more).toEqual([]);
    expect(events).toMatchObject({ 'Index Name': 'events_pkey', 'Actual Loops': 1 });
    expect(events?.['Index Cond']).toMatch(/shop = .*seq > /);
    expect(events?.['Actual Rows']).toBe(Math.min(51, eventsPerShop - after));
  });

  it('the screens of a shop are read by their index, out of 20,000 connections', async () => {
    const nodes = await nodesOf(world.pool, mode, 'text', SCREENS, `'${shop}'`);
    const [connections, ...more] = nodes.filter(node => node['Index Name'] === 'connections_shop');
    expect(more).toEqual([]);
    expect(connections?.['Actual Rows']).toBe(100);
    expect(kinds(nodes)).not.toContain('Seq Scan');
  });

  it('the followers of an order are read by their index', async () => {
    const nodes = await nodesOf(world.pool, mode, 'text, uuid', FOLLOWERS, `'${shop}', '${order}'`);
    expect(nodes.map(node => node['Index Name'])).toContain('followers_order');
    expect(kinds(nodes)).not.toContain('Seq Scan');
  });

  it('the open orders are read by their index, out of 20,000 orders', async () => {
    const nodes = await nodesOf(world.pool, mode, 'text', OPEN_ORDERS, `'${shop}'`);
    const orders = nodes.filter(node => node['Index Name'] === 'orders_open');
    expect(orders.map(node => node['Actual Rows'])).toEqual([1]);
    expect(kinds(nodes).filter(kind => /Seq Scan/.test(kind))).toEqual([]);
  });
});

describe('a resume', () => {
  it('reads the whole log in pages, each event once', async () => {
    const seqs: number[] = [];
    for (;;) {
      const page = await world.streams.page(shop, seqs.length, 51);
      if (page.length === 0) break;
      seqs.push(...page.map(({ seq }) => seq));
    }
    expect(seqs).toEqual(upTo(eventsPerShop));
  });

  it('finds the one open order among those that are done', async () => {
    const { head, orders } = await world.streams.openOrders(shop);
    expect([head, orders.map(text => read(text).id)]).toEqual([eventsPerShop, [order]]);
  });
});
