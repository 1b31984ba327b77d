import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../../db/migrate.ts';
import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import type { OrderRecord } from '../support/trial/history.ts';
import { readTables } from '../support/trial/tables.ts';
import { startTrial, type Trial } from '../support/trial/trial.ts';
import { until } from '../support/until.ts';

let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem({ billHosts: 2 });
});
afterAll(() => world?.end());

const both = [
  { dish: 'rice', quantity: 2 },
  { dish: 'egg', quantity: 1 },
];
const prices = { rice: [200, 250], egg: [300, 350] };

test('F45 price or availability changed between page and post: 409, or the new price', async () => {
  const trial = await startTrial(world, { prices });
  const [shop = ''] = trial.shops;
  const wish = { shop, items: both, key: randomUUID() };
  const first = await trial.tryOnce({ ...wish, expectedTotalCents: 700 });
  expect(first.status).toBe(201);
  await setMenu(shop, 250, 350);
  expect(codeOf(await trial.tryOnce({ shop, items: both, expectedTotalCents: 700 }))).toBe('price_changed');
  expect(totalOf(await trial.tryOnce({ shop, items: both }))).toBe(850);
  await setMenu(shop, 200, 300, false);
  expect(codeOf(await trial.tryOnce({ shop, items: both }))).toBe('dish_unavailable');
  expect(await trial.tryOnce({ ...wish, expectedTotalCents: 700 })).toMatchObject({ status: 200, text: first.text });
  expect((await expectWhole(trial)).orders).toBe(2);
});

test('F45 the menu changes while orders are placed: each has the old prices throughout, or the new; a replay answers the first', async () => {
  const trial = await startTrial(world, { prices });
  const [shop = ''] = trial.shops;
  let isOver = false;
  const customers = Array.from({ length: 4 }, async () => {
    while (!isOver && !world.ending.aborted) await trial.place({ shop, items: both });
  });
  for (let round = 0; round < 24; round++) {
    const isRaised = round % 2 === 0;
    await setMenu(shop, isRaised ? 250 : 200, isRaised ? 350 : 300, round % 5 !== 0);
  }
  isOver = true;
  await Promise.all(customers);
  const placed = trial.records.filter(record => record.type === 'ok');
  for (const { key } of placed.slice(0, 20)) {
    expect(await trial.tryOnce({ shop, items: both, key })).toMatchObject({ status: 200, replayed: true });
  }
  const { orders } = await readTables(world.postgres.pool, [shop]);
  const pairs = new Set(orders.map(({ lines }) => lines.map(line => line.price).join()));
  expect([...pairs].sort()).toEqual(['200,300', '250,350']);
  expect(refusalsOf(trial)).toEqual(new Set(['dish_unavailable']));
  await expectWhole(trial);
});

test('F46 two versions side by side, and 20 migrations at once, under load: nobody notices', async () => {
  const trial = await startTrial(world, { shops: 4 });
  const writers = trial.startWriters({ count: 8, pauseMs: 60, paths: ['/bill', '/bill-1'] });
  await sleep(500);
  const pool = new pg.Pool({ connectionString: world.postgres.url, max: 20 });
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => migrate(pool)));
  await pool.end();
  for (const { applied } of outcomes) expect(applied).toEqual([]);
  await sleep(500);
  await writers.stop();
  expect(trial.records.filter(record => record.type === 'fail' || record.type === 'unknown')).toEqual([]);
  await expectWhole(trial);
});

test('F46 a migration that adds columns and replaces functions runs under load: those who are there go on', async () => {
  const trial = await startTrial(world, { shops: 4 });
  const writers = trial.startWriters({ count: 8, pauseMs: 60, paths: ['/bill', '/bill-1'] });
  await sleep(500);
  for (const column of ['one', 'two', 'three']) {
    await migrateTo(column);
    await sleep(300);
  }
  await writers.stop();
  expect(trial.records.filter(isDefiniteFailure)).toEqual([]);
  await expectWhole(trial);
});

test('F47 the key is rotated while the shop is connected: closed within 5 s, nothing more delivered; the new key gets everything', async () => {
  const trial = await startTrial(world, { screensPerShop: 2 });
  const [shop = ''] = trial.shops;
  const old = [...trial.screens];
  await rotate(trial, shop);
  await until('both are closed', () => old.every(screen => screen.state().link.stoppedBy === 'unauthorized'), 5_000);
  const applied = old.map(screen => screen.log.entries.length);
  for (const screen of old) screen.log.isLive = false;
  trial.openScreen(shop);
  await trial.place({ shop });
  await trial.drain(10_000);
  expect(old.map(screen => screen.log.entries.length)).toEqual(applied);
  await expectWhole(trial);
});

test('F47 the farewell is lost: nothing more is delivered all the same, and the next frame ends it', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const [old] = trial.screens;
  world.sendBack.rule(() => 'drop');
  await rotate(trial, shop);
  world.sendBack.heal();
  expect(old?.state().link.phase).toBe('live');
  const applied = old?.log.entries.length;
  if (old !== undefined) old.log.isLive = false;
  trial.openScreen(shop);
  await trial.place({ shop });
  await trial.drain(10_000);
  await until('it is closed', () => old?.state().link.stoppedBy === 'unauthorized', 5_000);
  expect(old?.log.entries.length).toBe(applied);
  await expectWhole(trial);
});

async function setMenu(shop: string, rice: number, egg: number, available = true): Promise<void> {
  const dishes = [
    { id: 'rice', name: 'Rice', priceCents: rice },
    { id: 'egg', name: 'Egg', priceCents: egg, available },
  ];
  expect(await world.init({ shops: [{ id: shop, name: shop, currency: 'CNY', dishes }] })).not.toHaveProperty('error');
}

/** What the next version of the schema may do: more columns, and the functions anew. */
async function migrateTo(column: string): Promise<void> {
  const client = await world.postgres.pool.connect();
  const name = JSON.stringify(`column of version ${column}`);
  try {
    await client.query('begin');
    for (const table of ['shops', 'streams', 'orders', 'dishes'])
      await client.query(`alter table ${table} add column ${name} text not null default ''`);
    const { rows } = await client.query<{ text: string }>(
      "select pg_get_functiondef(oid) as text from pg_proc where proname in ('place_order', 'touch_connection', 'bind_screen')",
    );
    for (const { text } of rows) await client.query(text);
    await client.query('commit');
  } finally {
    client.release();
  }
}

async function rotate(trial: Trial, shop: string): Promise<void> {
  const answer = await world.init({ rotateKeys: [shop] });
  if ('error' in answer) throw new Error(answer.error.message);
  trial.keys[shop] = answer.rotated[0]?.key ?? '';
}

function codeOf({ status, text }: { status: number; text: string }): string {
  expect(status).toBe(409);
  return JSON.parse(text).error.code;
}

function totalOf({ status, text }: { status: number; text: string }): number {
  expect(status).toBe(201);
  return JSON.parse(text).order.totalCents;
}

function refusalsOf({ records }: Trial): Set<string> {
  return new Set(records.flatMap(record => (record.type === 'fail' ? [record.code] : [])));
}

/** Not a 503: that one may come, and a retry then cures it. */
function isDefiniteFailure(record: OrderRecord): boolean {
  return record.type === 'fail' || (record.type === 'unknown' && record.status !== 503);
}
