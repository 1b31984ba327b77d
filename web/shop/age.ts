import type { Order } from '../../functions/domain/frames.ts';
import { say } from '../shared/language.ts';
import { duration, minutesSince, minutesUntil } from '../shared/time.ts';
import { texts } from './texts.ts';

/** How pressing a ticket is; also the name of its colour. */
export type Urgency = 'good' | 'warn' | 'bad';

/** How long somebody has been waiting, in words and as a colour. Follows the clock. */
export function ageOf(order: Order, acceptMinutes: number): { kind: Urgency; text: string } {
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
