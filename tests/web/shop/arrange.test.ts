import type { Order } from '../../../functions/domain/frames.ts';
import { arrange, findMoved, type Place } from '../../../web/shop/orders/arrange.ts';

const order = (id: string, version = 1): Order => ({
  id,
  version,
  number: 1,
  shop: 'shop1',
  status: 'placed',
  items: [],
  totalCents: 0,
  currency: 'CNY',
  customer: { name: '', phone: '', address: '' },
  note: null,
  placedAt: '',
  updatedAt: '',
  readyAt: null,
  reason: null,
});
const orders = (ids: string) => [...ids].map(id => order(id));
const column = (ids: string) => arrange([], orders(ids), true);
const look = (places: readonly Place[]) =>
  places.map(({ order: { id }, isGone }) => (isGone ? `(${id})` : id)).join('');

test('where things may move, a column shows just what is wanted', () => {
  expect(look(arrange(column('abc'), orders('dca'), true))).toBe('dca');
});

test('where they may not, what is gone keeps its place and what is new comes last, wherever it belongs', () => {
  expect(look(arrange(column('abc'), orders('xbcy'), false))).toBe('(a)bcxy');
  expect(look(arrange(column('abc'), orders('cba'), false))).toBe('abc');
});

test('an order that changes in its place is shown as it is now; one that comes back is there again', () => {
  const [place] = arrange(column('a'), [order('a', 2)], false);
  expect(place?.order.version).toBe(2);
  const without = arrange(column('ab'), orders('b'), false);
  expect(look(arrange(without, orders('ab'), false))).toBe('ab');
});

test('what stands at another place than before has moved; what has only come has not', () => {
  expect(findMoved([...'abc'], [...'bcd'])).toEqual(['b', 'c']);
  expect(findMoved([...'abc'], [...'abcd'])).toEqual([]);
  expect(findMoved([...'abc'], [...'ab'])).toEqual([]);
  expect(findMoved([], [...'ab'])).toEqual([]);
});
