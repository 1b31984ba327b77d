import { membersOf } from '../../functions/domain/chat/room.ts';
import { startCosRooms } from '../support/chat/room-stores.ts';

// A large room on COS: a list is many calls, so the time it takes is a matter of how many are under way at once.

const MEMBERS = 10_000;

test('ten thousand members are listed in pages, each once, and the pages after the first at the same time', async () => {
  const cos = await startCosRooms();
  const { faults } = cos.server;
  await cos.fill(
    'chat/',
    Array.from({ length: MEMBERS }, (_, index) => `connection-${index}`),
  );
  faults.forgetCalls();
  let arrived = 0;
  let letThrough = () => {};
  const tenAtOnce = new Promise<void>(resolve => {
    letThrough = resolve;
  });
  faults.add({
    nth: 2,
    times: Number.POSITIVE_INFINITY,
    run() {
      arrived += 1;
      if (arrived === 10) letThrough();
      // None is answered before ten have come: one after the other, they never would.
      return tenAtOnce;
    },
  });
  const members = await membersOf(cos.room({ leaseSeconds: 3_600, prefix: 'chat/' }));
  expect(members.size).toBe(MEMBERS);
  expect(faults.calls.length).toBeGreaterThan(10);
  expect(faults.calls.length).toBeLessThan(40);
  expect(new Set(faults.calls.map(({ action }) => action))).toEqual(new Set(['GetBucket']));
  await cos.stop();
});
