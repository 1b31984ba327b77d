import type { Order } from './frames.ts';
import type { JsonText } from './ports.ts';

/**
 * An ORDER as its read-only link shows it: without name, phone and address of its customer, and without what it wrote.
 * The fields are there, and empty, as in an order whose customer has been erased.
 */
export function withoutCustomer(order: JsonText): JsonText {
  const whole = JSON.parse(order) as Order;
  const shown: Order = {
    ...whole,
    items: whole.items.map(item => ({ ...item, note: null })),
    customer: { name: '', phone: '', address: '' },
    note: null,
  };
  return JSON.stringify(shown);
}

/** What may be told of an order to whoever follows it. */
export function shownOrder({ order, isReadOnly }: { order: JsonText; isReadOnly: boolean }): JsonText {
  return isReadOnly ? withoutCustomer(order) : order;
}
