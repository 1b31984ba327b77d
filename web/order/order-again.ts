import { signal } from '@preact/signals';
import type { Order, Shop } from '../../functions/domain/frames.ts';
import { orderAgain } from './cart.ts';
import { goTo } from './route.ts';
import { forgetShop } from './shops.ts';

/** Names of what an earlier order had and the menu has not; told until the customer goes elsewhere. */
export const missingDishes = signal<readonly string[]>([]);

/** The order to be had again, until its shop's menu has been read. */
let wanted: Order | undefined;

/** Leads to the checkout with what was ordered before, as far as it is still to be had. */
export function wantAgain(order: Order): void {
  wanted = order;
  // With the menu as it is now, not as it was when the page last looked.
  forgetShop(order.shop);
  missingDishes.value = [];
  goTo({ view: 'checkout', shop: order.shop });
}

/** Fills the cart when the menu of an order that is wanted again is known. */
export function fillAgain(shop: Shop): void {
  if (wanted?.shop !== shop.id) return;
  const { items } = wanted;
  wanted = undefined;
  missingDishes.value = orderAgain(shop.id, items, shop.dishes);
}
