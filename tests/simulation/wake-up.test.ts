import { differencesOf } from './check.ts';
import { buildSystem } from './system.ts';
import { fair } from './weather.ts';

/*
 * Nobody pushes anything again here: an order that is placed while a screen says hello is in what the screen is sent, or
 * finds the screen among those to be pushed to.
 */

/** A world of slow statements in which screens come and orders are placed within the same 60 ms. */
async function meet(seed: number): Promise<{ failures: string[]; orders: number }> {
  // A screen that has nothing saved is a new one: with few allowed, it would take the place of another here.
  const world = buildSystem({ seed, fewScreens: 20 });
  const { time, random, screens, customers, shops } = world;
  await time.pass(200);
  world.setWeather({ ...fair, slowMs: 20 });
  for (let round = 0; round < 4; round++) {
    for (const screen of screens)
      if (random.chance(0.7)) {
        const saved = random.chance(0.5) ? undefined : 'nothing saved';
        time.later(random.below(60), () => screen.reload(saved));
      }
    for (const customer of customers) {
      const shop = random.pick(shops).id;
      const body = {
        shop,
        items: [{ dish: 'rice', quantity: 1 }],
        customer: { name: 'Li', phone: '138', address: 'S' },
      };
      time.later(random.below(60), () => customer.order(shop, random.uuid(), body));
    }
    await time.pass(1_500);
  }
  const differences = differencesOf(world, false);
  world.end();
  const failures = [...world.problems, ...differences].map(text => `seed ${seed}: ${text}`);
  return { failures, orders: world.database.tables.orders.size };
}

test('F39: hello ∥ bill: in 1,000 meetings no order is told to nobody', async () => {
  const failures: string[] = [];
  let placed = 0;
  for (let seed = 1; seed <= 1_000; seed++) {
    const meeting = await meet(seed);
    failures.push(...meeting.failures);
    placed += meeting.orders;
  }
  expect(failures).toEqual([]);
  expect(placed).toBeGreaterThan(3_000);
});
