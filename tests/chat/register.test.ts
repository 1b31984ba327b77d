import { register } from '../../functions/chat/register/register.ts';
import type { Member } from '../../functions/domain/chat/room.ts';

const connecting = { connectionId: 'a connection', remoteAddress: undefined, requestId: 'r' };

/** A room that notes whatever is asked of it, by any name. */
function watchedRoom(outcomeOf: (member: Member, calls: number) => 'added' | 'taken' | 'closed') {
  const asked: string[] = [];
  const target = {
    async add(member: Member) {
      return outcomeOf(member, asked.length);
    },
  };
  const room = new Proxy(target, {
    get(_, name) {
      asked.push(String(name));
      return target.add;
    },
  });
  return { room, asked };
}

test('who connects is added under a name, and nothing else is done: a push would find no connection yet', async () => {
  const { room, asked } = watchedRoom(() => 'added');
  expect(await register(room)(connecting)).toEqual({ accepted: true, message: 'ok' });
  expect(asked).toEqual(['add']);
});

test('who cannot be let in is refused with the reason', async () => {
  const { room, asked } = watchedRoom(() => 'taken');
  expect(await register(room)(connecting)).toMatchObject({ accepted: false, message: 'the room is full' });
  expect(asked).toHaveLength(8);
});

test('a store that is away is no refusal', async () => {
  const { room } = watchedRoom(() => {
    throw new Error('away');
  });
  await expect(register(room)(connecting)).rejects.toThrow('away');
});
