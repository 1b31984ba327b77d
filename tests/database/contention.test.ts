import { randomUUID } from 'node:crypto';
import { postgresOrders } from '../../db/orders.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import type { Change } from '../../functions/domain/frames.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import {
  aKeyOf,
  aRequest,
  aShop,
  type DatabasePorts,
  openPorts,
  placing,
  read,
  upTo,
} from '../support/postgres/ports.ts';

const workers = 24;
const runMs = 6_000;
let world: DatabasePorts;

beforeAll(async () => {
  // Small caps, so that connections replace each other all the time.
  world = await openPorts({ poolSize: workers, caps: { perShop: 3, perOrder: 2, visitorsPerShop: 200 } });
});

afterAll(() => world.end());

const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item;

describe('everything at once on two shops', () => {
  it('meets no deadlock and leaves the logs whole', async () => {
    const shops = [aShop({ autoAccept: true }), aShop()];
    for (const shop of shops) await world.installation.upsertShop(shop, hashOf('key'));
    const orders = postgresOrders(world.database, { perAddress: 1e6, perPhone: 1e6, perShop: 1e6 });
    const redelivery = postgresRedelivery(world.database);
    const connections = upTo(12).map((): string => randomUUID());
    const customers = upTo(8).map((): string => randomUUID());
    const placed: { shop: string; order: string }[] = [];
    const heads = new Map<string, number>();
    const done: Record<string, number> = {};
    const priced = { priceCents: 100, available: true };

    const work: Record<string, () => Promise<unknown>> = {
      async place() {
        const shop = oneOf(shops).id;
        const items = ['rice', 'egg', 'tofu'].sort(() => Math.random() - 0.5).map(dish => ({ dish, quantity: 1 }));
        const { orderId, event } = await orders.place(
          placing(aRequest(shop, { items }), { address: oneOf(['a', 'b']) }),
        );
        placed.push({ shop, order: orderId });
        heads.set(shop, Math.max(heads.get(shop) ?? 0, event?.seq ?? 0));
      },
      async change() {
        const { shop, order } = oneOf(placed.slice(-8));
        const { version } = read((await world.streams.order(order))?.order ?? '');
        const change = { order, version };
        const operation = oneOf<Change>([
          { op: 'accept', ...change },
          { op: 'ready', ...change },
          { op: 'complete', ...change },
          { op: 'cancel', ...change, reason: 'other' },
          { op: 'remind', order },
        ]);
        await run(shop, operation);
      },
      async settings() {
        await run(
          oneOf(shops).id,
          oneOf<Change>([
            { op: 'set_dish', dish: oneOf(['rice', 'egg', 'tofu']), available: true },
            { op: 'set_prep', prepMinutes: 20 },
            { op: 'put_dish', dish: oneOf(['rice', 'egg']), name: 'x', category: oneOf(['a', 'b']), ...priced },
            { op: 'put_dish', dish: 'extra', name: 'x', category: oneOf(['a', 'b']), ...priced },
            { op: 'remove_dish', dish: 'extra' },
            { op: 'order_dishes', dishes: ['tofu', 'egg', 'rice'] },
          ]),
        );
      },
      async print() {
        const { shop, order } = oneOf(placed.slice(-4));
        await run(shop, { op: 'claim_print', order }, oneOf(connections));
      },
      async visit() {
        await world.subscriptions.visitShop({ id: oneOf(customers), shop: oneOf(shops).id });
      },
      async install() {
        const shop = oneOf(shops);
        const dishes = (shop.dishes ?? []).map(dish => ({ ...dish, available: true, priceCents: oneOf([1, 2]) }));
        await world.installation.upsertShop({ ...shop, dishes: dishes.sort(() => Math.random() - 0.5) }, hashOf('key'));
      },
      async autoAccept() {
        await world.commands.autoAccept(oneOf(shops).id, 0, 1e9);
      },
      async ack() {
        const touched = await world.subscriptions.touch(oneOf(connections), undefined);
        if (touched.state !== 'shop') return;
        const after = Math.max(0, touched.head - oneOf([0, 1, 2]));
        await world.subscriptions.touch(oneOf(connections), { epoch: undefined, after, lastId: undefined });
      },
      async screen() {
        const [id, shop] = [oneOf(connections), oneOf(shops).id];
        const keyId = await aKeyOf(world, shop);
        await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId });
      },
      async follow() {
        await world.subscriptions.followOrder({
          id: oneOf(customers),
          ...oneOf(placed.slice(0, 4)),
          isReadOnly: false,
        });
      },
      async renew() {
        // A closed connection is of no more use: another takes its place.
        const ids = oneOf([connections, customers]);
        const index = Math.floor(Math.random() * ids.length);
        await world.connections.remove(ids[index] ?? '');
        ids[index] = randomUUID();
        await world.connections.add({ id: ids[index] ?? '', address: 'a' });
      },
      async rotate() {
        await world.installation.rotateKey(oneOf(shops).id, hashOf('key'));
      },
      async timer() {
        await redelivery.expireOrders(3);
        await redelivery.closeStale(5);
        for (const screen of await redelivery.claimOverdue(5)) await redelivery.settleOverdue([screen]);
        await redelivery.escalate(5);
        await redelivery.claimVisitorNews(5);
        await redelivery.cutLogs();
      },
    };

    await work.place?.();
    await work.place?.();
    const end = performance.now() + runMs;
    const names = Object.keys(work).flatMap(name => Array<string>(name === 'place' ? 4 : 1).fill(name));
    // On a slow machine it goes on until the run means something: each kind of work was done many times.
    const isEnough = () => names.every(name => (done[name] ?? 0) > 20);
    await Promise.all(
      upTo(workers).map(async () => {
        while (performance.now() < end || !isEnough()) {
          const name = oneOf(names);
          await work[name]?.();
          done[name] = (done[name] ?? 0) + 1;
        }
      }),
    );

    expect(world.log).toEqual([]);
    expect(Object.keys(done).sort()).toEqual(Object.keys(work).sort());
    expect(Math.min(...Object.values(done))).toBeGreaterThan(20);
    for (const { id } of shops) {
      const { rows } = await world.pool.query<{
        head: string;
        events: string;
        last: string;
        orders: string;
        changed: string;
      }>(
        `select s.head, count(*) as events, max(e.seq) as last,
           count(*) filter (where e.type = 'order.placed') as orders,
           (select sum(o.version - 1) from orders o where o.shop = s.shop)
             + count(*) filter (where e.type in ('order.placed', 'order.reminded')) as changed
         from streams s join events e on e.shop = s.shop where s.shop = $1 group by s.shop`,
        [id],
      );
      const [{ head = '', events = '', last = '', orders: placedHere = '', changed = '' } = {}] = rows;
      expect([events, last, changed]).toEqual([head, head, head]);
      expect(Number(placedHere)).toBe(placed.filter(({ shop }) => shop === id).length);
    }
    expect(await redelivery.audit()).toEqual({ gaps: 0, headMismatches: 0, ordersWithoutEvent: 0, stuckOrders: 0 });

    async function run(shop: string, operation: Change, connectionId?: string) {
      const contentHash = hashOf(JSON.stringify(operation));
      const command = { scope: shop, id: randomUUID(), contentHash, shop, byCustomer: false, operation };
      await world.commands.run({ ...command, connectionId });
    }
  });
});
