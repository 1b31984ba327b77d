import * as v from 'valibot';
import { day } from './day.ts';
import { type Overlap, overlapsIn, overlapWithin } from './overlap.ts';
import { noList } from './shape.ts';
import { fittingInto } from './text.ts';

/** Periods of one day, and days of their own, at most. */
const MAX_PERIODS = 6;
const MAX_EXCEPTIONS = 60;

const time = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time from 00:00 to 23:59'));

const periods = v.pipe(
  v.array(v.strictObject({ from: time, to: time })),
  v.maxLength(MAX_PERIODS, `must hold at most ${MAX_PERIODS} periods`),
  v.check(list => !overlapWithin(list), 'must hold periods that do not overlap'),
);

const week = v.pipe(v.array(periods), v.length(7, 'must hold seven days, Monday first'));

/**
 * When a shop takes orders, in its time zone. A period whose `to` is not after its `from` ends on the day after. A day
 * that has an exception has the periods of that alone. No period goes on when one of the next day has begun. A week
 * without any period is open at every hour.
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
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { week: days, exceptions } = overlapsIn(dataset.value);
    for (const [index, what] of days) addIssue(issueAt(dataset.value, ['week', index], what));
    for (const [place, what] of exceptions) addIssue(issueAt(dataset.value, ['exceptions', place, 'periods'], what));
  }),
);

const words: Record<Overlap, string> = {
  itself: 'must hold periods that do not overlap',
  'next day': 'must hold periods that do not overlap those of the next day',
  'day before': 'must hold periods that do not overlap those of the day before',
};

/** The issue at a place further in, whose path valibot wants with all that stands on the way. */
function issueAt(hours: object, keys: (string | number)[], what: Overlap) {
  let input = hours as Record<string | number, unknown>;
  const path = keys.map(key => {
    const item = { type: 'unknown', origin: 'value', input, key, value: input[key] } as const;
    input = item.value as typeof input;
    return item;
  });
  return { message: words[what], path: path as [v.IssuePathItem, ...v.IssuePathItem[]] };
}
