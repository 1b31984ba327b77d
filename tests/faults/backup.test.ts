import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { placeMany } from '../support/trial/place-many.ts';
import type { Screen } from '../support/trial/screen.ts';
import { startTrial, type Trial } from '../support/trial/trial.ts';
import { until } from '../support/until.ts';
import { takeBackup } from './backup.ts';

let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem({ redeliverSeconds: 1 });
});
afterEach(() => world?.heal());
afterAll(() => world?.end());

const restores = [
  { name: 'F41 a backup is restored under newer cursors', grows: 0, newEpoch: false },
  { name: 'F41 a backup is restored under newer cursors, with new epochs', grows: 0, newEpoch: true },
  { name: 'F41 a backup is restored and its log grows up to the cursors', grows: 5, newEpoch: false },
  { name: 'F41 a backup is restored and its log grows past the cursors', grows: 9, newEpoch: false },
  { name: 'F41 a backup is restored and its log grows past the cursors, with new epochs', grows: 9, newEpoch: true },
];

test.each(restores)('$name: every screen gets a snapshot, and goes on from there', async ({ grows, newEpoch }) => {
  const trial = await startTrial(world, { screensPerShop: 2 });
  const [shop = ''] = trial.shops;
  const place = async (count: number) => {
    for (let n = 0; n < count; n++) expect(await trial.tryOnce({ shop })).toMatchObject({ status: 201 });
  };
  const [stays, away] = trial.screens as [Screen, Screen];
  await place(5);
  await trial.drain(10_000);
  const backup = await takeBackup(world.postgres.pool);
  const later = trial.openScreen(shop); // its connection is not in the backup
  await place(5);
  await trial.drain(10_000);
  expect(trial.screens.map(({ state }) => state().cursor?.after)).toEqual([10, 10, 10]);

  await hideFrom(away);
  await backup.restore();
  await forgetWhatIsLost(trial);
  if (newEpoch) expect(await world.init({ newEpoch: true })).toMatchObject({ newEpochs: expect.any(Number) });
  await place(grows);
  // Each as it may find out: at a ping, when it comes back, at a ping on a connection that nobody knows of any more.
  stays.wake();
  away.drop();
  later.wake();
  await until('each has a snapshot', () => trial.screens.every(({ log }) => log.entries[0]?.type === 'snapshot'));
  await place(2);
  await expectWhole(trial);
});

test('F42 the log is cut below a cursor: a screen that comes back gets a snapshot', async () => {
  const trial = await startTrial(world, { screensPerShop: 2 });
  const [shop = ''] = trial.shops;
  const [stays, away] = trial.screens as [Screen, Screen];
  await place(trial, 5);
  await trial.drain(10_000);
  await hideFrom(away);
  await placeMany(world.postgres.pool, trial.records, shop, 5);
  stays.wake();
  await until('the other one has them', () => stays.state().cursor?.after === 10);
  expect(away.state().cursor?.after).toBe(5);
  const putBack = await cutLog(shop, 8);
  away.drop();
  await trial.drain(10_000);
  expect(away.log.entries.slice(-2).map(entry => [entry.type, 'head' in entry ? entry.head : entry.seq])).toEqual([
    ['event', 5],
    ['snapshot', 10],
  ]);
  expect(stays.log.entries.filter(({ type }) => type === 'snapshot')).toHaveLength(1); // the first one
  await place(trial, 1);
  await trial.drain(10_000);
  await putBack();
  await expectWhole(trial);
});

test('F42 the log is cut in mid-resume: what remains comes as a snapshot, nothing is skipped', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const [screen] = trial.screens as [Screen];
  const caught = world.sendBack.trap(
    'arrived',
    ({ data }) => data.startsWith('{"type":"events"') && data.includes('"more":true'),
  );
  await placeMany(world.postgres.pool, trial.records, shop, 120);
  screen.wake();
  const trapped = await caught;
  const putBack = await cutLog(shop, 90);
  trapped.release();
  await trial.drain(15_000);
  const shown = screen.log.entries.map(entry => ('head' in entry ? `snapshot ${entry.head}` : entry.seq));
  expect(shown).toEqual(['snapshot 0', ...Array.from({ length: shown.length - 2 }, (_, n) => n + 1), 'snapshot 120']);
  expect(shown.length).toBeGreaterThan(20);
  await putBack();
  await expectWhole(trial);
});

test('F42 the whole log is cut: a screen that is up to date stays so, one that comes without a cursor as well', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const [stays] = trial.screens as [Screen];
  await place(trial, 3);
  await trial.drain(10_000);
  const putBack = await cutLog(shop, 3);
  trial.openScreen(shop);
  await trial.drain(10_000);
  stays.wake();
  await trial.drain(10_000);
  await place(trial, 2);
  await trial.drain(10_000);
  await putBack();
  await expectWhole(trial);
});

/** Nothing reaches a screen any more on the connection it has. */
async function hideFrom({ state }: Screen): Promise<void> {
  const { rows } = await world.postgres.pool.query<{ id: string }>('select id from connections where device = $1', [
    state().identity.device,
  ]);
  const hidden = new Set(rows.map(({ id }) => id));
  world.sendBack.rule(({ connectionId }) => (hidden.has(connectionId) ? 'drop' : 'pass'));
}

async function place(trial: Trial, count: number): Promise<void> {
  const [shop = ''] = trial.shops;
  for (let left = count; left > 0; left -= 10)
    await Promise.all(Array.from({ length: Math.min(10, left) }, () => trial.place({ shop })));
}

/** A restore loses what came after the backup, by its nature: the history begins anew, with what has been kept. */
async function forgetWhatIsLost({ records, screens }: Trial): Promise<void> {
  const { rows } = await world.postgres.pool.query<{ key: string }>('select key from order_keys');
  const kept = new Set(rows.map(({ key }) => key));
  records.splice(0, records.length, ...records.filter(({ key }) => kept.has(key)));
  for (const { log } of screens) log.entries.length = 0;
}

/** Cuts a shop's log up to and with `seq`, as the timer does in 30 days. Gives what puts it back for the checker. */
async function cutLog(shop: string, seq: number): Promise<() => Promise<void>> {
  const { pool } = world.postgres;
  await pool.query('drop table if exists cut_events');
  await pool.query('create table cut_events as table events with no data');
  await pool.query(`insert into cut_events select * from events where shop = $1 and seq <= $2`, [shop, seq]);
  // In one transaction, or re-delivery would see events that are a month late.
  const client = await pool.connect();
  await client.query('begin');
  await client.query("update events set at = at - interval '31 days' where shop = $1 and seq <= $2", [shop, seq]);
  await client.query("select cut_log($1, interval '30 days')", [shop]);
  await client.query('commit');
  client.release();
  return async () => {
    await pool.query('insert into events select * from cut_events on conflict do nothing');
    await pool.query('update streams set min_seq = 1 where shop = $1', [shop]);
  };
}
