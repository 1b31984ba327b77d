import { foreignAnswers, foreignResponse } from '../support/foreign-answers.ts';
import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { startTrial } from '../support/trial/trial.ts';

let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem();
});
afterAll(() => world?.end());

test('9.1 F51: whoever answers instead of us, after the order got through and before, each order is placed once', async () => {
  const trial = await startTrial(world);
  const answers = [...foreignAnswers, ...foreignAnswers].values();
  let isThrough = false;
  trial.setFront(async send => {
    const foreign = answers.next().value;
    if (foreign === undefined) return send();
    isThrough = !isThrough;
    if (isThrough) await send();
    return foreignResponse(foreign);
  });
  const [shop = ''] = trial.shops;
  const placements = await Promise.all(Array.from({ length: 40 }, () => trial.place({ shop })));
  expect(placements.map(({ type }) => type)).toEqual(placements.map(() => 'placed'));
  await expectWhole(trial);
});
