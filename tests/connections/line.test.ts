import { createLine, type LineLimits } from '../../functions/runtime/line.ts';

const worlds: (() => void)[] = [];
afterAll(() => {
  for (const finish of worlds) finish();
});

/** Work in line that ends when it is told to. */
function world(limits: LineLimits) {
  const line = createLine(limits);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  let isOver = false;
  const settle = () => new Promise(resolve => setImmediate(resolve));
  const ask = (asker: string, name: string, ...others: string[]) => {
    const ticket = line.ticket(asker);
    const done = ticket.run(() => {
      begun.push(name);
      if (isOver) return Promise.resolve(name);
      return new Promise<string>(end => ends.set(name, () => end(name)));
    });
    for (const other of others) ticket.alsoFor(other);
    return done;
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await settle();
  };
  const finish = () => {
    isOver = true;
    for (const each of ends.values()) each();
  };
  worlds.push(finish);
  return { ask, begun, end, settle };
}

test('13.7 askers take turns: who asks for much waits behind himself', async () => {
  const { ask, begun, end, settle } = world({ atOnce: 1 });
  for (const name of ['a1', 'a2', 'a3', 'a4']) ask('a', name);
  ask('b', 'b1');
  ask('c', 'c1');
  await settle();
  for (const name of ['a1', 'a2', 'b1', 'c1', 'a3']) await end(name);
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4']);
});

test('13.7 of one asker so much is under way at a time, and what is left is for others', async () => {
  const { ask, begun, end, settle } = world({ atOnce: 4, ofOne: 2 });
  for (const name of ['a1', 'a2', 'a3', 'a4']) ask('a', name);
  await settle();
  expect(begun).toEqual(['a1', 'a2']);
  for (const name of ['b1', 'c1', 'd1']) ask(name, name);
  await settle();
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1']);
  await end('b1');
  expect(begun.slice(4)).toEqual(['d1']);
  await end('a1');
  expect(begun.slice(5)).toEqual(['a3']);
});

test('13.7 what somebody else asks for too is done when it is the turn of either, and once', async () => {
  const { ask, begun, end, settle } = world({ atOnce: 1 });
  for (const name of ['a1', 'a2', 'a3']) ask('a', name);
  const both = ask('a', 'a4', 'b');
  await settle();
  for (const name of ['a1', 'a2', 'a4']) await end(name);
  expect(await both).toBe('a4');
  await end('a3');
  ask('b', 'b1');
  await settle();
  expect(begun).toEqual(['a1', 'a2', 'a4', 'a3', 'b1']);
});

test('who has waited for too long is told to come again, and work that fails leaves its place', async () => {
  const line = createLine({ atOnce: 1, waitMs: 5 });
  let end = () => {};
  const slow = line.ticket('a').run(
    () =>
      new Promise<void>((_, fail) => {
        end = () => fail(new Error('away'));
      }),
  );
  await expect(line.ticket('b').run(async () => 'b')).rejects.toMatchObject({ code: 'unavailable' });
  end();
  await expect(slow).rejects.toThrow('away');
  await expect(line.ticket('b').run(async () => 'b')).resolves.toBe('b');
});
