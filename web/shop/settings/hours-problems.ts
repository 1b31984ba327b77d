import type { Hours } from '../../../functions/domain/frames.ts';
import { type Overlap, overlapsIn } from '../../../functions/domain/overlap.ts';
import type { Text } from '../../shared/language.ts';
import { texts } from '../texts.ts';
import type { Problems } from './terms-form.tsx';
import { termsTexts } from './terms-texts.ts';

const words: Readonly<Record<Overlap, Text>> = {
  itself: termsTexts.periodsOverlap,
  'next day': termsTexts.overlapsNextDay,
  'day before': termsTexts.overlapsDayBefore,
};

/** Checks hours, by the rules of the wire. What is not filled in yet overlaps nothing. */
export function problemsOf(hours: Hours): Problems {
  const { week, exceptions } = hours;
  const overlaps = overlapsIn(hours);
  const said = (what: Overlap | undefined) => what && words[what];
  const dates = exceptions.map(({ date }) => date);
  return Object.fromEntries<Text | undefined>([
    ...week.map((periods, index) => [`day-${index}`, missing(periods) ?? said(overlaps.week.get(index))] as const),
    ...exceptions.flatMap(({ date, periods }, index) => [
      [
        `date-${index}`,
        date === '' ? texts.missing : dates.indexOf(date) < index ? termsTexts.dateTwice : undefined,
      ] as const,
      [`exception-${index}`, missing(periods) ?? said(overlaps.exceptions.get(index))] as const,
    ]),
  ]);
}

function missing(periods: Hours['week'][number]): Text | undefined {
  return periods.some(({ from, to }) => from === '' || to === '') ? texts.missing : undefined;
}
