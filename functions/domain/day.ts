import * as v from 'valibot';

/** A day of the calendar, as in 2025-01-31. */
export const day = v.pipe(v.string(), v.check(isDay, 'must be a day from 2000 to 2999, as in 2025-01-31'));

/** The calendar by hand: the domain has no clock, and a `Date` is one. */
export function isDay(value: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(2\d{3})-(\d{2})-(\d{2})$/.exec(value) ?? []).map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}
