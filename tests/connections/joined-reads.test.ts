import { joinReads } from '../../functions/runtime/joined-reads.ts';
import { createLine } from '../../functions/runtime/line.ts';

/** Reads that end when they are told to. */
function world(atOnce: number, waitMs?: number) {
  const join = joinReads(createLine({ atOnce, ...(waitMs !== undefined && { waitMs }) }));
  const begun: { key: string; end(value: string): void; fail(error: Error): void }[] = [];
  const read = (key: string, asker = 'a') =>
    join(key, asker, () => new Promise<string>((end, fail) => begun.push({ key, end, fail })));
  const settle = () => new Promise(resolve => setImmediate(resolve));
  return { begun, read, settle };
}

test('13.7 who asks for the same at the same time shares a read, which begins after they have asked', async () => {
  const { begun, read, settle } = world(3);
  const first = read('a');
  await settle();
  const others = Array.from({ length: 50 }, () => read('a'));
  await settle();
  expect(begun).toHaveLength(1);
  begun[0]?.end('old');
  expect(await first).toBe('old');
  await settle();
  expect(begun).toHaveLength(2);
  begun[1]?.end('new');
  expect(new Set(await Promise.all(others))).toEqual(new Set(['new']));
});

test('13.7 reads of all together are so many at once', async () => {
  const { begun, read, settle } = world(2);
  const all = ['a', 'b', 'c', 'd'].map(key => read(key, `by ${key}`));
  await settle();
  expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
  begun[0]?.end('x');
  await settle();
  expect(begun.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  for (const each of [1, 2]) begun[each]?.end('x');
  await settle();
  begun[3]?.end('x');
  expect(await Promise.all(all)).toEqual(['x', 'x', 'x', 'x']);
});

test('a read that fails fails for those who share it alone, and takes no place for ever', async () => {
  const { begun, read, settle } = world(1);
  const failing = [read('a'), read('a')];
  await settle();
  const after = read('a');
  begun[0]?.fail(new Error('away'));
  expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await settle();
  begun[1]?.end('there');
  expect(await after).toBe('there');
});

test('who waits in line for too long is told to come again, and leaves the line as it was', async () => {
  const { begun, read, settle } = world(1, 5);
  const slow = read('a');
  await settle();
  const codes = ['b', 'b', 'c'].map(key => read(key).then(String, error => error.code));
  expect(await Promise.all(codes)).toEqual(['unavailable', 'unavailable', 'unavailable']);
  expect(begun.map(({ key }) => key)).toEqual(['a']);
  begun[0]?.end('late');
  expect(await slow).toBe('late');
  const [again, other] = [read('b'), read('c')];
  await settle();
  expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
  begun[1]?.end('there');
  await settle();
  begun[2]?.end('there too');
  expect(await Promise.all([again, other])).toEqual(['there', 'there too']);
});

test('13.7 a read that somebody else asks for as well is read when it is the turn of either', async () => {
  const { begun, read, settle } = world(1);
  const all = ['a', 'b', 'c', 'd'].map(key => read(key, 'flood'));
  await settle();
  all.push(read('d', 'honest'));
  for (const each of [0, 1, 2, 3]) {
    begun[each]?.end('x');
    await settle();
  }
  expect(begun.map(({ key }) => key)).toEqual(['a', 'b', 'd', 'c']);
  expect(new Set(await Promise.all(all))).toEqual(new Set(['x']));
});
