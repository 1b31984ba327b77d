import { randomUUID } from 'node:crypto';
import { postgresConnections } from '../../db/connections/postgres.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { migrate } from '../../db/migrate.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { hashOf, newShopKey } from '../../functions/domain/secret.ts';
import { aRequest, aShop, placing } from '../support/postgres/ports.ts';
import { type ReplicatedPostgres, startReplicatedPostgres } from '../support/trial/replicated-postgres.ts';
import { until } from '../support/until.ts';

// With a synchronous standby that does not answer, every commit that waits for what it has written waits for ever: so this
// tells which do.

let postgres: ReplicatedPostgres;
let database: Database;

beforeAll(async () => {
  postgres = await startReplicatedPostgres();
  database = openDatabase({ url: postgres.url, poolSize: 4 });
  await migrate(database.pool);
});
afterAll(async () => {
  postgres.link.heal();
  postgres.link.cut();
  await database.end();
  await postgres.end();
});

test('13.3 what customers do to connections waits for no disk, so that a flood of it does not hold up orders, which do', async () => {
  const shop = aShop();
  await postgresInstallation(database).upsertShop(shop, hashOf(newShopKey()));
  const orders = postgresOrders(database, undefined);
  const { orderId } = await orders.place(placing(aRequest(shop.id)));
  const connections = postgresConnections(database, { perAddress: 200 });
  const caps = { perShop: 20, perOrder: 10, visitorsPerShop: 200 };
  const subscriptions = postgresSubscriptions(database, caps);
  const id = randomUUID();

  postgres.link.weather({ kind: 'half-open' });
  await connections.add({ id, address: 'a' });
  await subscriptions.followOrder({ id, shop: shop.id, order: orderId, isReadOnly: false });
  await subscriptions.visitShop({ id, shop: shop.id });
  await subscriptions.touch(id, undefined);
  await subscriptions.ordersToTell(id);
  await connections.remove(id);
  const old = randomUUID();
  await connections.add({ id: old, address: 'a' });
  await connections.prune(old);

  let isPlaced = false;
  const placed = orders.place(placing(aRequest(shop.id))).then(() => {
    isPlaced = true;
  });
  const waiting = "select from pg_stat_activity where datname = current_database() and wait_event = 'SyncRep'";
  await until('the order waits', async () => (await postgres.pool.query(waiting)).rows.length > 0);
  expect(isPlaced).toBe(false);
  postgres.link.heal();
  postgres.link.cut();
  await placed;
});
