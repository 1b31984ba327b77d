import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../db/database.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { postgresShops } from '../../db/shops.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { askedByNodes, citusUrl, wideStatements } from '../support/postgres/citus.ts';
import { aKeyOf, aShop, type DatabasePorts, newShop, openPorts, place } from '../support/postgres/ports.ts';
import { aShopScene, type ShopScene } from '../support/postgres/scene.ts';

const onCitus = citusUrl() === undefined ? describe.skip : describe;

onCitus('on Citus (skipped without CITUS_URL)', () => {
  let world: DatabasePorts;
  let scene: ShopScene;
  let order: string;
  const screen = 'screen';
  const customer = 'customer';

  beforeAll(async () => {
    world = await openPorts({ limits: { perAddress: 100, perPhone: 100, perShop: 100 } });
    scene = await aShopScene(world);
    await newShop(world);
    order = (await place(world, scene.shop)).orderId;
    for (const id of [screen, customer]) await world.connections.add({ id, address: '192.0.2.1' });
    await bind();
  });
  afterAll(() => world.end());

  async function bind() {
    const keyId = await aKeyOf(world, scene.shop);
    return world.subscriptions.bindScreen({ id: screen, shop: scene.shop, device: randomUUID(), keyId });
  }

  async function wideIn(work: () => Promise<unknown>): Promise<number> {
    const before = await wideStatements(world.pool);
    await work();
    return (await wideStatements(world.pool)) - before;
  }

  test('every table of a shop is spread by the shop, and lies beside the others', async () => {
    const { rows } = await world.pool.query(
      `select table_name::text as name, citus_table_type as type, distribution_column as column from citus_tables
      where colocation_id is distinct from (
        select colocation_id from citus_tables where table_name = 'shops'::regclass) order by 1`,
    );
    expect(rows).toEqual(
      ['connections', 'followers', 'rate_limits'].map(name => expect.objectContaining({ name, type: 'local' })),
    );
  });

  test('a list of all shops reads several shards: what is counted here can be seen', async () => {
    expect(await wideIn(() => world.shops.list(undefined))).toBeGreaterThan(0);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['placing an order', () => place(world, scene.shop)],
    ['a command about an order', () => scene.run({ op: 'remind', order })],
    ['a change of the shop', () => scene.run({ op: 'set_open', open: true })],
    ['what a screen resumes from', () => world.streams.page(scene.shop, 0, 100)],
    ['the open orders', () => world.streams.openOrders(scene.shop)],
    ['an order', () => world.streams.order(order, scene.shop)],
    ['a shop', () => world.shops.byId(scene.shop)],
    ['a shop for its screens', () => world.shops.forScreens(scene.shop)],
    ['the report of a day', () => world.reports.day(scene.shop, undefined)],
    ['the orders of a day', () => world.reports.orders(scene.shop, undefined, 0, 100)],
    ['hello of a screen', bind],
    ['hello of a visitor', () => world.subscriptions.visitShop({ id: customer, shop: scene.shop })],
    [
      'hello of a customer',
      () => world.subscriptions.followOrder({ id: customer, shop: scene.shop, order, isReadOnly: false }),
    ],
    ['touch', () => world.subscriptions.touch(screen, { epoch: undefined, after: 1, lastId: undefined })],
    ['what a customer follows', () => world.subscriptions.followedBy(customer)],
    ['what a customer has to be told', () => world.subscriptions.ordersToTell(customer)],
    ['the screens of a shop', () => world.subscriptions.screensOf(scene.shop)],
  ])('runs on one shard at a time: %s', async (_, work) => {
    expect(await wideIn(work)).toBe(0);
  });

  test('shops of several nodes are listed, again and again', async () => {
    for (let count = 0; count < 6; count++) await newShop(world);
    const { shops } = await world.shops.list(undefined);
    for (let count = 0; count < 10; count++) {
      // Sessions of nodes that have only begun count what they hand over alike.
      const database = openDatabase({ url: world.url, poolSize: 1 });
      const seen = await postgresShops(database).list(undefined);
      await database.end();
      expect(seen.shops).toEqual(shops);
    }
  });

  test('no node asks another for rows while a shop is stored', async () => {
    const shop = aShop();
    await world.installation.upsertShop(shop, hashOf('key'));
    const asked: number[] = [];
    for (let count = 0; count < 5; count++) {
      const before = await askedByNodes(world.pool);
      await world.installation.upsertShop({ ...shop, name: `${count}` }, hashOf('key'));
      asked.push((await askedByNodes(world.pool)) - before);
    }
    // Now and then a node asks for what it keeps watch over.
    expect(Math.min(...asked)).toBe(0);
  });

  test('the timer asks about all shops, and serves one after the other', async () => {
    await world.pool.query("update orders set accept_by = '2001-01-01' where shop = $1", [scene.shop]);
    const redelivery = postgresRedelivery(world.database);
    const expired = await redelivery.expireOrders(100);
    expect(expired.map(({ shop }) => shop)).toContain(scene.shop);
  });
});
