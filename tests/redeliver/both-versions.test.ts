import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postgresRedelivery } from '../../db/redelivery.ts';
import type { Redelivery } from '../../functions/domain/redelivery.ts';
import { newShop, upTo } from '../support/postgres/ports.ts';
import { aShopScene } from '../support/postgres/scene.ts';
import { anOldOrder, aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';
import { redeliveryOfTheVersionBefore } from './version-before.ts';

// While a new version is deployed its schema is there already, the version before still runs, and soon both do.

let world: RecordedRedelivery;
let before: Redelivery;
let now: Redelivery;
let hook: Server;
let called: string[];
beforeEach(async () => {
  world = await openRedelivery();
  before = redeliveryOfTheVersionBefore(world.database);
  now = postgresRedelivery(world.database);
  called = [];
  hook = createServer((request, response) => {
    called.push(String(request.headers['webhook-id']));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(hook, 'listening');
});
afterEach(async () => {
  hook.close();
  await world.end();
});

const COUNT = 12;

interface Due {
  screens: string[];
  visitors: string[];
  stale: string[];
  expiring: string[];
  paused: string[];
}

/** `COUNT` of everything that a timer does, each at a shop of its own. */
async function muchIsDue(): Promise<Due> {
  const due: Due = { screens: [], visitors: [], stale: [], expiring: [], paused: [] };
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const webhook = { url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` };
  for (const n of upTo(COUNT)) {
    const missed = await newShop(world);
    due.screens.push(await aScreen(world, missed));
    await anOldOrder(world, missed, 10);

    due.expiring.push(await anOldOrder(world, await newShop(world), 3_600));
    await anOldOrder(world, await newShop(world, { webhook }), 80);

    const visitor = randomUUID();
    await world.subscriptions.visitShop({ id: visitor, shop: await newShop(world) });
    due.visitors.push(visitor);

    const paused = await aShopScene(world);
    await paused.ask({ op: 'pause', minutes: 5 });
    due.paused.push(paused.shop);

    due.stale.push(n % 2 === 0 ? await aScreen(world, await newShop(world)) : randomUUID());
    await world.connections.add({ id: due.stale.at(-1) ?? '', address: undefined });
  }
  await world.pool.query('update connections set key_version = 0 where id = any ($1)', [due.stale]);
  await world.pool.query("update connections set opened_at = now() - interval '20 seconds' where state = 'new'");
  await world.pool.query("update shops set paused_until = now() - interval '1 second' where paused_until is not null");
  return due;
}

const countsOf = (ids: readonly string[], counted: (id: string) => number) => ids.map(counted);
const once12 = Array<number>(COUNT).fill(1);

/** Everything that was due has happened once. */
async function expectOnce(due: Due): Promise<void> {
  expect(countsOf(due.screens, id => world.pushed.get(id)?.length ?? 0)).toEqual(once12);
  expect(countsOf(due.visitors, id => world.pushed.get(id)?.length ?? 0)).toEqual(once12);
  expect(countsOf(due.stale, id => world.closed.filter(each => each === id).length)).toEqual(once12);
  expect([called.length, new Set(called).size]).toEqual([COUNT, COUNT]);
  const events = await world.pool.query<{ id: string }>(
    "select order_id as id from events where type = 'order.expired'",
  );
  expect(events.rows.map(({ id }) => id).sort()).toEqual([...due.expiring].sort());
  const open = await world.pool.query<{ id: string }>(
    'select id from shops where open and paused_until is null and version = 3',
  );
  expect(open.rows.map(({ id }) => id).sort()).toEqual([...due.paused].sort());
}

test.each([
  ['the version before', () => [before]],
  ['this version', () => [now]],
])('the timer of %s does on the new schema all that is due, and once', async (_, timers) => {
  const due = await muchIsDue();
  for (const timer of timers()) {
    const done = await world.runWith(timer);
    expect(done).toMatchObject({ expired: COUNT, reopened: COUNT, overdue: COUNT, visited: COUNT, told: COUNT });
    await world.runWith(timer);
  }
  await expectOnce(due);
});

test.each([
  ['the version before', 'select order_id from claim_escalations(100)'],
  ['this version', 'select c.order_id from shops s cross join lateral claim_escalations(s.id, 100) c'],
])('a run of %s that began before another made its claims does not make them again', async (_, claim) => {
  await muchIsDue();
  await now.escalate(100);
  const early = await world.pool.connect();
  try {
    await early.query('begin');
    await early.query('select now()');
    expect((await world.pool.query(claim)).rows).toHaveLength(COUNT);
    expect((await early.query(claim)).rows).toHaveLength(0);
  } finally {
    await early.query('rollback');
    early.release();
  }
});

test.each([
  ['the version before', () => [now, before]],
  ['this version', () => [before, now]],
])('%s leaves alone the screens that the other has claimed', async (_, inTurn) => {
  const due = await muchIsDue();
  const [first, second] = inTurn();
  const claimed = (await first?.claimOverdue(100)) ?? [];
  expect(claimed.map(({ connectionId }) => connectionId).sort()).toEqual([...due.screens].sort());
  expect(await second?.claimOverdue(100)).toEqual([]);
});

test('timers of both versions at once push, call, expire, open and close everything once', async () => {
  const due = await muchIsDue();
  const done = await Promise.all([before, now, before, now].map(world.runWith));
  const total = (part: 'expired' | 'reopened' | 'overdue' | 'visited' | 'told' | 'closed') =>
    done.reduce((sum, answer) => sum + answer[part], 0);
  expect([total('expired'), total('reopened'), total('overdue'), total('visited'), total('told')]).toEqual(
    Array(5).fill(COUNT),
  );
  expect(total('closed')).toBe(COUNT);
  await expectOnce(due);
});
