import fc from 'fast-check';
import type { Hours, Period } from '../../functions/domain/frames.ts';
import { type Overlap, overlapsIn } from '../../functions/domain/overlap.ts';

// Periods in which a shop would take orders twice, over midnight too, and with days that are different.

const evening = { from: '20:00', to: '08:00' };
const early = { from: '06:10', to: '09:00' };
const noon = { from: '11:00', to: '14:00' };
const wholeDay = { from: '00:00', to: '00:00' };
const never: Period[][] = [[], [], [], [], [], [], []];
// 2 December 2026 is a Wednesday.
const on = (day: number, ...periods: Period[]) => ({ date: `2026-12-0${day}`, periods });
const weekWith = (days: Record<number, Period[]>) => never.map((_, index) => days[index] ?? []);
const noons = weekWith({ 0: [noon], 1: [noon], 2: [noon], 3: [noon], 4: [noon], 5: [noon], 6: [noon] });

function found(hours: Hours) {
  const { week, exceptions } = overlapsIn(hours);
  return { week: Object.fromEntries(week), exceptions: Object.fromEntries(exceptions) };
}

test.each<[string, Hours['week'], Hours['exceptions'], Record<number, Overlap>]>([
  ['an exception into an exception', noons, [on(3, early), on(2, evening)], { 1: 'next day' }],
  ['an exception into a day of the week', weekWith({ 3: [early] }), [on(2, evening)], { 0: 'next day' }],
  ['a day of the week into an exception', weekWith({ 1: [evening] }), [on(2, early)], { 0: 'day before' }],
  ['an exception into a shop that is always open', never, [on(2, evening)], { 0: 'next day' }],
  ['an exception over itself', noons, [on(2, noon, noon)], { 0: 'itself' }],
  ['an exception until the next day begins', noons, [on(2, { from: '20:00', to: '11:00' })], {}],
  ['an exception until midnight, always open', never, [on(2, { from: '20:00', to: '00:00' })], {}],
  ['an exception into a day that is closed', noons, [on(2, evening), on(3)], {}],
  ['a night of the week into a day that is closed', weekWith({ 1: [evening], 2: [early] }), [on(2), on(1)], {}],
  ['a whole day among whole days', never, [on(2, wholeDay)], {}],
  ['a date that is not filled in', noons, [{ date: '', periods: [evening] }], {}],
])('%s', (_, week, exceptions, expected) => {
  expect(found({ week, exceptions }).exceptions).toEqual(expected);
});

test('in the week, a night into the next morning is marked where it begins, from Sunday to Monday too', () => {
  const week = weekWith({
    0: [early, { from: '20:00', to: '03:00' }],
    1: [{ from: '02:00', to: '03:00' }],
    6: [evening],
  });
  expect(found({ week, exceptions: [] })).toEqual({ week: { 0: 'next day', 6: 'next day' }, exceptions: {} });
});

test('where nothing is found, no minute of some weeks is in two periods', () => {
  const time = fc.constantFrom('00:00', '02:00', '06:10', '11:00', '14:00', '20:00');
  const periods = fc.array(fc.record({ from: time, to: time }), { maxLength: 2 });
  const exception = fc.record({ date: fc.integer({ min: 1, max: 9 }).map(day => `2026-12-0${day}`), periods });
  const hours = fc.record({
    week: fc.oneof(fc.constant(never), fc.array(periods, { minLength: 7, maxLength: 7 })),
    exceptions: fc.uniqueArray(exception, { maxLength: 3, selector: one => one.date }),
  });
  fc.assert(
    fc.property(hours, one => {
      const { week, exceptions } = overlapsIn(one);
      expect(week.size + exceptions.size > 0).toBe(isDoubled(one));
    }),
    { numRuns: 1_000 },
  );
});

/** By counting: whether a minute is in two periods, in weeks around those days, a whole one without exceptions among them. */
function isDoubled({ week, exceptions }: Hours): boolean {
  const isAlways = week.every(one => one.length === 0);
  const days = Array.from({ length: 28 }, (_, index) => {
    const at = new Date(Date.UTC(2026, 10, 25 + index));
    const usual = isAlways ? [wholeDay] : (week[(at.getUTCDay() + 6) % 7] ?? []);
    return exceptions.find(({ date }) => date === at.toISOString().slice(0, 10))?.periods ?? usual;
  });
  const times = new Map<number, number>();
  for (const [index, list] of days.entries())
    for (const { from, to } of list)
      for (let at = minute(from); at < minute(to) + (to > from ? 0 : 1_440); at += 10)
        times.set(index * 1_440 + at, (times.get(index * 1_440 + at) ?? 0) + 1);
  return [...times.values()].some(count => count > 1);
}

function minute(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
