import { setTimeout as sleep } from 'node:timers/promises';
import { expectWhole } from './expect-whole.ts';
import { pick } from './random.ts';
import { startTrial } from './trial.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

test('F1 50 writers and 20 shops, whose screens are dropped at random: everything arrives, once and in order', async () => {
  const trial = await startTrial(world, { shops: 20, prices: { rice: [200] } });
  const writers = trial.startWriters({ count: 50, pauseMs: 200 });
  for (let until = Date.now() + 8_000; Date.now() < until; await sleep(50)) pick(trial.screens, Math.random).drop();
  await writers.stop();
  const report = await expectWhole(trial);
  expect(report.orders).toBeGreaterThan(200);
}, 60_000);
