import { randomUUID } from 'node:crypto';
import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { noteAnswer, orderBody } from '../support/trial/customer.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import type { FunctionHost } from '../support/trial/function-host.ts';
import { startTrial, type Trial } from '../support/trial/trial.ts';

let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem({ nodeFlags: ['--expose-gc'] });
});
afterAll(() => world?.end());

test('F48 a container whose first invocation threw inside the database call: the next one is clean', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const [bill] = world.bills;
  bill.database.weather({ kind: 'refuse' });
  expect((await trial.tryOnce({ shop })).status).toBe(503);
  bill.database.weather({ kind: 'pass' });
  const caught = bill.database.trap('place_order(', 'sent');
  const broken = trial.place({ shop });
  const trapped = await caught;
  bill.database.cut();
  trapped.release();
  expect((await broken).type).toBe('placed');
  expect((await trial.tryOnce({ shop })).status).toBe(201);
  await expectWhole(trial);
});

test('F48 an order that is refused costs no connection of the database', async () => {
  const trial = await startTrial(world);
  const [{ database }] = world.bills;
  const refuse = () => Promise.all(Array.from({ length: 20 }, () => trial.tryOnce({ shop: 'nobody' })));
  await refuse();
  const before = database.accepted();
  for (const { status } of await refuse()) expect(status).toBe(404);
  expect(database.accepted()).toBe(before);
  await expectWhole(trial);
});

test('F48 over 10,000 calls, good and bad, memory stays flat, and no timer or listener is left', async () => {
  const trial = await startTrial(world, { screensPerShop: 0 });
  const [bill] = world.bills;
  await callMany(trial, bill, 2_000);
  const before = await bill.health();
  await callMany(trial, bill, 8_000);
  const after = await bill.health();
  expect(after.heapBytes - before.heapBytes).toBeLessThan(2_000_000);
  expect(after.timers).toBeLessThanOrEqual(before.timers + 2);
  expect(after.warnings).toEqual([]);
  const { rows } = await world.postgres.pool.query(`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and application_name = 'websocket-order'`);
  // Seven functions in two hosts, six connections each at most.
  expect(rows[0]?.count).toBeLessThanOrEqual(42);
  await expectWhole(trial);
});

/** Orders, replays, refusals of the database, bad requests and reads, eight at a time. */
async function callMany(trial: Trial, host: FunctionHost, count: number): Promise<void> {
  const [shop = ''] = trial.shops;
  let key = randomUUID();
  let done = 0;

  async function one(kind: number): Promise<void> {
    if (kind === 4) {
      await host.call('get_shop_info', {
        httpMethod: 'GET',
        path: '/get_shop_info',
        headers: {},
        queryString: { shop },
      });
      return;
    }
    if (kind === 0) key = randomUUID();
    const own = kind === 3 ? randomUUID() : key;
    const wish = orderBody({ shop: kind === 2 ? 'nobody' : shop, key: own });
    const body = kind === 3 ? '{"shop":' : JSON.stringify(wish);
    const headers = { 'content-type': 'application/json', 'idempotency-key': kind === 2 ? randomUUID() : own };
    if (kind < 2) trial.records.push({ type: 'invoke', at: Date.now(), key: own, shop });
    const event = { httpMethod: 'POST', path: '/bill', headers, queryString: {}, body };
    const answer = (await host.call('bill', event)) as { statusCode: number; body: string };
    if (kind < 2) noteAnswer(trial.records, own, answer.statusCode, answer.body);
    else expect(answer.statusCode).toBe(kind === 2 ? 404 : 400);
  }

  const callers = Array.from({ length: 8 }, async () => {
    while (done < count) await one(done++ % 5);
  });
  await Promise.all(callers);
}
