import type { InitAnswer } from '../../functions/init_db/init-db.ts';
import { type Offline, type OfflineOptions, startOffline } from '../../scripts/aws/offline.ts';
import type { System } from '../support/e2e/system.ts';
import { createTestDatabase } from '../support/postgres/database.ts';

/** Where the tests' pages would be. */
export const pagesOrigin = 'https://pages.example';

/** Ordering on AWS: its bundles under serverless-offline, on a database of its own with the demo shops. */
export interface AwsSystem extends System {
  offline: Offline;
}

/** Starts it, and sets it up with the function `init_db` as its owner would. */
export async function startOrdering(options: Partial<OfflineOptions> = {}): Promise<AwsSystem> {
  const database = await createTestDatabase({ empty: true });
  const offline = await startOffline({
    websockets: 'ordering',
    pagesOrigin,
    environment: {
      DATABASE_URL: database.url,
      TOKEN_SECRET: 'the token secret of the tests, long enough',
      RATE_LIMITS: 'off',
    },
    ...options,
  });
  const answer = (await offline.invoke('init_db', { demo: true })) as InitAnswer;
  if ('error' in answer) throw new Error(answer.error.message);
  return {
    offline,
    database,
    url: offline.url,
    websocketUrl: offline.websocketUrl,
    keys: Object.fromEntries(answer.shops.map(({ id, key = '' }) => [id, key])),
    process: offline.process,
    async stop() {
      await offline.stop();
      await database.drop();
    },
  };
}
