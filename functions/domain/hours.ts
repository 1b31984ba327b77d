import * as v from 'valibot';
import { day } from './day.ts';
import { noList } from './shape.ts';
import { fittingInto } from './text.ts';

/** Periods of one day, and days of their own, at most. */
const MAX_PERIODS = 6;
const MAX_EXCEPTIONS = 60;
const MINUTES_OF_DAY = 24 * 60;

const time = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time from 00:00 to 23:59'));

const periods = v.pipe(
  v.array(v.strictObject({ from: time, to: time })),
  v.maxLength(MAX_PERIODS, `must hold at most ${MAX_PERIODS} periods`),
  v.check(list => !overlap([list]), 'must hold periods that do not overlap'),
);

const week = v.pipe(
  v.array(periods),
  v.length(7, 'must hold seven days, Monday first'),
  v.check(days => !overlap(days), 'must hold periods that do not overlap'),
);

/**
 * When a shop takes orders, in its time zone. A period whose `to` is not after its `from` ends on the day after. A day
 * that has an exception has the periods of that alone. A week without any period is open at every hour.
 */
export const hours = v.pipe(
  v.unknown(),
  noList,
  v.strictObject({
    week: v.optional(week, () => [[], [], [], [], [], [], []]),
    exceptions: v.optional(
      v.pipe(
        v.array(v.strictObject({ date: day, periods })),
        v.maxLength(MAX_EXCEPTIONS, `must hold at most ${MAX_EXCEPTIONS} days`),
        v.check(list => new Set(list.map(({ date }) => date)).size === list.length, 'must hold each date once'),
      ),
      () => [],
    ),
  }),
  fittingInto(8 * 1024),
);

/** Whether two periods of these days have a minute in common. Seven days are a week: its end meets its beginning. */
function overlap(days: { from: string; to: string }[][]): boolean {
  const spans = days.flatMap((list, index) => list.map(period => spanOf(period, index * MINUTES_OF_DAY)));
  spans.sort((a, b) => a.from - b.from);
  const [first] = spans;
  if (first !== undefined && days.length === 7) {
    const week = 7 * MINUTES_OF_DAY;
    spans.push({ from: first.from + week, to: first.to + week });
  }
  return spans.some(({ from }, index) => from < (spans[index - 1]?.to ?? 0));
}

function spanOf({ from, to }: { from: string; to: string }, start: number): { from: number; to: number } {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  return { from: start + begin, to: start + end + (end > begin ? 0 : MINUTES_OF_DAY) };
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
