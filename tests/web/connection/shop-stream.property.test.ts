import fc from 'fast-check';
import { modelShop } from '../../support/model-shop.ts';
import { fairWeather, simulate, type Weather } from './shop-simulation.ts';

type Step =
  | { do: 'place' | 'advance' | 'settings' | 'disconnect' | 'wake' | 'redeliver' | 'accept' | 'backup' | 'cut' }
  | { do: 'restore'; newEpoch: boolean }
  | { do: 'weather'; weather: Weather }
  | { do: 'pass'; ms: number };

const weather: fc.Arbitrary<Weather> = fc.record({
  loss: fc.constantFrom(0, 0.2, 0.5),
  repeat: fc.constantFrom(0, 0.3),
  delayMs: fc.constantFrom(5, 300, 3_000, 60_000),
});

const everyday: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'place' }) },
  { weight: 5, arbitrary: fc.constant<Step>({ do: 'advance' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'accept' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'disconnect' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'wake' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'settings' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'redeliver' }) },
  { weight: 3, arbitrary: weather.map((weather): Step => ({ do: 'weather', weather })) },
  { weight: 6, arbitrary: fc.constantFrom(20, 500, 3_000, 30_000, 250_000).map((ms): Step => ({ do: 'pass', ms })) },
);

const disasters: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: everyday },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'backup' }) },
  { weight: 1, arbitrary: fc.boolean().map((newEpoch): Step => ({ do: 'restore', newEpoch })) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'cut' }) },
);

/** Runs the steps, heals everything, waits for the longest timer there is, and gives what came of it. */
function run(steps: readonly Step[], seed: number) {
  const shop = modelShop();
  const network = simulate(shop, mulberry(seed));
  let backup = shop.backup();
  let commands = 0;
  network.put({ type: 'connect' });
  network.pass(100); // in fair weather at first: everybody begins with an empty log
  for (const step of steps) {
    switch (step.do) {
      case 'place':
        network.push(shop.place());
        break;
      case 'advance':
        network.push(shop.advance());
        break;
      case 'accept': {
        const order = [...network.client().orders.values()].find(({ status }) => status === 'placed');
        if (order === undefined) break;
        commands += 1;
        const operation = { op: 'accept', order: order.id, version: order.version } as const;
        network.put({ type: 'command', id: `command-${commands}`, operation });
        break;
      }
      case 'settings':
        shop.changeSettings();
        break;
      case 'disconnect':
        network.disconnect();
        break;
      case 'wake':
        network.put({ type: 'wake' });
        break;
      case 'redeliver':
        network.push(shop.redeliver());
        break;
      case 'backup':
        backup = shop.backup();
        break;
      case 'restore':
        shop.restore(backup, step.newEpoch);
        break;
      case 'cut':
        shop.cutLog();
        break;
      case 'weather':
        network.setWeather(step.weather);
        break;
      case 'pass':
        network.pass(step.ms);
    }
  }
  network.setWeather(fairWeather);
  network.pass(61_000); // what is still under way arrives
  if (network.client().link.phase === 'stopped') network.put({ type: 'connect' }); // a person
  network.pass(300_000);
  return { shop, network, commands };
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const byId = (orders: Iterable<{ id: string; version: number; status: string }>) =>
  [...orders]
    .filter(({ status }) => ['placed', 'accepted', 'ready'].includes(status))
    .map(({ id, version, status }) => `${id} ${version} ${status}`)
    .sort();

function expectCaughtUp({ shop, network }: ReturnType<typeof run>): void {
  const client = network.client();
  expect(client.link.phase).toBe('live');
  expect(client.cursor).toMatchObject({ epoch: shop.epoch(), after: shop.head() });
  if (shop.head() > 0) expect(client.cursor?.lastId).toBe(shop.idAt(shop.head()));
  expect(byId(client.orders.values())).toEqual(byId(shop.openOrders()));
}

function expectPingsApart({ network }: ReturnType<typeof run>): void {
  const pings = network.sent.filter(({ frame }) => frame.type === 'ping').map(({ at }) => at);
  for (const [index, at] of pings.entries())
    if (index > 0) expect(at - (pings[index - 1] ?? 0)).toBeGreaterThanOrEqual(1_000);
}

const settings = { seed: 20_260, numRuns: Number(process.env.PROPERTY_RUNS ?? 1_500) };

describe('a shop’s stream, whatever the network does', () => {
  test('I3: has applied every event once and in order, and holds what the shop holds, once the network is well again', () => {
    fc.assert(
      fc.property(fc.array(everyday, { maxLength: 60 }), fc.nat(), (steps, seed) => {
        const outcome = run(steps, seed);
        expectCaughtUp(outcome);
        expectPingsApart(outcome);
        const applied = outcome.network.history
          .slice(1)
          .map(entry => ('applied' in entry ? entry.applied : 'snapshot'));
        expect(applied).toEqual(Array.from({ length: outcome.shop.head() }, (_, index) => index + 1));
      }),
      settings,
    );
  });

  test('every command is carried out once and answered once', () => {
    fc.assert(
      fc.property(fc.array(everyday, { maxLength: 60 }), fc.nat(), (steps, seed) => {
        const { shop, network, commands } = run(steps, seed);
        expect(network.client().outbox).toEqual([]);
        expect(shop.carriedOut.size).toBe(commands);
        expect([...shop.carriedOut.values()].every(times => times === 1)).toBe(true);
        expect(network.results.size).toBe(commands);
        expect([...network.results.values()].every(results => results.length === 1)).toBe(true);
      }),
      settings,
    );
  });

  test('F41, F42: after restored backups, new epochs and a cut log it holds what the shop holds, and skips nothing silently', () => {
    fc.assert(
      fc.property(fc.array(disasters, { maxLength: 60 }), fc.nat(), (steps, seed) => {
        expectCaughtUp(run(steps, seed));
      }),
      settings,
    );
  });
});
