import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import type { Try } from '../support/trial/customer.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { startTrial, type Trial } from '../support/trial/trial.ts';
import { until } from '../support/until.ts';

let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem({ postgresSettings: { max_connections: '60' } });
});
afterAll(() => world?.end());

const load = { count: 6, pauseMs: 100 };

test('F13 every idle connection of the functions is terminated: the next order does not notice', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  expect((await trial.tryOnce({ shop })).status).toBe(201);
  expect(await terminateAll()).toBeGreaterThan(0);
  await sleep(100);
  expect((await trial.tryOnce({ shop })).status).toBe(201);
  await expectWhole(trial);
});

test('F14 a backend is terminated during the statement: it is repeated inside, and the customer gets a 201', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const holder = await world.postgres.pool.connect();
  await holder.query('begin');
  await holder.query('select from streams where shop = $1 for update', [shop]);
  const trying = trial.tryOnce({ shop });
  await terminate("wait_event_type = 'Lock'");
  await holder.query('commit');
  holder.release();
  expect((await trying).status).toBe(201);
  await expectWhole(trial);
});

test('F15 all backends are terminated every 200 ms for 10 s: 201 or 503, and the processes live', async () => {
  const trial = await startTrial(world, { shops: 3 });
  const writers = trial.startWriters(load);
  for (let round = 0; round < 50 || trial.placed() <= 50; round++) {
    await terminateAll();
    await sleep(200);
  }
  await writers.stop();
  expectOnly(trial, [200, 201, 503]);
  expect([world.stream.isRunning(), world.bills[0].isRunning()]).toEqual([true, true]);
  expect((await expectWhole(trial)).orders).toBeGreaterThan(50);
});

test('F16 kill -9 of PostgreSQL under load: 503 meanwhile, and nothing that was acknowledged is lost', async () => {
  const trial = await startTrial(world, { shops: 3 });
  const [shop = ''] = trial.shops;
  const writers = trial.startWriters(load);
  await untilPlaced(trial, 10);
  await world.postgres.kill();
  const during = await trial.tryOnce({ shop });
  expect(during).toMatchObject({ status: 503 });
  expect(during.retryAfter).toBeGreaterThan(0);
  await sleep(1_000);
  await world.postgres.start();
  await untilPlaced(trial, 10);
  await writers.stop();
  expectOnly(trial, [200, 201, 503]);
  expect((await expectWhole(trial)).recovered).toBeGreaterThan(0);
});

test('F17 PostgreSQL stands still for 5 s: every try ends in bounded time, and nothing is left piled up', async () => {
  const trial = await startTrial(world, { shops: 3 });
  const writers = trial.startWriters(load);
  await untilPlaced(trial, 5);
  world.postgres.freeze();
  const tries = Promise.all(trial.shops.flatMap(shop => Array.from({ length: 10 }, () => trial.tryOnce({ shop }))));
  await sleep(5_000);
  world.postgres.thaw();
  for (const { status, ms } of await tries) {
    expect([201, 503]).toContain(status);
    expect(ms).toBeLessThan(9_000);
  }
  const [shop = ''] = trial.shops;
  expect(await trial.tryOnce({ shop })).toMatchObject({ status: 201 });
  await writers.stop();
  await expectWhole(trial);
});

test('F18 no connection is to be had: 503 with retry-after at once, and 201 as soon as there is one', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const others = await takeAllConnections();
  try {
    const refused = await trial.tryOnce({ shop });
    expect(refused).toMatchObject({ status: 503 });
    expect(refused.retryAfter).toBeGreaterThan(0);
    expect(refused.ms).toBeLessThan(3_500);
  } finally {
    await Promise.all(others.map(other => other.end()));
  }
  await sleep(100);
  expect(await trial.tryOnce({ shop })).toMatchObject({ status: 201 });
  await expectWhole(trial);
});

