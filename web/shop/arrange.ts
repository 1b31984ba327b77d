import type { Order } from '../../functions/domain/frames.ts';

/** An order in its place of a column. `isGone`: it is no longer in this column, and its card keeps the place for now. */
export interface Place {
  readonly order: Order;
  readonly isGone: boolean;
}

/**
 * What a column shows. Where things may move, just what is wanted. Otherwise everything stays in its place under the
 * finger that is on its way: what is gone leaves its card behind, and what is new is put at the end.
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

/** The ids of what stands at another place than before. */
export function movedFrom(before: readonly string[], after: readonly string[]): string[] {
  const first = after.findIndex((id, index) => before[index] !== id);
  if (first === -1) return [];
  const old = new Set(before.slice(first));
  return after.slice(first).filter(id => old.has(id));
}
