import { randomBytes } from 'node:crypto';
import { lettersOf } from '../../functions/domain/chat/names.ts';
import { enter, membersOf, type Room } from '../../functions/domain/chat/room.ts';
import { type RoomStore, roomStores } from '../support/chat/room-stores.ts';
import { inParallel, upTo } from '../support/postgres/ports.ts';
import { describeOver } from '../support/programs.ts';

// One suite for the port over every store. A lease long enough not to matter, unless the test is about leases.
const LONG = { leaseSeconds: 3_600 };

for (const [kind, start] of Object.entries(roomStores))
  describeOver(kind)(`the chat room on ${kind}`, () => {
    let store: RoomStore;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store?.stop());

    it('lists who was added, with the name, and says that it is new', async () => {
      const { room, other } = await store.open(LONG);
      const id = newId();
      const name = firstName(id);
      expect(await room.add({ id, name })).toBe('added');
      expect(await listOf(other)).toEqual([{ id, name, isNew: true }]);
    });

    it('is empty at first, and after the last has left', async () => {
      const { room } = await store.open(LONG);
      expect(await listOf(room)).toEqual([]);
      const { id } = await enter(room, newId());
      await room.remove(id);
      expect(await listOf(room)).toEqual([]);
    });

    it('adds the same connection twice as once', async () => {
      const { room, other } = await store.open(LONG);
      const member = await enter(room, newId());
      expect(await other.add(member)).toBe('added');
      expect(await enter(room, member.id)).toEqual(member);
      expect(await listOf(room)).toHaveLength(1);
    });

    it('takes any id that a gateway may make', async () => {
      const { room } = await store.open(LONG);
      const ids = ['L0SM9cOFvHcCIhw=', 'a+b/c==', 'x'.repeat(120), '空格 and ?&#%', 'name#BCDF', '..'];
      for (const id of ids) await enter(room, id);
      expect([...(await membersOf(room)).keys()].sort()).toEqual(ids.sort());
      for (const id of ids) await room.remove(id);
      expect(await listOf(room)).toEqual([]);
    });

    it('does not bring back who was removed, however late the add', async () => {
      const { room, other } = await store.open(LONG);
      const { id, name } = await enter(room, newId());
      await other.remove(id);
      expect(await room.add({ id, name })).toBe('closed');
      await expect(enter(room, id)).rejects.toMatchObject({ code: 'not_found' });
      expect(await listOf(room)).toEqual([]);
    });

    it('does not bring back who was removed before it was ever added', async () => {
      const { room } = await store.open(LONG);
      const id = newId();
      await room.remove(id);
      await room.remove(id);
      expect(await room.add({ id, name: firstName(id) })).toBe('closed');
      expect(await listOf(room)).toEqual([]);
    });

    it('leaves nobody behind when adding and removing overtake each other', async () => {
      const { room, other } = await store.open(LONG);
      const ids = upTo(40).map(newId);
      await inParallel(20, ids, id =>
        Promise.all([
          enter(room, id).catch(() => undefined),
          other.remove(id),
          enter(other, id).catch(() => undefined),
        ]),
      );
      expect(await listOf(room)).toEqual([]);
      for (const id of ids) expect(await room.add({ id, name: firstName(id) })).toBe('closed');
    });

    it('gives a name to one connection only, and another one to the second', async () => {
      const { room, other } = await store.open(LONG);
      const [first, second] = twins();
      const [name = ''] = lettersOf(first);
      expect(await room.add({ id: first, name })).toBe('added');
      expect(await other.add({ id: second, name })).toBe('taken');
      expect(await enter(other, second)).toEqual({ id: second, name: lettersOf(second)[1] });
      expect(await listOf(room)).toHaveLength(2);
    });

    it('gives a name to one connection at most when two ask at the same moment', async () => {
      for (let round = 0; round < 10; round++) {
        const { room, other } = await store.open(LONG);
        const [first, second] = twins();
        const [name = ''] = lettersOf(first);
        const outcomes = await Promise.all([room.add({ id: first, name }), other.add({ id: second, name })]);
        expect(outcomes.filter(outcome => outcome === 'added').length).toBeLessThanOrEqual(1);
        expect(await listOf(room)).toHaveLength(outcomes.filter(outcome => outcome === 'added').length);
      }
    });

    it('gives the name of who has left to the next', async () => {
      const { room } = await store.open(LONG);
      const [first, second] = twins();
      const [name = ''] = lettersOf(first);
      await room.add({ id: first, name });
      await room.remove(first);
      expect(await room.add({ id: second, name })).toBe('added');
      // The late repetition of a close is nobody else's.
      await room.remove(first);
      expect(await listOf(room)).toEqual([{ id: second, name, isNew: true }]);
    });

    it('9.18: gives a member the name that it had before, and its own to whoever wants it', async () => {
      const { room, other } = await store.open(LONG);
      const earlier = await enter(room, newId());
      await room.remove(earlier.id);
      const [first, second] = twins();
      const member = await enter(other, first);
      expect(await room.rename(member, earlier.name)).toBe('added');
      expect(await listOf(other)).toEqual([{ id: member.id, name: earlier.name, isNew: true }]);
      // Repeated, because the answer was lost, or as the renewal that comes every few hours.
      expect(await other.rename(member, earlier.name)).toBe('added');
      expect(await room.add({ id: member.id, name: earlier.name })).toBe('added');
      expect(await listOf(room)).toEqual([{ id: member.id, name: earlier.name, isNew: true }]);
      expect(await enter(room, second)).toEqual({ id: second, name: member.name });
      await room.remove(member.id);
      expect((await listOf(other)).map(({ id }) => id)).toEqual([second]);
      expect(await other.rename(await enter(other, newId()), earlier.name)).toBe('added');
    });

    it('9.18: gives nobody a name that somebody else has, and nothing to whoever has left', async () => {
      const { room, other } = await store.open(LONG);
      const [holder, member, left] = [
        await enter(room, newId()),
        await enter(other, newId()),
        await enter(room, newId()),
      ];
      expect(await room.rename(member, holder.name)).toBe('taken');
      expect(await room.rename({ ...member, name: 'BBBB' }, 'CCCC')).toBe('taken');
      await room.remove(left.id);
      expect(await other.rename(left, 'BCDF')).toBe('closed');
      const names = (await listOf(other)).map(({ name }) => name);
      expect(names.sort()).toEqual([holder.name, member.name].sort());
      expect(await room.add({ id: newId(), name: 'BCDF' })).toBe('added');
    });

    it('9.18: gives a name to one at most when two want it back at the same moment', async () => {
      for (let round = 0; round < 10; round++) {
        const { room, other } = await store.open(LONG);
        const [one, two] = [await enter(room, newId()), await enter(other, newId())];
        const outcomes = await Promise.all([room.rename(one, 'BCDF'), other.rename(two, 'BCDF')]);
        const count = outcomes.filter(outcome => outcome === 'added').length;
        expect(count).toBeLessThanOrEqual(1);
        const names = (await listOf(room)).map(({ name }) => name);
        expect(names).toHaveLength(2);
        expect(names.filter(name => name === 'BCDF')).toHaveLength(count);
      }
    });

    it('9.18: a name whose lease has lapsed can be had back', async () => {
      const { room, pass } = await store.open({ leaseSeconds: 20 });
      await room.add({ id: newId(), name: 'BCDF' });
      await pass(21);
      const member = await enter(room, newId());
      expect(await room.rename(member, 'BCDF')).toBe('added');
    });

    it('lists more than a page of members, each once', async () => {
      const { room, fill } = await store.open(LONG);
      const ids = upTo(1_050).map(newId);
      if (fill !== undefined) await fill(ids);
      else await inParallel(32, ids, id => enter(room, id));
      const listed = await listOf(room);
      expect(listed.map(({ id }) => id).sort()).toEqual([...ids].sort());
      if (fill === undefined) expect(new Set(listed.map(({ name }) => name)).size).toBe(ids.length);
      if (kind !== 'memory') expect(await pagesOf(room)).toBeGreaterThan(1);
    });

    it('lists whoever was there all the time while others come and go', async () => {
      const { room, other } = await store.open(LONG);
      const staying = upTo(60).map(newId);
      await inParallel(16, staying, id => enter(room, id));
      const passing = inParallel(4, upTo(100).map(newId), async id => {
        await enter(other, id);
        await other.remove(id);
      });
      for (let round = 0; round < 5; round++) {
        const listed = await membersOf(room);
        expect(staying.filter(id => !listed.has(id))).toEqual([]);
      }
      await passing;
      expect(await listOf(room)).toHaveLength(60);
    });

    it('no longer lists whose lease has lapsed, gives the name away, and lets the same one in again', async () => {
      const { room, pass } = await store.open({ leaseSeconds: 20 });
      const [first, second] = twins();
      const [name = ''] = lettersOf(first);
      await room.add({ id: first, name });
      await pass(21);
      expect(await listOf(room)).toEqual([]);
      expect(await room.add({ id: second, name })).toBe('added');
      expect(await enter(room, first)).toEqual({ id: first, name: lettersOf(first)[1] });
    });

    it('keeps who renews its lease', async () => {
      const { room, pass } = await store.open({ leaseSeconds: 30 });
      const member = await enter(room, newId());
      for (let round = 0; round < 3; round++) {
        await pass(15);
        expect(await room.add(member)).toBe('added');
      }
      expect((await listOf(room)).map(({ id }) => id)).toEqual([member.id]);
    });

    it('9.6, F54: gives away the name of a lease that a clock ten days ahead has given, after a lease at most', async () => {
      const { room, other, pass } = await store.open({ leaseSeconds: 20 }, { leaseSeconds: 10 * 86_400 });
      const [first, second] = twins();
      const [name = ''] = lettersOf(first);
      await other.add({ id: first, name });
      await room.add({ id: second, name });
      await pass(21);
      expect(await room.add({ id: second, name })).toBe('added');
      expect((await membersOf(room)).get(second)).toMatchObject({ name });
    });

    it('says that a member is new for five seconds', async () => {
      const { room, pass } = await store.open(LONG);
      const { id, name } = await enter(room, newId());
      await pass(6);
      expect(await listOf(room)).toEqual([{ id, name, isNew: false }]);
    });
  });

function newId(): string {
  return randomBytes(21).toString('base64url');
}

function firstName(id: string): string {
  return lettersOf(id)[0] ?? '';
}

/** Two ids whose first names are the same; they differ in the second. */
function twins(): [string, string] {
  const seen = new Map<string, string>();
  for (;;) {
    const id = newId();
    const other = seen.get(firstName(id));
    if (other !== undefined) return [other, id];
    seen.set(firstName(id), id);
  }
}

async function listOf(room: Room) {
  const members = [];
  for await (const page of room.list()) members.push(...page);
  return members;
}

async function pagesOf(room: Room): Promise<number> {
  let pages = 0;
  for await (const _ of room.list()) pages += 1;
  return pages;
}
