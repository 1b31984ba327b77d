import type { Database } from '../../db/database.ts';
import { openDatabase } from '../../db/database.ts';
import { promiseOfFailover } from '../../db/durability.ts';
import { createTestDatabase } from '../support/postgres/database.ts';

test('11.10 without a synchronous standby it is said that a failover may lose what was acknowledged', async () => {
  const own = await createTestDatabase({ empty: true });
  const database = openDatabase({ url: own.url, poolSize: 1 });
  expect(await promiseOfFailover(database)).toMatch(/a failover may lose the last ones/);
  await database.end();
  await own.drop();
});

test('11.10 with one, that neither a crash nor a failover to it loses any', async () => {
  // No setting of a session: a server would have to be started for it.
  const database = { query: async () => [{ standbys: 'ANY 1 (one, other)' }] } as unknown as Database;
  expect(await promiseOfFailover(database)).toMatch(/nor a failover to ANY 1 \(one, other\) loses/);
});
