import type { Order } from '../../../functions/domain/frames.ts';

/**
 * An order and its place in a column. `isGone`: the order has left the column, and its card keeps the place for now.
 */
export interface Place {
  readonly order: Order;
  readonly isGone: boolean;
}

/**
 * Returns what a column shows: the wanted orders if tickets may move. Otherwise every card keeps its place: an order
 * that has left leaves its card behind, and new orders are appended.
 */
export function arrange(shown: readonly Place[], wanted: readonly Order[], mayMove: boolean): readonly Place[] {
  if (mayMove) return wanted.map(order => ({ order, isGone: false }));
  const coming = new Map(wanted.map(order => [order.id, order]));
  const kept = shown.map(({ order: held }) => {
    const order = coming.get(held.id);
    coming.delete(held.id);
    return order === undefined ? { order: held, isGone: true } : { order, isGone: false };
  });
  return [...kept, ...[...coming.values()].map(order => ({ order, isGone: false }))];
}

/** Returns the ids whose place has changed. */
export function findMoved(before: readonly string[], after: readonly string[]): string[] {
  const first = after.findIndex((id, index) => before[index] !== id);
  if (first === -1) return [];
  const old = new Set(before.slice(first));
  return after.slice(first).filter(id => old.has(id));
}
