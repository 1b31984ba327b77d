import type { Order } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { duration, minutesSince, minutesUntil, serverNow } from '../../shared/time.ts';
import { texts } from '../texts.ts';

/** How urgent a ticket is; also the name of its colour. */
export type Urgency = 'good' | 'warn' | 'bad';

/** Describes how long an order has waited or when it is due, in words and as a colour. Follows the clock. */
export function describeAge(order: Order, acceptMinutes: number): { kind: Urgency; text: string } {
  if (order.status === 'accepted' && order.readyAt !== null) {
    const left = minutesUntil(order.readyAt);
    if (left < 0) return { kind: 'bad', text: say(texts.overdue, { d: duration(-left) }) };
    return { kind: left <= 5 ? 'warn' : 'good', text: say(texts.dueIn, { d: duration(left) }) };
  }
  if (order.status === 'ready') {
    const minutes = minutesSince(order.updatedAt);
    const kind = minutes >= 20 ? 'bad' : minutes >= 10 ? 'warn' : 'good';
    return { kind, text: minutes === 0 ? say(texts.justNow) : say(texts.readySince, { d: duration(minutes) }) };
  }
  const minutes = minutesSince(order.placedAt);
  const share = minutes / acceptMinutes;
  const kind = share >= 0.6 ? 'bad' : share >= 0.2 ? 'warn' : 'good';
  return { kind, text: minutes === 0 ? say(texts.justNow) : say(texts.waited, { d: duration(minutes) }) };
}

/** In the last minute the countdown changes every so many seconds: a number that changes each second disturbs. */
const STEP_SECONDS = 15;

/** Describes when a waiting order expires, in words. Follows the clock. */
export function describeExpiry({ placedAt }: Order, acceptMinutes: number): string {
  const seconds = (Date.parse(placedAt) + acceptMinutes * 60_000 - serverNow.value) / 1_000;
  if (seconds <= 0) return say(texts.expiresNow);
  if (seconds > 60) return say(texts.expiresIn, { d: duration(Math.ceil(seconds / 60)) });
  return say(texts.expiresSoon, { s: Math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS });
}
