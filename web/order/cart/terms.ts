import { computed, signal } from '@preact/signals';
import { amountsOf, minimumCentsOf } from '../../../functions/domain/amounts.ts';
import type { Fulfilment, Shop } from '../../../functions/domain/frames.ts';
import { shops } from '../shops/known-shops.ts';
import { acceptChanges, cart, changes } from './cart.ts';
import { forgetTime, forgetWhen, fulfilmentOf, handoverAt, isForLater, missingCents, setHandover } from './handover.ts';
import type { CartLine } from './line.ts';

/** What a shop has changed in how it sells, as far as it changes an order that nobody has sent yet. */
export type TermChange =
  /** The way that was shown is not offered any more; the order would go this way. */
  | { type: 'way'; id: string; way: Fulfilment['type'] }
  /** It would be for now and not for later: since the shop has opened, or takes nothing for later any more. */
  | { type: 'now'; id: string; hasOpened: boolean }
  | { type: 'packaging' | 'delivery' | 'discount' | 'minimum'; id: string; before: number; after: number };

/** The shop as the customer last looked at it at the checkout. */
const seen = signal<Shop | undefined>(undefined);

/** A checkout is opened: what changes from now on is asked about. Coming back to it agrees to nothing. */
export function beginLooking(shop: Shop): void {
  if (seen.value?.id === shop.id) return;
  seen.value = shop;
  // "Now" was said while the shop was open: what it shows at present is a choice of times.
  if (!shop.open && handoverAt(shop.id).isForLater === false) forgetWhen(shop.id);
}

/** The order that was looked at is placed, or another takes its place. */
export function endLooking(): void {
  seen.value = undefined;
}

const termChanges = computed((): readonly TermChange[] => {
  const { lines, shop: id } = cart.value;
  const shop = shops.value.get(id);
  if (seen.value?.id !== id || shop === undefined || lines.length === 0) return [];
  return findTermChanges(lines, seen.value, shop);
});

/** What would be ordered otherwise than it was shown, and what each dish is not any more. */
export const allChanges = computed(() => [...changes.value, ...termChanges.value]);

/** The customer has seen the changes, and is content with them. */
export function agreeToChanges(): void {
  const shop = shops.value.get(cart.value.shop);
  for (const change of termChanges.value) {
    if (change.type === 'way') setHandover(cart.value.shop, { type: change.way });
    if (change.type !== 'now') continue;
    setHandover(cart.value.shop, { isForLater: false });
    forgetTime(cart.value.shop);
  }
  if (seen.value !== undefined) seen.value = shop;
  acceptChanges();
}

/**
 * The same lines and the same choices of the customer, at the shop as it was seen and as it is now. What was chosen counts
 * for seen, though the shop may have offered it for a while only.
 */
function findTermChanges(lines: readonly CartLine[], before: Shop, after: Shop): TermChange[] {
  const [wayBefore, way] = [fulfilmentOf(before), fulfilmentOf(after)];
  const found: TermChange[] = [];
  const wish = handoverAt(after.id);
  if ((wish.type ?? wayBefore.type) !== way.type) found.push({ type: 'way', id: 'way', way: way.type });
  // Who has tapped "Now" since the shop opened knows it.
  if ((wish.isForLater ?? isForLater(before)) && !isForLater(after))
    found.push({ type: 'now', id: 'now', hasOpened: Boolean(after.later) });
  const amountsBefore = amountsOf(packedAs(before, lines), before, wayBefore);
  const amounts = amountsOf(lines, after, way);
  const compare = (type: 'packaging' | 'delivery' | 'discount' | 'minimum', before: number, after: number) => {
    if (before !== after) found.push({ type, id: type, before, after });
  };
  compare('packaging', amountsBefore.packagingCents, amounts.packagingCents);
  compare('discount', 0 - amountsBefore.discountCents, 0 - amounts.discountCents);
  // Who fetches it pays nothing for it; and the price of an area that was not there stands where it is chosen.
  const isKnown = isPriced(before, wayBefore) && isPriced(before, way) && isPriced(after, way);
  if (way.type === 'pickup' || !isKnown) return found;
  compare('delivery', amountsBefore.deliveryCents, amounts.deliveryCents);
  if (missingCents(after) > 0) compare('minimum', minimumCentsOf(before, wayBefore), minimumCentsOf(after, way));
  return found;
}

/** Whether the shop had a price for this: of areas none may be chosen yet. */
function isPriced({ delivery }: Shop, way: Fulfilment): boolean {
  const areas = delivery?.areas ?? [];
  return way.type === 'pickup' || areas.length === 0 || areas.some(({ id }) => id === way.area);
}

/** The lines with the packaging that the shop asked for then. */
function packedAs({ dishes }: Shop, lines: readonly CartLine[]): CartLine[] {
  return lines.map(line => {
    const dish = dishes.find(({ id }) => id === line.dish);
    return dish === undefined ? line : { ...line, packagingCents: dish.packagingCents };
  });
}
