import pg from 'pg';
import { postgresConnections } from '../../db/connections/postgres.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { migrate } from '../../db/migrate.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { postgresShops } from '../../db/shops.ts';
import { postgresStreams } from '../../db/streams.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { redeliver } from '../../functions/redeliver/redeliver.ts';
import { startDatabase } from './database.ts';
import { growDue } from './grow.ts';
import { menuOf } from './order.ts';
import { openPort } from './placing.ts';
import type { Section } from './row.ts';
import { median } from './statistics.ts';

const SHOPS = 10_000;
const POOL = 10;

/** How long the timer takes until everything that is due at many shops is served, with pushes that cost nothing. */
export const timer: Section = async ({ rounds }, report) => {
  const server = await startDatabase();
  try {
    const database = openDatabase({ url: server.url, poolSize: POOL });
    await migrate(database.pool);
    const filling = new pg.Pool({ connectionString: server.url, max: 1 });
    const shop = 'bench0';
    await postgresInstallation(database).upsertShop(menuOf(shop), hashOf('key'));
    const placing = openPort(server.url, 1);
    await placing.place(0, shop);
    await placing.close();
    const [missed, expired]: number[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const { kind, into } of [
        { kind: 'missed', into: missed } as const,
        { kind: 'late', into: expired } as const,
      ]) {
        await growDue(filling, shop, SHOPS, kind);
        into?.push(await serve(database, kind === 'missed' ? 'overdue' : 'expired'));
      }
    }
    const goal = { limit: 25_000, is: 'most', words: '≤ 25 s' } as const;
    const shops = `${SHOPS.toLocaleString('en')} shops`;
    report({
      measure: `${shops} that missed a push, until all are served`,
      unit: 'ms',
      ours: median(missed ?? []),
      goal,
    });
    report({ measure: `${shops} with an order whose time is over`, unit: 'ms', ours: median(expired ?? []), goal });
    await filling.end();
    await database.end();
  } finally {
    await server.stop();
  }
};

/** One run, for as long as it takes. @returns milliseconds @throws Error when it has not served every shop */
async function serve(database: Database, what: 'overdue' | 'expired'): Promise<number> {
  const caps = { perShop: 20, perOrder: 10, visitorsPerShop: 200 };
  const run = redeliver({
    connections: postgresConnections(database, { perAddress: 200 }),
    subscriptions: postgresSubscriptions(database, caps),
    shops: postgresShops(database),
    streams: postgresStreams(database),
    redelivery: postgresRedelivery(database),
    push: { send: async () => 'sent', close: async () => 'sent' },
    callWebhook: async () => undefined,
    nowSeconds: () => Math.floor(Date.now() / 1000),
    log: () => undefined,
    securityEvents: { tell: () => undefined },
    workMs: 120_000,
  });
  const begin = performance.now();
  const answer = await run();
  if (answer[what] !== SHOPS) throw new Error(`${what}: ${answer[what]} of ${SHOPS} were served`);
  return performance.now() - begin;
}
