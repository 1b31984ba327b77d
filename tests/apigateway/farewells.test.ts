import { createFarewells } from '../../apigateway/server/websocket/farewells.ts';

function failing(times: number) {
  const state = { calls: 0 };
  const call = async () => {
    state.calls += 1;
    if (state.calls <= times) throw new Error('away');
  };
  return { state, call };
}

function farewells(forMs: number) {
  const logged: string[] = [];
  return { logged, ...createFarewells({ forMs, log: (_, event) => logged.push(event) }) };
}

test('what fails is tried once more when the gateway ends, at once, and then given up', async () => {
  const { tell, hurry, logged } = farewells(3_600_000);
  const never = failing(Number.POSITIVE_INFINITY);
  const once = failing(1);
  const both = [tell('a', never.call), tell('b', once.call)];
  await new Promise(setImmediate);
  hurry();
  await Promise.all(both);
  expect([never.state.calls, once.state.calls]).toEqual([2, 2]);
  expect(logged).toEqual(['cleanup is tried again', 'cleanup is tried again', 'cleanup failed']);
});

test('nothing is tried again beyond the time that is given', async () => {
  const { tell, logged } = farewells(0);
  const { state, call } = failing(1);
  await tell('a', call);
  expect([state.calls, logged]).toEqual([1, ['cleanup failed']]);
});

test('so many wait at the most', async () => {
  const { tell, hurry } = farewells(3_600_000);
  const failed = Array.from({ length: 10_001 }, () => failing(1));
  const all = failed.map(({ call }) => tell('a', call));
  await all[10_000];
  expect(failed[10_000]?.state.calls).toBe(1);
  hurry();
  await Promise.all(all);
  expect(failed.slice(0, 10_000).every(({ state }) => state.calls === 2)).toBe(true);
});
