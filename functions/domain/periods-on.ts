import type { Hours, Period } from './frames.ts';

const WHOLE_DAY: readonly Period[] = [{ from: '00:00', to: '00:00' }];

/** Days since 1 January 1970; `NaN` where it is no day. */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}

/** The exception for a day, which is its number. */
export function exceptionOn({ exceptions }: Pick<Hours, 'exceptions'>, day: number) {
  return exceptions.find(({ date }) => dayNumber(date) === day);
}

/** The periods that begin on a day, which is its number. A week without any period is open at every hour. */
export function periodsOn({ week, exceptions }: Hours, day: number): readonly Period[] {
  const exception = exceptionOn({ exceptions }, day);
  if (exception !== undefined) return exception.periods;
  if (week.every(periods => periods.length === 0)) return WHOLE_DAY;
  return week[weekdayOf(day)] ?? [];
}

/** 0 is Monday. 1 January 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
