import type { Hours, Period } from './frames.ts';
import { dayNumber, exceptionOn, periodsOn } from './periods-on.ts';

const MINUTES_OF_DAY = 24 * 60;

/** How the periods of a day are in the way of others: of each other, of the next day's, of those of the day before. */
export type Overlap = 'itself' | 'next day' | 'day before';

/** The days of a shop's hours whose periods overlap, by their places in the week and among the exceptions. */
export function overlapsIn(hours: Hours): {
  week: ReadonlyMap<number, Overlap>;
  exceptions: ReadonlyMap<number, Overlap>;
} {
  const { week, exceptions } = hours;
  const found = { week: new Map<number, Overlap>(), exceptions: new Map<number, Overlap>() };
  for (const [index, periods] of week.entries()) {
    if (overlapWithin(periods)) found.week.set(index, 'itself');
    else if (runsInto(periods, week[(index + 1) % 7])) found.week.set(index, 'next day');
  }
  for (const [place, { date, periods }] of exceptions.entries()) {
    const day = dayNumber(date);
    const isUsualBefore = exceptionOn(hours, day - 1) === undefined;
    if (overlapWithin(periods)) found.exceptions.set(place, 'itself');
    else if (runsInto(periods, periodsOn(hours, day + 1))) found.exceptions.set(place, 'next day');
    else if (isUsualBefore && runsInto(periodsOn(hours, day - 1), periods)) found.exceptions.set(place, 'day before');
  }
  return found;
}

/** Whether two periods of a day have a minute in common. */
export function overlapWithin(periods: readonly Period[]): boolean {
  const spans = periods.map(spanOf).sort((a, b) => a.from - b.from);
  return spans.some(({ from }, index) => from < (spans[index - 1]?.to ?? 0));
}

/** Whether a day's periods go on when those of the next day have begun. */
function runsInto(today: readonly Period[] = [], tomorrow: readonly Period[] = []): boolean {
  const end = Math.max(...today.map(period => spanOf(period).to));
  return tomorrow.some(period => spanOf(period).from + MINUTES_OF_DAY < end);
}

/** In minutes since the day began. A period whose `to` is not after its `from` ends on the day after. */
function spanOf({ from, to }: Period): { from: number; to: number } {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  return { from: begin, to: end + (end > begin ? 0 : MINUTES_OF_DAY) };
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
