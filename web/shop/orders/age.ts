import type { Order } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { duration, minutesSince, minutesUntil, serverNow } from '../../shared/time.ts';
import { deadlines, stream } from '../screen.ts';
import { texts } from '../texts.ts';
import { deadlineOf, waitsFrom } from './deadlines.ts';
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
  const minutes = minutesWaited(order, acceptMinutes);
  const share = minutes / acceptMinutes;
  const kind = waitsForOpening(order, acceptMinutes) ? 'good' : share >= 0.6 ? 'bad' : share >= 0.2 ? 'warn' : 'good';
  return { kind, text: minutes === 0 ? say(texts.justNow) : say(texts.waited, { d: duration(minutes) }) };
}

/** In the last minute the countdown changes every so many seconds: a number that changes each second disturbs. */
const STEP_SECONDS = 15;

/** Whole minutes that the order has waited: since the shop opened, where it had to open first. Follows the clock. */
export function minutesWaited(order: Order, acceptMinutes: number): number {
  const deadline = order.wantedAt ? deadlineOf(order, deadlines.value) : undefined;
  const from = deadline === undefined ? undefined : waitsFrom(deadline, acceptMinutes);
  const isOver = from !== undefined && from <= serverNow.value && from > Date.parse(order.placedAt);
  return minutesSince(isOver ? new Date(from).toISOString() : order.placedAt);
}

/** Whether the shop has to open first, before somebody has to accept the order. */
function waitsForOpening(order: Order, acceptMinutes: number): boolean {
  if (typeof order.wantedAt !== 'string' || stream.value?.shop?.open !== false) return false;
  const deadline = deadlineOf(order, deadlines.value);
  return deadline === undefined || waitsFrom(deadline, acceptMinutes) > serverNow.value;
}

/**
 * Describes when a waiting order expires, in words; empty where the page does not know, as of an order for later where
 * the server does not say it. Follows the clock.
 */
export function describeExpiry(order: Order, acceptMinutes: number): string {
  if (waitsForOpening(order, acceptMinutes)) return say(texts.expiresOpen, { d: duration(acceptMinutes) });
  const counted = order.wantedAt ? undefined : Date.parse(order.placedAt) + acceptMinutes * 60_000;
  const deadline = deadlineOf(order, deadlines.value) ?? counted;
  if (deadline === undefined) return '';
  const seconds = (deadline - serverNow.value) / 1_000;
  if (seconds <= 0) return order.wantedAt ? '' : say(texts.expiresNow);
  if (seconds > 60) return say(texts.expiresIn, { d: duration(Math.ceil(seconds / 60)) });
  return say(texts.expiresSoon, { s: Math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS });
}
