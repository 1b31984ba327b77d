import { type Database, openDatabase } from '../../db/database.ts';
import { askFailover } from '../../db/durability.ts';
import { throughSuitePooler } from '../support/postgres/suite-pooler.ts';
import { type ReplicatedPostgres, startReplicatedPostgres } from '../support/trial/replicated-postgres.ts';
import { until } from '../support/until.ts';

let postgres: ReplicatedPostgres;
let database: Database;
let pooled: Awaited<ReturnType<typeof throughSuitePooler>>;
let log: string[];

beforeAll(async () => {
  postgres = await startReplicatedPostgres();
  await postgres.pool.query('create table notes (text text)');
  pooled = await throughSuitePooler(postgres.url);
});
afterAll(async () => {
  await pooled?.end();
  await postgres?.end();
});

beforeEach(() => {
  log = [];
  database = openDatabase({ url: pooled.url, poolSize: 1, log: ({ event }) => log.push(event) });
});
afterEach(async () => {
  postgres.link.heal();
  postgres.link.cut();
  await database.end();
});

const note = () => database.query("insert into notes values ('a')");

/** Lets one session that waits for the standby go on without it, as an operator may. */
async function cancelOneWait(): Promise<void> {
  const text =
    "select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'SyncRep'";
  await until('it waits', async () => (await postgres.pool.query(text)).rows.length > 0);
}

test('F56 with a synchronous standby it is said that a failover to it loses nothing', async () => {
  expect((await askFailover(database)).message).toMatch(/nor a failover to \* loses an acknowledged order/);
});

test('F56 a commit whose wait for the standby was cancelled is not acknowledged, but made again', async () => {
  await note();
  postgres.link.weather({ kind: 'half-open' });
  let isAnswered = false;
  const answer = note().then(() => {
    isAnswered = true;
  });
  await cancelOneWait();
  await until('it is made again', () => log.includes('statement repeated'));
  expect(isAnswered).toBe(false);
  postgres.link.heal();
  postgres.link.cut();
  await answer;
  expect(await postgres.isSafe()).toBe(true);
});

test('F56 and is refused as unavailable when that goes on', async () => {
  postgres.link.weather({ kind: 'half-open' });
  const answer = expect(note()).rejects.toMatchObject({ name: 'Refusal', code: 'unavailable' });
  for (let tries = 0; tries < 3; tries++) await cancelOneWait();
  await answer;
});
