import { type Database, openDatabase } from '../../db/database.ts';
import { createReadiness } from '../../scripts/gateway/readiness.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';

let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await createTestDatabase({ empty: true });
  database = openDatabase({ url: own.url, poolSize: 1 });
});
afterAll(async () => {
  await database.end();
  await own.drop();
});

test.each([
  ['joined', true],
  ['lost', true],
  ['never joined', false],
] as const)('11.10 an instance whose backplane is %s: ready %s', async (state, ready) => {
  expect(await createReadiness(database, { state: () => state })()).toEqual({
    ready,
    functions: 'loaded',
    database: 'answers',
    backplane: state,
    failover: 'may lose the last acknowledged orders',
  });
});

test('11.10 an instance whose database is away is not ready', async () => {
  const away = openDatabase({ url: 'postgres://127.0.0.1:1/none', poolSize: 1 });
  const answer = await createReadiness(away, { state: () => 'joined' })();
  expect(answer).toEqual({ ready: false, functions: 'loaded', database: 'away', backplane: 'joined' });
  await away.end();
});
