import type { Shop } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { deliveryInWords } from '../../shared/terms-words.ts';
import { hasLaterDays } from '../cart/later-days.ts';
import { texts } from '../texts.ts';

/** How a shop hands orders over, and what that costs; nothing where it delivers for nothing, and does nothing else. */
export function handoverInWords({ delivery, pickup = false, currency }: Shop): string[] {
  if (delivery === null) return pickup ? [say(texts.pickupOnly)] : [];
  const isPlain =
    delivery === undefined ||
    (delivery.areas.length === 0 && delivery.feeCents === 0 && delivery.minimumCents === 0 && !pickup);
  if (isPlain) return [];
  return [...deliveryInWords(delivery, currency).split(' · '), ...(pickup ? [say(texts.pickup)] : [])];
}

/** What a customer who chooses among shops wants to know of one beside its state. */
export function sellingInWords(shop: Shop, now: number): string[] {
  const takesLater = !shop.open && !shop.pausedUntil && hasLaterDays(shop, now);
  return [...handoverInWords(shop), ...(takesLater ? [say(texts.takesLater)] : [])];
}
