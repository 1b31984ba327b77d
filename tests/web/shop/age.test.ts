import { signal } from '@preact/signals';
import type { Order } from '../../../functions/domain/frames.ts';

// What a ticket says of an order that nobody has accepted: how long it has waited, and when it expires.

jest.mock('../../../web/shop/screen.ts', () => ({ stream: signal(undefined), deadlines: signal(new Map()) }));
jest.mock('../../../web/shared/language.ts', () => ({
  locale: () => 'en-GB',
  say: ([, text]: readonly [string, string], values: Record<string, unknown> = {}) =>
    text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])),
}));

const NOW = Date.parse('2030-01-01T00:00:00.000Z');
const inMinutes = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

const placed = (differing: Partial<Order>): Order =>
  ({ id: 'a', status: 'placed', placedAt: inMinutes(-2), wantedAt: null, ...differing }) as Order;

// Loaded with a clock that stands still: the page's own goes on for ever.
const load = async () => ({
  ...(await import('../../../web/shop/orders/age.ts')),
  ...(await import('../../../web/shop/screen.ts')),
});
let page: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  jest.useFakeTimers({ now: NOW });
  page = await load();
});
afterAll(() => jest.useRealTimers());

function shopIs(open: boolean): void {
  const shop = { open, acceptMinutes: 5 };
  page.stream.value = { shop, orders: new Map() } as unknown as NonNullable<typeof page.stream.value>;
}

const later = { wantedAt: inMinutes(3_000) };

test.each([
  ['now', true, { acceptBy: inMinutes(3) }, 'expires in 3 min', 2],
  ['now, at a shop that has closed since', false, { acceptBy: inMinutes(3) }, 'expires in 3 min', 2],
  ['now, of a server before', true, {}, 'expires in 3 min', 2],
  ['now, late', true, { acceptBy: inMinutes(-1) }, 'about to expire', 2],
  ['now, of a shop whose time to accept was another', true, { acceptBy: inMinutes(28) }, 'expires in 28 min', 2],
  ['later', true, { ...later, acceptBy: inMinutes(3) }, 'expires in 3 min', 2],
  [
    'later, since the opening',
    true,
    { ...later, placedAt: inMinutes(-600), acceptBy: inMinutes(4) },
    'expires in 4 min',
    1,
  ],
  ['later, at a shop that has closed since', false, { ...later, acceptBy: inMinutes(3) }, 'expires in 3 min', 2],
  [
    'later, at a shop that is closed',
    false,
    { ...later, acceptBy: inMinutes(2_640) },
    'to be accepted within 5 min of opening',
    2,
  ],
  ['later, at a shop that is closed, of a server before', false, later, 'to be accepted within 5 min of opening', 2],
  ['later, of a server before', true, later, '', 2],
])('an order for %s', (_, open, differing, expiry, waited) => {
  shopIs(open);
  const order = placed(differing);
  expect(page.describeExpiry(order, 5)).toBe(expiry);
  expect(page.minutesWaited(order, 5)).toBe(waited);
  expect(page.describeAge(order, 5).text).toBe(`waiting ${waited} min`);
});
