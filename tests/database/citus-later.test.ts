import { randomUUID } from 'node:crypto';
import { postgresCommands } from '../../db/commands.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { postgresReports } from '../../db/reports.ts';
import { postgresShops } from '../../db/shops.ts';
import { postgresStreams } from '../../db/streams.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { bringCitus, citusUrl, onAllNodes } from '../support/postgres/citus.ts';
import { dropRole } from '../support/postgres/database.ts';
import { aKeyOf, aRequest, contentsOf, type DatabasePorts, openPorts, placing } from '../support/postgres/ports.ts';
import { aShopScene, codeOf, type ShopScene } from '../support/postgres/scene.ts';

const server = citusUrl();
const onCitus = server === undefined ? describe.skip : describe;

onCitus('Citus comes into a database that is in use (skipped without CITUS_URL)', () => {
  let world: DatabasePorts;
  let runtime: Database;
  let pasts: Past[];
  let before: Record<string, string[]>;
  let seen: unknown[];
  const role = `run_${randomUUID().replaceAll('-', '')}`;

  /** A shop with an order that is done, and one that waits, which a customer follows and a screen has. */
  interface Past {
    scene: ShopScene;
    asked: ReturnType<typeof placing>;
    done: string;
    open: string;
    screen: string;
    customer: string;
  }

  beforeAll(async () => {
    world = await openPorts({ isCitusLate: true });
    const url = new URL(world.url);
    [url.username, url.password] = [role, 'password'];
    const installation = postgresInstallation(world.database, url.href);
    await installation.migrate();
    pasts = [];
    for (let count = 0; count < 6; count++) pasts.push(await aPast());
    [before, seen] = [await contentsOf(world.pool), await seenBy(world.database)];
    await bringCitus(server ?? '', url.pathname.slice(1));
    await installation.migrate();
    runtime = openDatabase({ url: url.href, poolSize: 4 });
  });

  afterAll(async () => {
    await runtime.end();
    await world.end();
    await dropRole(role);
  });

  async function aPast(): Promise<Past> {
    const scene = await aShopScene(world);
    const { shop } = scene;
    const asked = placing(aRequest(shop, { note: '不要香菜' }), { address: '192.0.2.1' });
    const { orderId: done } = await world.orders.place(asked);
    const { orderId: open } = await world.orders.place(placing(aRequest(shop)));
    const [screen, customer] = [randomUUID(), randomUUID()];
    for (const id of [screen, customer]) await world.connections.add({ id, address: '192.0.2.1' });
    const keyId = await aKeyOf(world, shop);
    await world.subscriptions.bindScreen({ id: screen, shop, device: randomUUID(), keyId });
    await world.subscriptions.followOrder({ id: customer, shop, order: open, isReadOnly: false });
    expect(await scene.ask({ op: 'accept', order: done, version: 1 })).toBe('ok');
    expect(await scene.ask({ op: 'complete', order: done, version: 2 })).toBe('ok');
    expect(codeOf(await scene.run({ op: 'claim_print', order: open }, undefined, screen))).toBe('ok');
    return { scene, asked, done, open, screen, customer };
  }

  /** What shops, screens and customers see. */
  async function seenBy(database: Database): Promise<unknown[]> {
    const [shops, streams, reports] = [postgresShops(database), postgresStreams(database), postgresReports(database)];
    const all = pasts.map(async ({ scene: { shop }, done, customer }) => [
      await shops.byId(shop),
      await shops.forScreens(shop),
      await shops.keys(shop),
      await streams.page(shop, 0, 100),
      await streams.openOrders(shop),
      await streams.order(done, shop),
      await reports.day(shop, undefined),
      await postgresSubscriptions(database, CAPS).followedBy(customer),
    ]);
    return [await shops.list(undefined), ...(await Promise.all(all))];
  }

  const CAPS = { perShop: 9, perOrder: 9, visitorsPerShop: 9 };

  test('every row is there, spread over the nodes, and nowhere a second time', async () => {
    expect(await contentsOf(world.pool)).toEqual(before);
    const { rows } = await world.pool.query(
      "select count(distinct nodename || nodeport)::integer as nodes from citus_shards where table_name = 'orders'::regclass",
    );
    const { rows: takers } = await world.pool.query('select from pg_dist_node where shouldhaveshards');
    expect(rows).toEqual([{ nodes: takers.length }]);
    const left = await onAllNodes(
      world.pool,
      "select sum(pg_relation_size(p.logicalrelid)) from pg_dist_partition p where p.partmethod = 'h'",
    );
    expect(left.map(Number)).toEqual(left.map(() => 0));
  });

  test('everybody sees what they saw', async () => {
    expect(await seenBy(runtime)).toEqual(seen);
  });

  test('orders, commands and screens of before go on in the role of functions', async () => {
    const [orders, commands] = [postgresOrders(runtime, undefined), postgresCommands(runtime)];
    const subscriptions = postgresSubscriptions(runtime, CAPS);
    for (const { scene, asked, done, open, screen, customer } of pasts) {
      const { shop } = scene;
      expect(await orders.place(asked)).toMatchObject({ orderId: done, event: undefined });
      expect((await orders.place(placing(aRequest(shop)))).event).toMatchObject({ seq: 5 });
      const accept = { op: 'accept', order: open, version: 1 } as const;
      const { result } = await commands.run({
        ...{ scope: shop, id: randomUUID(), contentHash: Buffer.from('accept'), shop, byCustomer: false },
        operation: accept,
        connectionId: screen,
      });
      expect(JSON.parse(result)).toMatchObject({ ok: true, order: { id: open, status: 'accepted' } });
      const cursor = { epoch: undefined, after: 6, lastId: undefined };
      expect(await subscriptions.touch(screen, cursor)).toMatchObject({ state: 'shop', shop });
      expect((await subscriptions.ordersToTell(customer)).length).toBe(1);
    }
  });

  test('the timer goes on, and a customer is erased', async () => {
    await world.pool.query("update orders set accept_by = '2001-01-01' where status = 'placed'");
    const expired = await postgresRedelivery(runtime).expireOrders(100);
    expect(expired.map(({ shop }) => shop).sort()).toEqual(pasts.map(({ scene }) => scene.shop).sort());
    await postgresRedelivery(runtime).audit();
    const erased = await world.installation.eraseCustomer(aRequest('').customer.phone);
    expect(erased).toEqual({ orders: 12, open: 6 });
  });
});
