import { emptyRoom, memoryRoom } from '../../db/connections/memory.ts';
import { createPasses } from '../../functions/domain/chat/pass.ts';
import type { Joined } from '../../functions/domain/chat/presence.ts';
import { receive } from '../../functions/domain/chat/receive.ts';
import { enter, membersOf } from '../../functions/domain/chat/room.ts';

/** A room, and what its functions did. */
function dependencies(secret = 'a secret of the tests') {
  const room = memoryRoom(emptyRoom(), { leaseSeconds: 3_600 });
  const passes = createPasses(secret);
  const joined: (Joined | undefined)[] = [];
  const closed: string[] = [];
  const chat = {
    room,
    passes,
    lanes: 1,
    deliveries: async () => {},
    patience: () => Promise.resolve(),
    presence: async (who?: Joined) => void joined.push(who),
    push: {
      send: async () => 'sent' as const,
      async close(id: string) {
        closed.push(id);
        return 'sent' as const;
      },
    },
  };
  return {
    ...chat,
    joined,
    closed,
    join: (connectionId: string, pass?: string) =>
      receive(chat, { connectionId, text: JSON.stringify({ action: 'join', ...(pass && { pass }) }) }),
  };
}

test('9.18: a name that somebody else has by now is not taken away, but who shows its pass is still nobody new', async () => {
  const here = dependencies();
  const before = await enter(here.room, 'before');
  await here.room.remove('before');
  await here.room.add({ id: 'somebody else', name: before.name });
  const after = await enter(here.room, 'after');
  await here.join('after', here.passes.issue(before));
  expect(here.joined).toEqual([{ ...after, isBack: true }]);
  expect((await membersOf(here.room)).get('somebody else')?.name).toBe(before.name);
  expect(here.closed).toEqual([]);
});

test('9.18: only a connection that is still there is ended', async () => {
  const here = dependencies();
  const before = await enter(here.room, 'before');
  await here.join('after', here.passes.issue(before));
  expect(here.closed).toEqual(['before']);
  await here.join('again', here.passes.issue({ ...before, id: 'after' }));
  await here.join('again', here.passes.issue(before));
  expect(here.closed).toEqual(['before', 'after']);
  expect([...(await membersOf(here.room)).values()]).toEqual([{ id: 'again', name: before.name, isNew: true }]);
});

test.each([
  'L0SM9cOFvHcCIhw=',
  '空格 and ?&#%',
  '.',
  'x'.repeat(120),
])('9.18: a pass says who it was issued to, whatever the id: %s', id => {
  const passes = createPasses('a secret of the tests');
  const pass = passes.issue({ id, name: 'BCDF' }) ?? '';
  expect(passes.read(pass)).toEqual({ id, name: 'BCDF' });
  expect(createPasses('another secret').read(pass)).toBeUndefined();
});

test('9.18: without a secret nobody gets a pass, and none is believed', async () => {
  const here = dependencies('');
  const before = await enter(here.room, 'before');
  expect(here.passes.issue(before)).toBeUndefined();
  const forged = createPasses('anything').issue(before)?.split('.')[0];
  await here.join('after', `${forged}.`);
  expect(here.joined).toMatchObject([{ id: 'after', isBack: false }]);
  expect(here.closed).toEqual([]);
});
