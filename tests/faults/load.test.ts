import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from '../support/random.ts';
import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { startTrial } from '../support/trial/trial.ts';

let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem();
});
afterAll(() => world?.end());

test('F1 50 writers and 20 shops, whose screens are dropped at random: everything arrives, once and in order', async () => {
  const trial = await startTrial(world, { shops: 20, prices: { rice: [200] } });
  const writers = trial.startWriters({ count: 50, pauseMs: 200 });
  // On a slow machine it goes on until there are enough orders.
  for (const end = Date.now() + 8_000; Date.now() < end || trial.placed() <= 200; await sleep(50))
    pick(trial.screens, Math.random).drop();
  await writers.stop();
  const report = await expectWhole(trial);
  expect(report.orders).toBeGreaterThan(200);
});
