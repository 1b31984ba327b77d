import type { Order } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { duration, minutesSince, minutesUntil, serverNow } from '../../shared/time.ts';
import { stream } from '../screen.ts';
import { texts } from '../texts.ts';
import { isForLater, minutesToBegin } from './later.ts';

/** How urgent a ticket is; also the name of its colour. */
export type Urgency = 'good' | 'warn' | 'bad';

/** Describes how long an order has waited or when it is due, in words and as a colour. Follows the clock. */
export function describeAge(order: Order, acceptMinutes: number): { kind: Urgency; text: string } {
  if (order.status === 'accepted' && isForLater(order))
    return { kind: 'good', text: say(texts.beginIn, { d: duration(minutesToBegin(order.wantedAt ?? '')) }) };
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
  const kind = waitsForOpening(order) ? 'good' : share >= 0.6 ? 'bad' : share >= 0.2 ? 'warn' : 'good';
  return { kind, text: minutes === 0 ? say(texts.justNow) : say(texts.waited, { d: duration(minutes) }) };
}

/** In the last minute the countdown changes every so many seconds: a number that changes each second disturbs. */
const STEP_SECONDS = 15;

/** Whether the shop has to open first, before somebody has to accept the order. */
function waitsForOpening({ wantedAt }: Order): boolean {
  return typeof wantedAt === 'string' && stream.value?.shop?.open === false;
}

/**
 * Describes when a waiting order expires, in words; empty where the page cannot know, since an order for later waits from
 * the shop's opening on. Follows the clock.
 */
export function describeExpiry(order: Order, acceptMinutes: number): string {
  if (waitsForOpening(order)) return say(texts.expiresOpen, { d: duration(acceptMinutes) });
  const seconds = (Date.parse(order.placedAt) + acceptMinutes * 60_000 - serverNow.value) / 1_000;
  if (seconds <= 0) return order.wantedAt ? '' : say(texts.expiresNow);
  if (seconds > 60) return say(texts.expiresIn, { d: duration(Math.ceil(seconds / 60)) });
  return say(texts.expiresSoon, { s: Math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS });
}
