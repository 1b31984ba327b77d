import { takeTurns } from '../../db/turns.ts';

/** Shops with so much that is due, and what each was asked for. */
function shopsWith(due: Record<string, number>) {
  const left = new Map(Object.entries(due));
  const asked: [string, number][] = [];
  const claim = async (shop: string, share: number) => {
    asked.push([shop, share]);
    const count = Math.min(share, left.get(shop) ?? 0);
    left.set(shop, (left.get(shop) ?? 0) - count);
    return Array<string>(count).fill(shop);
  };
  return { claim, asked, shops: Object.keys(due) };
}

const never = (error: unknown) => {
  throw error;
};

const countsOf = (taken: readonly string[]) =>
  Object.fromEntries([...new Set(taken)].sort().map(shop => [shop, taken.filter(each => each === shop).length]));

test.each([
  ['what one does not use goes to the others', { a: 500, b: 500, c: 2 }, 100, { a: 49, b: 49, c: 2 }],
  ['more shops than the limit give one each, the first of them', { a: 9, b: 9, c: 9 }, 2, { a: 1, b: 1 }],
  ['less than the limit is all taken', { a: 3, b: 1 }, 100, { a: 3, b: 1 }],
  ['nothing is due', {}, 100, {}],
  ['one shop has all', { a: 500 }, 100, { a: 100 }],
])('%s', async (_, due, limit, taken) => {
  const { claim, shops } = shopsWith(due);
  expect(countsOf(await takeTurns(shops, limit, claim, never))).toEqual(taken);
});

test('never more than the limit, whatever is due', async () => {
  for (let count = 1; count < 40; count++) {
    const { claim, shops } = shopsWith(Object.fromEntries(Array.from({ length: count }, (_, n) => [`s${n}`, n % 7])));
    expect((await takeTurns(shops, 17, claim, never)).length).toBeLessThanOrEqual(17);
  }
});

test('a shop that fails is left out and said, the others get its share', async () => {
  const { claim, shops } = shopsWith({ a: 50, b: 50 });
  const failed: string[] = [];
  const failing = (shop: string, share: number) => (shop === 'a' ? Promise.reject(new Error('x')) : claim(shop, share));
  const taken = await takeTurns(shops, 40, failing, (_, shop) => failed.push(shop));
  expect([countsOf(taken), failed]).toEqual([{ b: 40 }, ['a']]);
});
