import type { Order, OrderStatus } from '../../functions/domain/frames.ts';

/** Terminal orders that are kept, for a glance back. */
const TERMINAL_KEPT = 50;

const terminal: ReadonlySet<OrderStatus> = new Set(['rejected', 'completed', 'cancelled', 'expired']);

/** Whether nothing can happen to the order any more. */
export function isTerminal(order: Order): boolean {
  return terminal.has(order.status);
}

/** The orders with `news` in place of what was held of them, unless a higher version is held. */
export function putOrders(held: ReadonlyMap<string, Order>, news: readonly Order[]): ReadonlyMap<string, Order> {
  const orders = new Map(held);
  for (const order of news) {
    const known = orders.get(order.id);
    if (known !== undefined && known.version > order.version) continue;
    // Set anew at the end, so that the oldest terminal orders are the first to be let go.
    orders.delete(order.id);
    orders.set(order.id, order);
  }
  letGoOfOldOnes(orders);
  return orders;
}

function letGoOfOldOnes(orders: Map<string, Order>): void {
  const ended = [...orders.values()].filter(isTerminal);
  for (const order of ended.slice(0, Math.max(0, ended.length - TERMINAL_KEPT))) orders.delete(order.id);
}
