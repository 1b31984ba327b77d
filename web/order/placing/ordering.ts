import { signal } from '@preact/signals';
import { onWake } from '../../connection/browser.ts';
import { type Placer, postAttempt, startPlacing } from '../../connection/place.ts';
import { notPlacing, type Placed, type Placing } from '../../connection/placing.ts';
import { startTimer } from '../../connection/timer.ts';
import { isOnline } from '../../shared/online.tsx';
import { uuid } from '../../shared/uuid.ts';
import { cart, emptyCart } from '../cart/cart.ts';
import { forgetWhen } from '../cart/handover.ts';
import { endLooking } from '../cart/terms.ts';
import { keepOrder } from '../orders/my-orders.ts';
import { goTo, route } from '../route.ts';
import { shops } from '../shops/known-shops.ts';
import { attemptStore, whenRemovedElsewhere } from './attempts.ts';
import { orderInCart } from './order-in-cart.ts';

/** The state of the order that is being placed. */
export const placing = signal<Placing>(notPlacing);

/** Places orders; set when the addresses are known. */
export const placer = signal<Placer | undefined>(undefined);

/** Starts placing, and resumes what an earlier page left unfinished. */
export function startOrdering(billUrl: string): void {
  placer.value = startPlacing({
    now: Date.now,
    random: Math.random,
    startTimer,
    onWake,
    isOnline: () => isOnline.value,
    post: attempt => postAttempt(billUrl, attempt, (url, init) => fetch(url, init)),
    store: attemptStore,
    onPlaced,
    onState(state) {
      placing.value = state;
      // An order taken up after a reload may be refused wherever one is; the checkout says why.
      if (state.phase === 'refused') openCheckout(state.attempt.shop);
    },
  });
  whenRemovedElsewhere(key => placer.value?.forget(key));
}

/** Whether the last order was withdrawn before it was sent; shown at the checkout until the next attempt. */
export const wasWithdrawn = signal(false);

/** Places an order with the content of the cart. */
export function placeOrder(): void {
  wasWithdrawn.value = false;
  placer.value?.submit(cart.value.shop, uuid(), orderInCart());
}

/** Withdraws an order that was never sent; the cart stays as it is. */
export function withdrawOrder(): void {
  const state = placing.value;
  placer.value?.giveUp();
  if (placing.value.phase !== 'idle' || !('attempt' in state)) return;
  openCheckout(state.attempt.shop);
  wasWithdrawn.value = true;
}

function openCheckout(shop: string): void {
  if (route.value.view !== 'checkout') goTo({ view: 'checkout', shop });
}

function onPlaced({ order, token }: Placed): void {
  const { name: shopName, timeZone } = shops.value.get(order.shop) ?? {};
  keepOrder({ order, token, shopName, timeZone });
  emptyCart(order.shop);
  endLooking();
  forgetWhen(order.shop);
  goTo({ view: 'order', order: order.id, token, shop: order.shop }, true);
  queueMicrotask(() => placer.value?.clear());
}
