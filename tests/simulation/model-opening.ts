import type { Hours } from '../../functions/domain/frames.ts';
import { isAlways, isWithinHours, nextChange } from '../support/model-hours.ts';

/** What decides whether a shop takes orders: its switch, a pause, its hours. */
interface Switches {
  readonly open: boolean;
  readonly pausedUntil: number | undefined;
  readonly timeZone: string;
  readonly hours: Hours;
}

/** `opening_of`: whether a shop takes orders, and when that changes by itself. */
export function openingOf(
  shop: Switches,
  at: number,
): { isOpen: boolean; opensAt: number | undefined; closesAt: number | undefined } {
  const isWithin = isAlways(shop.hours) || isWithinHours(shop, at);
  if (shop.open && isWithin) return { isOpen: true, opensAt: undefined, closesAt: nextChange(shop, at) };
  const from = shop.open ? at : shop.pausedUntil === undefined ? undefined : Math.max(shop.pausedUntil, at);
  const opensAt = from === undefined || isWithinHours(shop, from) ? from : nextChange(shop, from);
  return { isOpen: false, opensAt, closesAt: undefined };
}
