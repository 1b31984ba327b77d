import { setTimeout as sleep } from 'node:timers/promises';
import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import type { FunctionHost } from '../support/trial/function-host.ts';
import { startTrial } from '../support/trial/trial.ts';

// The first host stays well; one more for each point.
let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem({ billHosts: 6 });
});
afterAll(() => world?.end());

/** Where a function can be caught in the middle of `bill`; the numbers are those of the hosts. */
const points = [
  { host: 1, name: 'F3 before the statement', at: 'before' },
  { host: 2, name: 'F4 after the statement was sent', at: 'sent' },
  { host: 3, name: 'F4 after the commit, before its answer', at: 'answered' },
  { host: 4, name: 'F5 after the commit, before the push', at: 'arrived' },
  { host: 5, name: 'F6 between push and answer', at: 'forwarded' },
] as const;

type Point = (typeof points)[number];

test.each(points)('$name a function is killed: the retry is told of one order, which is on the screen', async point => {
  const trial = await startTrial(world, { screensPerShop: 2 });
  const [shop = ''] = trial.shops;
  const host = hostOf(point);
  const caught = trap(point, host, shop);
  const placing = trial.place({ shop }, `/bill-${point.host}`);
  const trapped = await caught;
  await host.kill();
  trapped.release();
  await host.start();
  const placement = await placing;
  if (point.at === 'before') expect(placement.status).toBe(201);
  else if (point.at === 'sent') expect([200, 201]).toContain(placement.status);
  else expect(placement.status).toBe(200);
  const report = await expectWhole(trial);
  expect(report).toMatchObject({ orders: 1, recovered: 1 });
  expect(report.stalestMs).toBeLessThan(10_000);
});

test('F7 frozen for 10 s at each of these points, functions keep nobody else waiting, and do no harm when they thaw', async () => {
  const trial = await startTrial(world, { shops: points.length });
  const frozen = await Promise.all(
    points.map(async (point, index) => {
      const host = hostOf(point);
      const shop = trial.shops[index] ?? '';
      const caught = trap(point, host, shop);
      const placing = trial.place({ shop }, `/bill-${point.host}`);
      const trapped = await caught;
      host.freeze();
      trapped.release();
      return { host, placing };
    }),
  );
  const frozenAt = Date.now();
  let slowestMs = 0;
  while (Date.now() - frozenAt < 10_000) {
    for (const shop of trial.shops) {
      const from = Date.now();
      expect((await trial.place({ shop })).status).toBe(201);
      slowestMs = Math.max(slowestMs, Date.now() - from);
    }
    await sleep(500);
  }
  expect(slowestMs).toBeLessThan(3_000);
  for (const { host } of frozen) host.thaw();
  const placements = await Promise.all(frozen.map(({ placing }) => placing));
  expect(placements.map(placement => placement.type)).toEqual(points.map(() => 'placed'));
  await expectWhole(trial);
});

function hostOf({ host }: Point): FunctionHost {
  const found = world.bills[host];
  if (found === undefined) throw new Error(`there is no host ${host}`);
  return found;
}

function trap({ at }: Point, host: FunctionHost, shop: string): Promise<{ release(): void }> {
  if (at === 'arrived' || at === 'forwarded') return world.sendBack.trap(at, ({ data }) => data.includes(shop));
  return host.database.trap('place_order(', at);
}
