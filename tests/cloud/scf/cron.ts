/** A moment as the clock of the timers shows it. */
interface Moment {
  second: number;
  minute: number;
  hour: number;
  day: number;
  month: number;
  weekday: number;
  year: number;
}

/** Timers run on Beijing time. */
const OFFSET_MS = 8 * 60 * 60 * 1000;
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The seven fields (583/9708): seconds, minutes, hours, day of month, month, day of week (0 is Sunday), year. */
const fields = [
  ['second', 0, 59],
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day', 1, 31],
  ['month', 1, 12],
  ['weekday', 0, 6],
  ['year', 1970, 2099],
] as const;

/**
 * Reads a cron expression of seven fields; the result says whether a second is one of it.
 * @throws RangeError that names the wrong field
 */
export function parseCron(expression: string): (at: Date) => boolean {
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== fields.length) throw new RangeError('a cron expression has seven fields');
  const allowed = fields.map(([name, least, most], index) => ({
    name,
    values: valuesOf(texts[index] ?? '', name, least, most),
  }));
  const [day, weekday] = [texts[3], texts[5]];
  // Given both, either is enough, as documented.
  const isEither = day !== '*' && weekday !== '*';
  return at => {
    const moment = momentOf(at);
    const fits = (name: keyof Moment) => allowed.find(each => each.name === name)?.values.has(moment[name]) ?? false;
    const others = (['second', 'minute', 'hour', 'month', 'year'] as const).every(fits);
    return others && (isEither ? fits('day') || fits('weekday') : fits('day') && fits('weekday'));
  };
}

function valuesOf(text: string, name: string, least: number, most: number): Set<number> {
  const values = new Set<number>();
  for (const part of text.toUpperCase().split(',')) {
    const found = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    if (found === null) throw new RangeError(`${name}: ${text}`);
    const [, all, first, last, step] = found;
    const from = all === undefined ? numberOf(first ?? '', name) : least;
    const to = last !== undefined ? numberOf(last, name) : all !== undefined || step !== undefined ? most : from;
    if (!(from >= least && to <= most && from <= to) || step === '0') throw new RangeError(`${name}: ${text}`);
    for (let value = from; value <= to; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function numberOf(text: string, name: string): number {
  const day = name === 'weekday' ? weekdays.indexOf(text) : -1;
  return day >= 0 ? day : Number(text);
}

function momentOf(at: Date): Moment {
  const local = new Date(at.getTime() + OFFSET_MS);
  return {
    second: local.getUTCSeconds(),
    minute: local.getUTCMinutes(),
    hour: local.getUTCHours(),
    day: local.getUTCDate(),
    month: local.getUTCMonth() + 1,
    weekday: local.getUTCDay(),
    year: local.getUTCFullYear(),
  };
}
