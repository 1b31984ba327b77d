import type { PushOutcome } from '../../apigateway/push.ts';
import { announceShop, tellVisitors } from '../../functions/domain/announce.ts';

const text = { full: '{"id":"a","dishes":[]}', withoutDishes: '{"id":"a"}' };

/** A gateway on which every push comes to the same, and that notes how many were under way at once. */
function aGateway(outcome: PushOutcome) {
  const [pushed, pruned]: string[][] = [[], []];
  let [now, most] = [0, 0];
  return {
    pushed,
    pruned,
    most: () => most,
    dependencies: {
      push: {
        async send(id: string) {
          pushed?.push(id);
          most = Math.max(most, ++now);
          await new Promise(resolve => setImmediate(resolve));
          now -= 1;
          return outcome;
        },
        close: async () => outcome,
      },
      connections: { prune: async (id: string) => void pruned?.push(id) },
    },
  };
}

const crowd = Array.from({ length: 200 }, (_, n) => `visitor ${n}`);

describe('the visitors of a shop', () => {
  it('are told each once, a few at a time', async () => {
    const { dependencies, pushed, pruned, most } = aGateway('sent');
    await tellVisitors(dependencies, crowd, text);
    expect(pushed).toEqual(crowd);
    expect(pruned).toEqual([]);
    expect(most()).toBeLessThanOrEqual(32);
  });

  it('who are gone are forgotten', async () => {
    const { dependencies, pruned } = aGateway('gone');
    await tellVisitors(dependencies, crowd, text);
    expect(pruned).toEqual(crowd);
  });

  it('do not hold up a shop whose gateway takes nothing: the timer tells them', async () => {
    const { dependencies, pushed } = aGateway('unknown');
    await tellVisitors(dependencies, crowd, text);
    expect(pushed?.length).toBeLessThan(crowd.length / 2);
  });

  it('are told after the screens, and nothing is read for nobody', async () => {
    const { dependencies, pushed } = aGateway('sent');
    let [visitors, reads] = [['visitor'], 0];
    const shop = {
      ...dependencies,
      subscriptions: {
        screensOf: async () => ['screen'],
        followersOf: async () => [],
        visitorsOf: async () => visitors,
      },
      shops: {
        forScreens: async () => text,
        async forVisitors() {
          reads += 1;
          return text;
        },
      },
    };
    await announceShop(shop, 'a');
    expect([pushed, reads]).toEqual([['screen', 'visitor'], 1]);
    visitors = [];
    await announceShop(shop, 'a');
    expect([pushed?.length, reads]).toEqual([3, 1]);
  });
});
