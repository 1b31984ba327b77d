import type { Hours, Shop } from '../../../functions/domain/frames.ts';
import { exceptionsFrom, firstLaterDay, hasLaterDays, laterDays } from '../../../web/order/cart/later-days.ts';

// Which days an order for later can be for, and with which the checkout begins.

const timeZone = 'Asia/Shanghai';
/** Monday, 30 November 2026, 22:10 in Shanghai. */
const now = Date.parse('2026-11-30T14:10:00Z');
const daily = { from: '11:00', to: '21:00' };
const everyDay = (exceptions: Hours['exceptions'] = [], periods = [daily]): Hours => ({
  week: Array.from({ length: 7 }, () => periods),
  exceptions,
});
const later = { leadMinutes: 30, daysAhead: 2 };
const closedOn = (hours: Hours, terms = later) =>
  laterDays({ hours, timeZone }, terms, now).map(({ day, isClosed }) => `${day}${isClosed ? ' closed' : ''}`);

test('a day off is known as one, and so is a day off in the week', () => {
  const hours = everyDay([{ date: '2026-12-01', periods: [] }]);
  expect(closedOn(hours)).toEqual(['2026-11-30', '2026-12-01 closed', '2026-12-02']);
  hours.week[2] = [];
  expect(closedOn(hours)).toEqual(['2026-11-30', '2026-12-01 closed', '2026-12-02 closed']);
});

test('a day off into which the day before reaches is none, and a week without hours is always open', () => {
  const night = everyDay([{ date: '2026-12-01', periods: [] }], [{ from: '18:00', to: '02:00' }]);
  expect(closedOn(night)).toEqual(['2026-11-30', '2026-12-01', '2026-12-02']);
  const toMidnight = everyDay([{ date: '2026-12-01', periods: [] }], [{ from: '18:00', to: '00:00' }]);
  expect(closedOn(toMidnight)[1]).toBe('2026-12-01 closed');
  expect(closedOn(everyDay([{ date: '2026-12-02', periods: [] }], []))).toEqual([
    '2026-11-30',
    '2026-12-01',
    '2026-12-02 closed',
  ]);
});

test('days for which it is too late are left out, and where all are, nothing is said of orders for later', () => {
  const hours = everyDay();
  expect(closedOn(hours, { leadMinutes: 120, daysAhead: 2 })).toEqual(['2026-12-01', '2026-12-02']);
  expect(closedOn(hours, { leadMinutes: 5 * 1440, daysAhead: 2 })).toEqual([]);
  const shop = { hours, timeZone, later: { ...later, slotMinutes: 30, perSlot: 1 } } as Shop;
  expect(hasLaterDays(shop, now)).toBe(true);
  expect(
    hasLaterDays({ ...shop, later: { leadMinutes: 5 * 1440, daysAhead: 2, slotMinutes: 30, perSlot: 1 } }, now),
  ).toBe(false);
  expect(hasLaterDays({ ...shop, later: null }, now)).toBe(false);
});

test('it begins with the day on which the shop opens, and looks past days without a time', () => {
  const days = laterDays({ hours: everyDay([{ date: '2026-12-01', periods: [] }]), timeZone }, later, now);
  const closed = { open: false, opensAt: '2026-12-02T03:00:00Z', timeZone };
  expect(firstLaterDay(days, closed, new Set())).toBe('2026-12-02');
  const open = { open: true, opensAt: null, timeZone };
  expect(firstLaterDay(days, open, new Set())).toBe('2026-11-30');
  expect(firstLaterDay(days, open, new Set(['2026-11-30']))).toBe('2026-12-02');
  expect(firstLaterDay(days, open, new Set(['2026-11-30', '2026-12-02']))).toBe('2026-11-30');
  expect(firstLaterDay(days, { ...closed, opensAt: '2027-01-01T03:00:00Z' }, new Set())).toBe('2026-11-30');
  expect(firstLaterDay([], open, new Set())).toBeUndefined();
});

test('of the days with hours of their own those that are over are not shown', () => {
  const days = ['2026-12-25', '2026-11-29', '2026-11-30'].map(date => ({ date, periods: [] }));
  expect(exceptionsFrom('2026-11-30', everyDay(days)).map(({ date }) => date)).toEqual(['2026-11-30', '2026-12-25']);
});
