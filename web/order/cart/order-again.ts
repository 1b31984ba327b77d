import { signal } from '@preact/signals';
import type { Order, Shop } from '../../../functions/domain/frames.ts';
import { goTo } from '../route.ts';
import { forgetShop } from '../shops/shops.ts';
import { type Missing, orderAgain } from './cart.ts';
import { endLooking } from './terms.ts';

/** What the earlier order had and is not to be had now; shown until the customer leaves the shop. */
export const missingDishes = signal<readonly Missing[]>([]);

/** The order to repeat, until its shop's menu has been read. */
let wanted: Order | undefined;

/** Goes to the checkout, where the cart is filled from an earlier order once the menu has been read. */
export function startReorder(order: Order): void {
  wanted = order;
  // With the menu as it is now, not as it was when the page last looked.
  forgetShop(order.shop);
  endLooking();
  missingDishes.value = [];
  goTo({ view: 'checkout', shop: order.shop });
}

/** Fills the cart from the order to repeat, when the shop is its shop. */
export function finishReorder(shop: Shop): void {
  if (wanted?.shop !== shop.id) return;
  const { items } = wanted;
  wanted = undefined;
  missingDishes.value = orderAgain(shop.id, items, shop.dishes);
}
