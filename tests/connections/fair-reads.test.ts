import { fairReads } from '../../functions/runtime/fair-reads.ts';
import { createLine } from '../../functions/runtime/line.ts';

/** Shops b and d, of which one is read at a time, or `atOnce` of odd ones; what begins with `held` ends when it is told to. */
function world(atOnce = 1) {
  const ids = ['b', 'd'];
  const read: string[] = [];
  const held = new Map<string, () => void>();
  const holding = { what: '' };
  async function note(what: string) {
    read.push(what);
    if (holding.what !== '' && what.startsWith(holding.what)) await new Promise<void>(end => held.set(what, end));
  }
  const isThere = (id: string) => ids.includes(id);
  const shopsFor = fairReads(
    {
      async byId(id) {
        await note(`shop ${id}`);
        return isThere(id) ? { shop: id, state: id } : undefined;
      },
      async list(after) {
        await note(`list ${after}`);
        return { shops: ids.filter(id => id > (after ?? '')), next: undefined, state: '' };
      },
      async stateOf({ shop, after }) {
        await note(`state ${shop} ${after}`);
        return shop === undefined || isThere(shop) ? 'state' : '';
      },
      async lastUpTo(id) {
        await note(`up to ${id}`);
        return ids.filter(each => each <= id).at(-1);
      },
      async slots(id, day) {
        await note(`slots ${id} ${day}`);
        return '[]';
      },
    },
    { usual: createLine({ atOnce: 1 }), odd: createLine({ atOnce }) },
  );
  const settle = () => new Promise(resolve => setImmediate(resolve));
  /** Until nothing is held any more. */
  const release = async () => {
    holding.what = '';
    for (const [what, end] of held) {
      held.delete(what);
      end();
      await settle();
    }
  };
  return { holding, read, release, settle, shopsFor };
}

test.each([
  [
    'pages after made-up ids',
    'up to',
    (n: number, s: ReturnType<ReturnType<typeof world>['shopsFor']>) => s.list(`a${n}`),
  ],
  ['states after made-up ids', 'up to', (n, s) => s.stateOf({ after: `a${n}` })],
  ['slots of odd days', 'slots', (n, s) => s.slots('b', `2030-01-${n}`)],
  ['shops that are not there', 'shop x', (n, s) => s.byId(`x${n}`)],
  ['states of shops that are not there', 'state x', (n, s) => s.stateOf({ shop: `x${n}` })],
])('13.7 %s keep nobody from the first page, from a menu and from what is new of them', async (_, what, ask) => {
  const { holding, release, shopsFor } = world();
  const honest = shopsFor('honest');
  await honest.byId('b');
  holding.what = what;
  const flood = Array.from({ length: 50 }, (_, n) => ask(n, shopsFor('flood')));
  expect((await honest.list(undefined)).shops).toEqual(['b', 'd']);
  expect((await honest.byId('b'))?.shop).toBe('b');
  expect(await honest.stateOf({ shop: 'b' })).toBe('state');
  expect(await honest.stateOf({ after: undefined })).toBe('state');
  await release();
  await Promise.all(flood);
});

test('13.7 behind made-up keys of one address another gets its turn', async () => {
  const { holding, read, release, settle, shopsFor } = world();
  holding.what = 'slots';
  const flood = Array.from({ length: 50 }, (_, n) => shopsFor('flood').slots('b', String(n)));
  await settle();
  const honest = shopsFor('honest').slots('d', 'today');
  await release();
  expect(await honest).toBe('[]');
  await Promise.all(flood);
  expect(read.indexOf('slots d today')).toBeLessThan(3);
});

test('13.7 there are no more pages than shops: what selects the same is read once', async () => {
  const { holding, read, release, settle, shopsFor } = world(2);
  holding.what = 'list b';
  const first = shopsFor('a').list('b');
  await settle();
  const flood = Array.from({ length: 50 }, (_, n) => shopsFor('a').list(`b${n}`));
  for (let turn = 0; turn < 60; turn++) await settle();
  await release();
  expect((await first).shops).toEqual(['d']);
  for (const page of await Promise.all(flood)) expect(page.shops).toEqual(['d']);
  expect(read.filter(each => each === 'list b')).toHaveLength(2);
});

test('an id before all shops is the first page, and one after them an empty one', async () => {
  const { shopsFor } = world();
  expect((await shopsFor('a').list('')).shops).toEqual(['b', 'd']);
  expect((await shopsFor('a').list('a')).shops).toEqual(['b', 'd']);
  expect((await shopsFor('a').list('z')).shops).toEqual([]);
});
