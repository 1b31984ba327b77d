import { signal } from '@preact/signals';
import { type Fulfilment, MAX_ORDER_REQUEST_BYTES } from '../../../functions/domain/frames.ts';
import { onWake } from '../../connection/browser.ts';
import { type Placer, postAttempt, startPlacing } from '../../connection/place.ts';
import { notPlacing, type Placed, type Placing } from '../../connection/placing.ts';
import { startTimer } from '../../connection/timer.ts';
import { isOnline } from '../../shared/online.tsx';
import { uuid } from '../../shared/uuid.ts';
import { cart, emptyCart } from '../cart/cart.ts';
import { tidyCustomer } from '../cart/customer.ts';
import { amounts, forgetTime, fulfilmentOf, setHandover, wantedAtOf } from '../cart/handover.ts';
import type { CartLine } from '../cart/line.ts';
import { keepOrder } from '../orders/my-orders.ts';
import { goTo, route } from '../route.ts';
import { shops } from '../shops/shops.ts';
import { attemptStore, whenRemovedElsewhere } from './attempts.ts';

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

/** Whether the cart is too large for a request: fifty dishes may have a long note each. */
export function isTooLargeToSend(): boolean {
  return new TextEncoder().encode(JSON.stringify(orderInCart())).length > MAX_ORDER_REQUEST_BYTES;
}

function orderInCart() {
  const { shop, lines, note } = cart.value;
  return {
    shop,
    items: lines.map(itemOf),
    ...howAndWhen(shop),
    ...(note === '' ? {} : { note }),
    expectedTotalCents: amounts.value.totalCents,
  };
}

/** Who orders, how it is handed over, and when. What is as it always was is not said: a server before may not know it. */
function howAndWhen(id: string) {
  const shop = shops.value.get(id);
  const fulfilment: Fulfilment = shop === undefined ? { type: 'delivery' } : fulfilmentOf(shop);
  const wantedAt = shop && wantedAtOf(shop);
  const { address, ...customer } = tidyCustomer();
  const isPlain = fulfilment.type === 'delivery' && fulfilment.area === undefined;
  return {
    customer: fulfilment.type === 'pickup' ? customer : { ...customer, address },
    ...(isPlain ? {} : { fulfilment }),
    ...(wantedAt === undefined ? {} : { wantedAt }),
  };
}

/** A line as the wire has it: what there is nothing to say of is left out. */
function itemOf({ dish, quantity, note, choices }: CartLine) {
  return {
    dish,
    quantity,
    ...(choices.length === 0
      ? {}
      : { choices: choices.map(({ option, choice, quantity }) => ({ option, choice, quantity })) }),
    ...(note === '' ? {} : { note }),
  };
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
  setHandover(order.shop, { isForLater: false });
  forgetTime(order.shop);
  goTo({ view: 'order', order: order.id, token, shop: order.shop }, true);
  queueMicrotask(() => placer.value?.clear());
}
