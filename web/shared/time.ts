import { signal } from '@preact/signals';
import { pageClock } from '../connection/steady-clock.ts';
import { locale, say } from './language.ts';
import { timeInZone } from './time-in-zone.ts';

/**
 * The server's clock in milliseconds since 1970, as far as this device knows it; updated every second. Ages of orders
 * are computed from the server's times, and the clock of a tablet may be minutes off.
 */
export const serverNow = signal(pageClock.now());

let offsetMs = 0;

/**
 * Adjusts `serverNow` to the `Date` header of an answer that has just come. Differences of a few seconds are ignored.
 */
export function adjustClock(dateHeader: string | null): void {
  const date = Date.parse(dateHeader ?? '');
  if (Number.isNaN(date)) return;
  const difference = date + 500 - pageClock.now(); // the header is cut to whole seconds
  offsetMs = Math.abs(difference) > 5_000 ? difference : 0;
  tick();
}

setInterval(tick, 1_000);

function tick(): void {
  serverNow.value = pageClock.now() + offsetMs;
}

/**
 * Where the times of this page are meant: the shop's time zone, once it is known. A page that shows several shops gives
 * each time its own. Without one, the device's.
 */
export const pageTimeZone = signal<string | undefined>(undefined);

/** Hour and minute of a time, as the clock shows them in a time zone. */
export function clockTime(time: string | number, timeZone = pageTimeZone.value): string {
  return inZone(time, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, timeZone);
}

/** Day, hour and minute. */
export function dayAndTime(time: string | number, timeZone = pageTimeZone.value): string {
  const format = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return inZone(time, format, timeZone);
}

/** Whether the device's own clock shows another time at that moment than a clock in the time zone. */
export function isElsewhere(time: string | number, timeZone: string | undefined): boolean {
  return dayAndTime(time, timeZone) !== dayAndTime(time, DEVICE);
}

/** `undefined` would be the page's. */
const DEVICE = '';

function inZone(time: string | number, format: Intl.DateTimeFormatOptions, timeZone: string | undefined): string {
  return timeInZone(new Date(time).getTime(), format, timeZone, locale());
}

/** `serverNow` advances in steps, so that 20 minutes may seem to be a little more. */
const CLOCK_STEP_MS = 2_000;

/** Whole minutes from now to a time; negative when it is over. Follows the clock. */
export function minutesUntil(time: string): number {
  return Math.ceil((Date.parse(time) - serverNow.value - CLOCK_STEP_MS) / 60_000);
}

/** Whole minutes since a time. Follows the clock. */
export function minutesSince(time: string): number {
  return Math.max(0, Math.floor((serverNow.value - Date.parse(time)) / 60_000));
}

/** Whole seconds until a moment of the page's own clock. Follows the clock. */
export function secondsUntil(moment: number): number {
  return Math.ceil((moment + offsetMs - serverNow.value) / 1_000);
}

/** "5 min", "2 h 5 min". */
export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return say(['{m} 分钟', '{m} min'], { m: minutes });
  return say(['{h} 小时 {m} 分', '{h} h {m} min'], { h: hours, m: minutes % 60 });
}
