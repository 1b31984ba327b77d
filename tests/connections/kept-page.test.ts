import { keepFirstPage } from '../../functions/runtime/kept-page.ts';

/** Shops whose first page is what `page` says, and what was read of them. */
function world() {
  const read: string[] = [];
  const shops = { page: 'noodles open' };
  const list = keepFirstPage({
    async list(after) {
      read.push(`list ${after ?? ''}`);
      return { shops: [shops.page], next: undefined, state: `state of ${shops.page}` };
    },
    async stateOf({ after }) {
      read.push(`state ${after ?? ''}`);
      return `state of ${shops.page}`;
    },
  });
  return { list, read, shops };
}

test('the first page of shops is read once, and its menus not again while it is as it was', async () => {
  const { list, read } = world();
  for (let time = 0; time < 3; time++) expect((await list(undefined)).shops).toEqual(['noodles open']);
  expect(read).toEqual(['list ', 'state ', 'state ']);
});

test('a shop that has changed is seen by whoever asks next', async () => {
  const { list, shops } = world();
  await list(undefined);
  shops.page = 'noodles closed';
  expect(await list(undefined)).toEqual({
    shops: ['noodles closed'],
    next: undefined,
    state: 'state of noodles closed',
  });
});

test('a later page is read, and nothing of it is kept: there are as many as ids that strangers make up', async () => {
  const { list, read } = world();
  for (const after of ['a', 'b', 'a']) await list(after);
  await list(undefined);
  expect(read).toEqual(['list a', 'list b', 'list a', 'list ']);
});