test('F19 the way to the database is slow: it takes longer, and that is all', async () => {
  const trial = await startTrial(world, { shops: 2 });
  for (const host of [world.bills[0], world.stream]) host.database.weather({ kind: 'slow', ms: 50 });
  const writers = trial.startWriters(load);
  await untilPlaced(trial, 20);
  await writers.stop();
  expectOnly(trial, [201]);
  await expectWhole(trial);
});

test('F19 the way to the database is cut, and cut again: 201 or 503 soon', async () => {
  const trial = await startTrial(world, { shops: 2 });
  const writers = trial.startWriters(load);
  const [shop = ''] = trial.shops;
  for (let round = 0; round < 3; round++) {
    await untilPlaced(trial, 5);
    for (const host of [world.bills[0], world.stream]) {
      host.database.weather({ kind: 'refuse' });
      host.database.cut();
    }
    expectSoon(await trial.tryOnce({ shop }), 3_500);
    for (const host of [world.bills[0], world.stream]) host.database.weather({ kind: 'pass' });
  }
  await writers.stop();
  await expectWhole(trial);
});

test('F19 the way to the database is half open: 503 in bounded time, other connections take over', async () => {
  const trial = await startTrial(world, { shops: 2 });
  const writers = trial.startWriters(load);
  await untilPlaced(trial, 5);
  for (const host of [world.bills[0], world.stream]) host.database.weather({ kind: 'half-open' });
  const tries = await Promise.all(trial.shops.map(shop => trial.tryOnce({ shop })));
  for (const each of tries) expectSoon(each, 10_000);
  for (const host of [world.bills[0], world.stream]) host.database.weather({ kind: 'pass' });
  await writers.stop();
  await expectWhole(trial);
});

test('F23 a database that may forget what it has committed is not used: 500, nothing stored', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  try {
    await world.postgres.pool.query('alter database orders set synchronous_commit = off');
    await terminateAll();
    await sleep(100);
    expect((await trial.tryOnce({ shop })).status).toBe(500);
    expect(world.bills[0].lines.join('\n')).toContain('synchronous_commit is off');
    const { rows } = await world.postgres.pool.query('select from orders where shop = $1', [shop]);
    expect(rows).toHaveLength(0);
  } finally {
    await world.postgres.pool.query('alter database orders reset synchronous_commit');
  }
  expect((await trial.tryOnce({ shop })).status).toBe(201);
  await expectWhole(trial);
});

/** No customer has met any other status; 0 is a broken connection. */
function expectOnly({ records }: Trial, statuses: number[]): void {
  const met = records.flatMap(record => (record.type === 'invoke' ? [] : [record.status ?? 0]));
  expect(met.filter(status => !statuses.includes(status))).toEqual([]);
}

function expectSoon({ status, ms }: Try, withinMs: number): void {
  expect([200, 201, 503]).toContain(status);
  expect(ms).toBeLessThan(withinMs);
}

/** Waits until so many more orders were answered 2xx. */
async function untilPlaced(trial: Trial, more: number): Promise<void> {
  const before = trial.placed();
  await until(`${more} more orders`, () => trial.placed() >= before + more);
}

/** Terminates a session of the functions as soon as there is one like this. */
async function terminate(where: string): Promise<void> {
  for (;;) {
    if ((await terminateAll(where)) > 0) return;
    await sleep(20);
  }
}

async function terminateAll(where = 'true'): Promise<number> {
  const text = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'websocket-order' and ${where}`;
  return (await world.postgres.pool.query(text)).rows.length;
}

/** Takes connections until there is none left, the superuser's included; those of functions are terminated. */
async function takeAllConnections(): Promise<pg.Client[]> {
  const taken: pg.Client[] = [];
  for (let failed = 0; failed < 5; ) {
    await terminateAll();
    const client = new pg.Client({ connectionString: world.postgres.url });
    client.on('error', () => {});
    const isIn = await client.connect().then(
      () => true,
      () => false,
    );
    if (isIn) taken.push(client);
    else failed++;
  }
  return taken;
}
