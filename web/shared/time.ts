import { signal } from '@preact/signals';
import { locale, say } from './language.ts';

/**
 * Milliseconds since 1970 on the server's clock, as good as this device knows it, moved on every second: ages of orders
 * are told against the server's times, and a tablet's clock may be minutes off.
 */
export const serverNow = signal(Date.now());

let offsetMs = 0;

/** Learns the server's clock from the `Date` of an answer that has just come. Differences of seconds are not worth it. */
export function learnClock(dateHeader: string | null): void {
  const date = Date.parse(dateHeader ?? '');
  if (Number.isNaN(date)) return;
  const difference = date + 500 - Date.now(); // the header is cut to whole seconds
  offsetMs = Math.abs(difference) > 5_000 ? difference : 0;
  tick();
}

setInterval(tick, 1_000);

function tick(): void {
  serverNow.value = Date.now() + offsetMs;
}

/** Hour and minute of a time, in this device's time zone. */
export function clockTime(time: string | number): string {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    new Date(time),
  );
}

/** Day, hour and minute. */
export function dayAndTime(time: string | number): string {
  return new Intl.DateTimeFormat(locale(), {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(time));
}

/** This clock goes in steps, so that a promise of 20 minutes may seem to be a little more. */
const CLOCK_STEP_MS = 2_000;

/** Whole minutes from now to a time; negative when it is over. Follows the clock. */
export function minutesUntil(time: string): number {
  return Math.ceil((Date.parse(time) - serverNow.value - CLOCK_STEP_MS) / 60_000);
}

/** Whole minutes since a time. Follows the clock. */
export function minutesSince(time: string): number {
  return Math.max(0, Math.floor((serverNow.value - Date.parse(time)) / 60_000));
}

/** "5 min", "2 h 5 min". */
export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return say(['{m} 分钟', '{m} min'], { m: minutes });
  return say(['{h} 小时 {m} 分', '{h} h {m} min'], { h: hours, m: minutes % 60 });
}
