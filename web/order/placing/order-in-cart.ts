import { type Fulfilment, MAX_ORDER_REQUEST_BYTES } from '../../../functions/domain/frames.ts';
import { cart } from '../cart/cart.ts';
import { tidyCustomer } from '../cart/customer.ts';
import { amounts, fulfilmentOf, wantedAtOf } from '../cart/handover.ts';
import type { CartLine } from '../cart/line.ts';
import { shops } from '../shops/known-shops.ts';

/** The order that the cart makes, as it is sent. */
export function orderInCart() {
  const { shop, lines, note } = cart.value;
  return {
    shop,
    items: lines.map(itemOf),
    ...howAndWhen(shop),
    ...(note === '' ? {} : { note }),
    expectedTotalCents: amounts.value.totalCents,
  };
}

/** Whether the cart is too large for a request: fifty dishes may have a long note each. */
export function isTooLargeToSend(): boolean {
  return new TextEncoder().encode(JSON.stringify(orderInCart())).length > MAX_ORDER_REQUEST_BYTES;
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
