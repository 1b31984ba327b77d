import { signal } from '@preact/signals';
import { onWake } from '../connection/browser.ts';
import { type AttemptStore, type Placer, postAttempt, startPlacing } from '../connection/place.ts';
import { type Attempt, notPlacing, type Placed, type Placing } from '../connection/placing.ts';
import { startTimer } from '../connection/timer.ts';
import { readStored, store, storedNames } from '../shared/stored.ts';
import { uuid } from '../shared/uuid.ts';
import { cart, emptyCart, totalCents } from './cart.ts';
import { customer, plainPhone } from './customer.ts';
import { keepOrder } from './my-orders.ts';
import { goTo, route } from './route.ts';
import { shops } from './shops.ts';

/** What is known of the order that is being placed. */
export const placing = signal<Placing>(notPlacing);

/** The one that places; set once, when the addresses are known. */
export const placer = signal<Placer | undefined>(undefined);

/** Starts, and takes up what a page before this one left unfinished. */
export function startOrdering(billUrl: string): void {
  placer.value = startPlacing({
    now: Date.now,
    random: Math.random,
    startTimer,
    onWake,
    post: attempt => postAttempt(billUrl, attempt, (url, init) => fetch(url, init)),
    store: attemptStore,
    onPlaced,
    onState(state) {
      placing.value = state;
      // An order taken up after a reload may be refused wherever one is; the checkout says why.
      if (state.phase === 'refused' && route.value.view !== 'checkout')
        goTo({ view: 'checkout', shop: state.attempt.shop });
    },
  });
}

/** Sends what is in the cart. */
export function placeOrder(): void {
  const { shop, lines, note } = cart.value;
  placer.value?.submit(shop, uuid(), {
    shop,
    items: lines.map(({ dish, quantity, note }) => (note === '' ? { dish, quantity } : { dish, quantity, note })),
    customer: { ...customer.value, phone: plainPhone(customer.value.phone) },
    ...(note === '' ? {} : { note }),
    expectedTotalCents: totalCents.value,
  });
}

/** Each attempt under a name of its own: another tab's unfinished order is not to be overwritten. */
const attemptStore: AttemptStore = {
  save: attempt => void store(`placing.${attempt.key}`, attempt),
  remove: attempt => void store(`placing.${attempt.key}`, undefined),
  all: () =>
    storedNames('placing.')
      .map(name => readStored(name))
      .filter(isAttempt)
      .sort((a, b) => a.startedAt - b.startedAt),
};

function onPlaced({ order, token }: Placed): void {
  keepOrder({ order, token, shopName: shops.value.get(order.shop)?.name });
  emptyCart(order.shop);
  goTo({ view: 'order', order: order.id, token, shop: order.shop }, true);
  queueMicrotask(() => placer.value?.clear());
}

function isAttempt(stored: unknown): stored is Attempt {
  return (
    typeof stored === 'object' &&
    stored !== null &&
    'key' in stored &&
    'body' in stored &&
    typeof stored.body === 'string' &&
    'startedAt' in stored &&
    typeof stored.startedAt === 'number'
  );
}
