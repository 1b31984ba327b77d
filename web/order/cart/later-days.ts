import type { Hours, Later, Shop } from '../../../functions/domain/frames.ts';
import { dayNumber, periodsOn } from '../../../functions/domain/periods-on.ts';
import { dayIn, daysFrom } from './slots.ts';

/** A day for which an order may be wanted. `isClosed`: by the shop's hours nothing is sold on it. */
export interface LaterDay {
  day: string;
  isClosed: boolean;
}

/** The days of which a slot can be named now: not those that are over before an order for them would be in time. */
export function laterDays(
  { hours, timeZone }: Pick<Shop, 'hours' | 'timeZone'>,
  { leadMinutes, daysAhead }: Pick<Later, 'leadMinutes' | 'daysAhead'>,
  now: number,
): LaterDay[] {
  const earliest = dayIn(now + leadMinutes * 60_000, timeZone);
  return daysFrom(now, timeZone, daysAhead)
    .filter(day => day >= earliest)
    .map(day => ({ day, isClosed: isClosedOn(day, hours) }));
}

/** Whether there is a day at all for which the shop may take an order for later. */
export function hasLaterDays(shop: Shop, now: number): boolean {
  return Boolean(shop.later && laterDays(shop, shop.later, now).some(({ isClosed }) => !isClosed));
}

/**
 * The day to begin with: the first on which the shop sells, from the day on on which it opens again. `without` are days
 * that turned out to have no time left.
 */
export function firstLaterDay(
  days: readonly LaterDay[],
  { open, opensAt, timeZone }: Pick<Shop, 'open' | 'opensAt' | 'timeZone'>,
  without: ReadonlySet<string>,
): string | undefined {
  const selling = days.filter(({ isClosed }) => !isClosed).map(({ day }) => day);
  const left = selling.filter(day => !without.has(day));
  const opening = open || !opensAt ? '' : dayIn(Date.parse(opensAt), timeZone);
  return left.find(day => day >= opening) ?? left[0] ?? selling[0];
}

/** The days with hours of their own that are not over, the next one first. */
export function exceptionsFrom(today: string, { exceptions }: Hours): Hours['exceptions'] {
  return exceptions.filter(({ date }) => date >= today).sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** A day on which no period begins, and into which none of the day before reaches. */
function isClosedOn(day: string, hours: Hours | undefined): boolean {
  if (hours === undefined) return false;
  const number = dayNumber(day);
  const reachesInto = periodsOn(hours, number - 1).some(({ from, to }) => to <= from && to !== '00:00');
  return !reachesInto && periodsOn(hours, number).length === 0;
}
