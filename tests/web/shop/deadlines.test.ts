import type { Order, ShopSettings } from '../../../functions/domain/frames.ts';
import { deadlineOf, joinLateOrders, movedDeadlines } from '../../../web/shop/orders/deadlines.ts';

// An order for later follows the opening of the shop, and no event says so: the page reckons as the server does.

const NOW = Date.parse('2030-01-01T00:00:00.000Z');
const MINUTE_MS = 60_000;
const inMinutes = (minutes: number) => new Date(NOW + minutes * MINUTE_MS).toISOString();

const order = (acceptBy: string | null | undefined, wantedAt: string | null = inMinutes(600)): Order =>
  ({ id: 'a', wantedAt, ...(acceptBy === undefined ? {} : { acceptBy }) }) as Order;
const shop = (open: boolean, opensAt: string | null = null) => ({ open, opensAt, acceptMinutes: 5 }) as ShopSettings;

function after(change: ShopSettings, waiting: Order, known = new Map()): string | undefined {
  const deadline = deadlineOf(waiting, movedDeadlines(known, [waiting], change, NOW));
  return deadline === undefined ? undefined : new Date(deadline).toISOString();
}

test.each([
  ['it opens at another time', shop(false, inMinutes(240)), inMinutes(65), inMinutes(245)],
  ['it opens after the time of the order', shop(false, inMinutes(700)), inMinutes(65), inMinutes(605)],
  ['nobody knows when it opens', shop(false), inMinutes(65), inMinutes(605)],
  ['it is open', shop(true), inMinutes(65), inMinutes(5)],
  ['it is closed, and the order waits already', shop(false, inMinutes(240)), inMinutes(4), inMinutes(4)],
  ['it is open, and the order waits already', shop(true), inMinutes(4), inMinutes(4)],
])('of an order for later the page says the server’s time when %s', (_, change, before, by) => {
  expect(after(change, order(before))).toBe(by);
});

test('one for as soon as possible keeps its time, one that nobody has to accept has none', () => {
  expect(after(shop(false, inMinutes(240)), order(inMinutes(65), null))).toBe(inMinutes(65));
  expect(after(shop(false, inMinutes(240)), order(null))).toBeUndefined();
  expect(after(shop(false, inMinutes(240)), order(undefined))).toBeUndefined();
});

test('changes follow each other, and what the server says anew counts instead', () => {
  const paused = movedDeadlines(new Map(), [order(inMinutes(65))], shop(false, inMinutes(240)), NOW);
  expect(after(shop(false, inMinutes(30)), order(inMinutes(65)), new Map(paused))).toBe(inMinutes(35));
  expect(deadlineOf(order(inMinutes(90)), paused)).toBe(Date.parse(inMinutes(90)));
});

describe('an order that comes after the shop was told', () => {
  const placed = (minutes: number) => ({ ...order(inMinutes(65)), placedAt: inMinutes(minutes) });
  const change = shop(false, inMinutes(240));
  const deadlineAfter = (late: Order, known = new Map()) =>
    deadlineOf(late, joinLateOrders(known, [late], change, NOW, NOW));

  test('follows the opening that the shop has by now when it was placed before', () => {
    expect(deadlineAfter(placed(-1))).toBe(Date.parse(inMinutes(245)));
  });

  test('says its deadline itself when it was placed later', () => {
    expect(deadlineAfter(placed(1))).toBe(Date.parse(inMinutes(65)));
  });

  test('and is reckoned once', () => {
    const known = joinLateOrders(new Map(), [placed(-1)], change, NOW, NOW);
    expect(joinLateOrders(known, [placed(-1)], shop(false, inMinutes(30)), NOW, NOW)).toBe(known);
  });
});
