import type { Amounts, Shop } from '../../functions/domain/frames.ts';
import type { OrderRequest } from '../../functions/domain/place-order.ts';
import { cart, changes, joinEqualLines, reconcile } from '../../web/order/cart/cart.ts';
import { checkOrder, customer } from '../../web/order/cart/customer.ts';
import {
  amounts,
  forgetTime,
  fulfilmentOf,
  missingCents,
  setHandover,
  takesOrders,
  waysOf,
} from '../../web/order/cart/handover.ts';
import { isTimeLost, type Slot } from '../../web/order/cart/slots.ts';
import { orderInCart } from '../../web/order/placing/order-in-cart.ts';
import { shops } from '../../web/order/shops/known-shops.ts';

/** What the customer's page makes of a wish: why it does not let it be sent, or what it shows and sends. */
export type PageAnswer = { code: string } | { amounts: Amounts; request: object };

/**
 * Puts a wish into the customer's page: the cart as it was stored, the choices of the checkout. `slots` are those that the
 * page has read for the day. Codes are those of the server, the first that it would answer. A page does not tell a choice
 * that is sold out from one too many: both are `dish_unavailable`.
 */
export function pageAnswer(shop: Shop, wish: OrderRequest, slots: readonly Slot[]): PageAnswer {
  fill(shop, wish);
  reconcile(shop.dishes);
  joinEqualLines();
  const errors = checkOrder(shop);
  const { type, area } = { area: undefined, type: 'delivery' as const, ...wish.fulfilment };
  const offered = fulfilmentOf(shop);
  const { wantedAt, expectedTotalCents } = wish;
  const isClosed =
    wantedAt === undefined ? 'wantedAt' in errors || !takesOrders(shop) : shop.later && !takesOrders(shop);
  if (isClosed) return { code: 'shop_closed' };
  if (changes.value.some(change => change.type !== 'price')) return { code: 'dish_unavailable' };
  if (!waysOf(shop).includes(type)) return { code: 'fulfilment_unavailable' };
  const offeredArea = offered.type === 'delivery' ? offered.area : undefined;
  if ('fulfilment.area' in errors || offeredArea !== area) return { code: 'area_not_served' };
  if (missingCents(shop) > 0) return { code: 'below_minimum' };
  const { totalCents } = amounts.value;
  if (expectedTotalCents !== undefined && expectedTotalCents !== totalCents) return { code: 'price_changed' };
  if (wantedAt !== undefined && isTimeLost(slots, wantedAt))
    return { code: slots.some(({ at }) => at === wantedAt) ? 'slot_full' : 'invalid_request' };
  expect(errors).toEqual({});
  return { amounts: amounts.value, request: orderInCart() };
}

/** Dishes and choices without name and price: those of the menu are taken when the page brings the cart in line with it. */
function fill(shop: Shop, { items, note = '', customer: who, fulfilment, wantedAt }: OrderRequest): void {
  shops.value = new Map([[shop.id, shop]]);
  changes.value = [];
  const lines = items.map(({ dish, quantity, note = '', choices = [] }, index) => ({
    key: index + 1,
    dish,
    name: '',
    priceCents: 0,
    quantity,
    note,
    choices: choices.map(choice => ({ ...choice, name: '', priceCents: 0 })),
  }));
  cart.value = { shop: shop.id, lines, note };
  customer.value = { name: who.name, phone: who.phone, address: who.address ?? '' };
  const area = fulfilment?.type === 'delivery' ? (fulfilment.area ?? '') : '';
  forgetTime(shop.id);
  setHandover(shop.id, { type: fulfilment?.type ?? 'delivery', area, isForLater: wantedAt !== undefined });
  if (wantedAt !== undefined) setHandover(shop.id, { wantedAt });
}
