import { openDatabase } from '../../db/database.ts';
import { askFailover } from '../../db/durability.ts';
import { createTestDatabase } from '../support/postgres/database.ts';

test('11.10 without a synchronous standby it is said that a failover may lose what was acknowledged', async () => {
  const own = await createTestDatabase({ empty: true });
  const database = openDatabase({ url: own.url, poolSize: 1 });
  expect((await askFailover(database)).message).toMatch(/a failover may lose the last ones/);
  await database.end();
  await own.drop();
});
