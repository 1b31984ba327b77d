import type { Hours, Period, Shop } from '../../functions/domain/frames.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A stretch of time, in milliseconds since 1970. */
interface Span {
  from: number;
  to: number;
}

/** Whether a shop's hours let it take orders at a moment. Its zone is one without summer time, such as Etc/GMT-8. */
export function isWithinHours({ hours, timeZone }: Pick<Shop, 'hours' | 'timeZone'>, at: number): boolean {
  const today = dayOf(at, timeZone);
  return [today - 1, today].some(day => spansOf(hours, timeZone, day).some(({ from, to }) => from <= at && at < to));
}

/** Whether no hours are set. */
export function isAlways({ week, exceptions }: Hours): boolean {
  return exceptions.length === 0 && week.every(periods => periods.length === 0);
}

/** When the hours next let a shop take orders, or no longer; `undefined`: not within eight days. */
export function nextChange(shop: Pick<Shop, 'hours' | 'timeZone'>, at: number): number | undefined {
  const { hours, timeZone } = shop;
  if (hours === undefined || isAlways(hours)) return undefined;
  const days = Array.from({ length: 10 }, (_, index) => dayOf(at, timeZone) - 1 + index);
  const edges = days.flatMap(day => spansOf(hours, timeZone, day)).flatMap(({ from, to }) => [from, to]);
  const isWithin = isWithinHours(shop, at);
  return edges
    .sort((a, b) => a - b)
    .slice(0, -1)
    .find(edge => edge > at && isWithinHours(shop, edge) !== isWithin);
}

/** The times of a day, counted from 1970, that an order for later may name at a moment, the earliest first. */
export function slotTimes({ hours, later, timeZone }: Shop, day: number, now: number): number[] {
  if (!later || day > dayOf(now, timeZone) + later.daysAhead) return [];
  const slotMs = later.slotMinutes * MINUTE_MS;
  const times = [day - 1, day].flatMap(each => spansOf(hours, timeZone, each)).flatMap(span => stepsOf(span, slotMs));
  const free = times.filter(at => dayOf(at, timeZone) === day && at >= now + later.leadMinutes * MINUTE_MS);
  return [...new Set(free)].sort((a, b) => a - b);
}

/** The day of a moment, counted from 1970. */
export function dayOf(at: number, timeZone: string): number {
  return Math.floor((at + eastOf(timeZone)) / DAY_MS);
}

/** When a day begins that is counted from 1970. */
export function beginOf(day: number, timeZone: string): number {
  return day * DAY_MS - eastOf(timeZone);
}

function spansOf(hours: Hours | undefined, timeZone: string, day: number): Span[] {
  if (hours === undefined) return [{ from: beginOf(day, timeZone), to: beginOf(day + 1, timeZone) }];
  const { week, exceptions } = hours;
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  const isWeekEmpty = week.every(periods => periods.length === 0);
  // The first of January 1970 was a Thursday.
  const usual = isWeekEmpty ? [{ from: '00:00', to: '00:00' }] : (week[(day + 3) % 7] ?? []);
  const periods = exceptions.find(exception => exception.date === date)?.periods ?? usual;
  return periods.map(period => spanOf(period, beginOf(day, timeZone)));
}

function spanOf({ from, to }: Period, midnight: number): Span {
  const [begin, end] = [minutesOf(from), minutesOf(to)].map(minutes => midnight + minutes * MINUTE_MS);
  return { from: begin ?? 0, to: (end ?? 0) + (to > from ? 0 : DAY_MS) };
}

function stepsOf({ from, to }: Span, stepMs: number): number[] {
  return Array.from({ length: Math.floor((to - from) / stepMs) }, (_, index) => from + index * stepMs);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** In the names of these zones the sign is that of POSIX: west of Greenwich is positive. */
function eastOf(timeZone: string): number {
  const [, west] = /^Etc\/GMT([+-]\d+)$/.exec(timeZone) ?? [];
  if (west === undefined && timeZone !== 'UTC') throw new Error(`${timeZone} is no zone of the model`);
  return -Number(west ?? 0) * 60 * MINUTE_MS;
}
