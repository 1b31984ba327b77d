import { timeInZone } from '../../../web/shared/time-in-zone.ts';

const format = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

const QUARTER_MS = 900_000;

/** Every quarter of an hour of a day in a time zone. */
function quartersOf(day: string, timeZone: string): number[] {
  const dates = new Intl.DateTimeFormat('en-CA', { timeZone });
  const noon = Date.parse(`${day}T12:00:00Z`);
  return Array.from({ length: 200 }, (_, index) => noon + (index - 100) * QUARTER_MS).filter(
    at => dates.format(at) === day,
  );
}

test.each([
  ['Europe/Berlin', '2026-10-25', 100],
  ['America/New_York', '2026-11-01', 100],
  ['Australia/Lord_Howe', '2026-04-05', 98],
  ['Antarctica/Troll', '2026-10-25', 104],
])('no two times of the day are named alike when clocks are set back: %s, %s', (timeZone, day, count) => {
  const quarters = quartersOf(day, timeZone);
  expect(quarters).toHaveLength(count);
  for (const locale of ['en-GB', 'zh-CN'])
    expect(new Set(quarters.map(at => timeInZone(at, format, timeZone, locale))).size).toBe(count);
});

test.each([
  ['Europe/Berlin', '2026-10-24'],
  ['Europe/Berlin', '2026-03-29'],
  ['Asia/Shanghai', '2026-10-25'],
])('a time that comes once is named without its zone: %s, %s', (timeZone, day) => {
  for (const at of quartersOf(day, timeZone)) expect(timeInZone(at, format, timeZone, 'en-GB')).toMatch(/^\d\d:\d\d$/);
});
