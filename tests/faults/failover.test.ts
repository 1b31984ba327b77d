import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../db/database.ts';
import { askFailover } from '../../db/durability.ts';
import { throughSuitePooler } from '../support/postgres/suite-pooler.ts';
import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { type ReplicatedPostgres, startReplicatedPostgres } from '../support/trial/replicated-postgres.ts';
import { startTrial, type Trial } from '../support/trial/trial.ts';
import { until } from '../support/until.ts';

let postgres: ReplicatedPostgres;
let world: BreakableSystem;
beforeAll(async () => {
  postgres = await startReplicatedPostgres();
  world = await startBreakableSystem({ postgres });
});
afterAll(() => world?.end());

test('F56 the primary is killed under load, while sessions that waited for the synchronous standby were ended or told to go on: nothing that was acknowledged is lost, nothing is there twice', async () => {
  expect(await promise()).toMatch(/nor a failover to \* loses an acknowledged order/);
  const trial = await startTrial(world, { shops: 3 });
  const writers = trial.startWriters({ count: 6, pauseMs: 50 });
  await untilPlaced(trial, 20);
  // Whatever is sent from here on the standby never gets.
  postgres.link.weather({ kind: 'half-open' });
  await until('orders wait', async () => (await doTo('pg_backend_pid')) >= 3);
  for (const end of ['pg_terminate_backend', 'pg_cancel_backend', 'pg_terminate_backend', 'pg_cancel_backend']) {
    await until('some wait again', async () => (await doTo(end)) > 0);
    await sleep(200);
  }
  // Whatever was acknowledged meanwhile is missed at the end.
  await postgres.failOver();
  await untilPlaced(trial, 20);
  await writers.stop();
  expect((await expectWhole(trial)).recovered).toBeGreaterThan(0);
});

test('F56 an asynchronous standby may lack what was acknowledged, and that is said beforehand', async () => {
  postgres.link.heal();
  await postgres.addStandby({ isSynchronous: false });
  expect(await promise()).toMatch(/a failover may lose the last ones/);
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  for (const screen of trial.screens) screen.end();
  await until('the standby has all', async () => (await lag()) === 0);
  postgres.link.weather({ kind: 'half-open' });
  expect(await trial.tryOnce({ shop })).toMatchObject({ status: 201 });
  await postgres.failOver();
  const report = await trial.finish();
  expect(report.lost).toBe(1);
});

/** Calls a function with each session that waits for the standby, and says how many there were. */
async function doTo(name: string): Promise<number> {
  const argument = name === 'pg_backend_pid' ? '' : 'pid';
  const text = `select ${name}(${argument}) from pg_stat_activity where datname = current_database() and wait_event = 'SyncRep'`;
  return (await postgres.pool.query(text)).rows.length;
}

async function lag(): Promise<number> {
  const text = 'select pg_current_wal_lsn() - flush_lsn as bytes from pg_stat_replication';
  return Number((await postgres.pool.query<{ bytes: string }>(text)).rows[0]?.bytes);
}

async function promise(): Promise<string> {
  const { url, end } = await throughSuitePooler(postgres.url);
  const database = openDatabase({ url, poolSize: 1 });
  try {
    return (await askFailover(database)).message;
  } finally {
    await database.end();
    await end();
  }
}

async function untilPlaced(trial: Trial, more: number): Promise<void> {
  const before = trial.placed();
  await until(`${more} more orders`, () => trial.placed() >= before + more);
}
