import { Temporal } from '@js-temporal/polyfill';
import type { Hours, Period } from '../../functions/domain/frames.ts';
import { type DatabasePorts, openPorts } from '../support/postgres/ports.ts';

let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts();
});
afterAll(() => world.end());

/** A stretch of hours, in milliseconds since 1970. */
interface Span {
  from: number;
  to: number;
}

/** The hours of some days as stretches of time, those that meet as one: written anew, on another calendar than the database's. */
function spansOf({ week, exceptions }: Hours, zone: string, first: Temporal.PlainDate, days: number): Span[] {
  const isWeekEmpty = week.every(periods => periods.length === 0);
  const spans: Span[] = [];
  for (let index = 0; index < days; index++) {
    const date = first.add({ days: index });
    const noon = date.toZonedDateTime({ timeZone: zone, plainTime: '12:00' });
    if (!noon.toPlainDate().equals(date)) continue;
    const usual = isWeekEmpty ? [{ from: '00:00', to: '00:00' }] : (week[date.dayOfWeek - 1] ?? []);
    const periods = exceptions.find(exception => exception.date === date.toString())?.periods ?? usual;
    spans.push(...periods.map(period => spanOf(period, date, zone)).filter(({ from, to }) => from < to));
  }
  spans.sort((a, b) => a.from - b.from);
  return spans.reduce<Span[]>((merged, span) => {
    const last = merged.at(-1);
    if (last === undefined || span.from > last.to) merged.push({ ...span });
    else last.to = Math.max(last.to, span.to);
    return merged;
  }, []);
}

function spanOf({ from, to }: Period, date: Temporal.PlainDate, zone: string): Span {
  const at = (day: Temporal.PlainDate, time: string) =>
    day.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
  return { from: at(date, from), to: at(to > from ? date : date.add({ days: 1 }), to) };
}

const everyDay = (...periods: Period[]): Hours => ({ week: Array.from({ length: 7 }, () => periods), exceptions: [] });
const split = everyDay({ from: '11:00', to: '14:00' }, { from: '17:00', to: '02:00' });
const night = everyDay({ from: '22:00', to: '02:30' });
const early = everyDay({ from: '01:30', to: '02:15' }, { from: '02:45', to: '05:00' });
const halfHours = everyDay({ from: '00:00', to: '00:30' }, { from: '23:30', to: '00:00' });
const around = everyDay({ from: '00:00', to: '00:00' });
const weekend: Hours = { week: [[], [], [], [], [], [{ from: '20:00', to: '20:00' }], []], exceptions: [] };

const nights: [zone: string, around: string, what: string][] = [
  ['America/New_York', '2025-03-09', 'a day of 23 hours'],
  ['America/New_York', '2025-11-02', 'a day of 25 hours'],
  ['Europe/Berlin', '2025-03-30', 'a day of 23 hours'],
  ['Europe/Berlin', '2025-10-26', 'a day of 25 hours'],
  ['Australia/Lord_Howe', '2025-04-06', 'a day of 24 hours and a half'],
  ['America/Sao_Paulo', '2018-11-04', 'a day without a midnight'],
  ['America/Havana', '2025-11-02', 'a day with two midnights'],
  ['Pacific/Apia', '2011-12-30', 'a day that never was'],
  ['Asia/Kathmandu', '2025-06-01', 'a time zone of 5 hours and three quarters'],
  ['Asia/Shanghai', '2025-12-31', 'the end of a year'],
];

const all: [string, Hours][] = [
  ['split shifts', split],
  ['nights', night],
  ['periods within the hour that changes', early],
  ['half an hour on both sides of midnight', halfHours],
  ['all around the clock', around],
  ['once a week', weekend],
];

/** What the database says of every half hour of four days. */
async function asked(hours: Hours, zone: string, from: number) {
  const { rows } = await world.pool.query<{ at: string; open: boolean; changes: string | null }>(
    `select extract(epoch from t)::bigint * 1000 as at, h.is_open as open, extract(epoch from h.changes_at)::bigint * 1000 as changes
    from generate_series(to_timestamp($3), to_timestamp($3) + interval '4 days', interval '30 minutes') t
    cross join lateral hours_at($1, $2, t) h`,
    [hours, zone, from / 1000],
  );
  return rows.map(({ at, open, changes }) => ({
    at: Number(at),
    open,
    changes: changes === null ? null : Number(changes),
  }));
}

function expected(spans: Span[], at: number, end: number) {
  const now = spans.find(({ from, to }) => from <= at && at < to);
  if (now !== undefined) return { at, open: true, changes: now.to >= end ? null : now.to };
  return { at, open: false, changes: spans.find(({ from }) => from > at)?.from ?? null };
}

async function compare(hours: Hours, zone: string, around: string) {
  const date = Temporal.PlainDate.from(around);
  const from = date.subtract({ days: 2 }).toZonedDateTime(zone).epochMilliseconds;
  const spans = spansOf(hours, zone, date.subtract({ days: 6 }), 100);
  const end = date.add({ days: 60 }).toZonedDateTime(zone).epochMilliseconds;
  const told = await asked(hours, zone, from);
  expect(told).toHaveLength(193);
  expect(told).toEqual(told.map(({ at }) => expected(spans, at, end)));
}

describe.each(nights)('hours in %s around %s, %s, are those of another calendar', (zone, around) => {
  it.each(all)('%s', (_, hours) => compare(hours, zone, around));
});

describe('a day of its own', () => {
  it.each<[string, Hours['exceptions']]>([
    ['is closed', [{ date: '2025-12-25', periods: [] }]],
    ['has other periods', [{ date: '2025-12-25', periods: [{ from: '09:00', to: '10:00' }] }]],
    ['lets the night before end', [{ date: '2025-12-25', periods: [{ from: '01:00', to: '03:00' }] }]],
    ['may be one of many', ['24', '25', '26', '27'].map(day => ({ date: `2025-12-${day}`, periods: [] }))],
  ])('%s', async (_, exceptions) => {
    await compare({ ...split, exceptions }, 'Europe/Berlin', '2025-12-25');
    await compare({ ...around, exceptions }, 'Asia/Shanghai', '2025-12-25');
    await compare({ week: [[], [], [], [], [], [], []], exceptions }, 'America/New_York', '2025-12-25');
  });
});
