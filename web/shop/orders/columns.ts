import { computed } from '@preact/signals';
import type { Order } from '../../../functions/domain/frames.ts';
import { stream } from '../screen.ts';
import { texts } from '../texts.ts';
import type { ColumnStatus } from './lanes.ts';
import { isForLater } from './later.ts';

/** The columns of the board: new, in preparation, ready. */
export const columns = [
  { status: 'placed', title: texts.columnNew, nothing: texts.nothingNew },
  { status: 'accepted', title: texts.columnPreparing, nothing: texts.nothingPreparing },
  { status: 'ready', title: texts.columnReady, nothing: texts.nothingReady },
] as const;

/** Where orders for later stand until it is time to begin them. */
export const laterColumn = { status: 'later', title: texts.ordersForLater, nothing: texts.nothingForLater } as const;

export type Column = (typeof columns)[number] | typeof laterColumn;

/** The order of tickets in each column, the most urgent first. */
const urgent: Readonly<Record<ColumnStatus, (a: Order, b: Order) => number>> = {
  placed: (a, b) => compare(a.placedAt, b.placedAt) || a.number - b.number,
  accepted: (a, b) => compare(a.readyAt ?? '', b.readyAt ?? '') || a.number - b.number,
  ready: (a, b) => compare(a.updatedAt, b.updatedAt) || a.number - b.number,
};

/** Times of the wire have one format, in which text order is time order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The orders of each column, as they are to be shown; without those for later. */
export const ordersByStatus = computed(() => {
  const byStatus: Record<ColumnStatus, Order[]> = { placed: [], accepted: [], ready: [] };
  for (const order of stream.value?.orders.values() ?? []) {
    const { status } = order;
    if ((status === 'placed' || status === 'accepted' || status === 'ready') && !isForLater(order))
      byStatus[status].push(order);
  }
  for (const { status } of columns) byStatus[status].sort(urgent[status]);
  return byStatus;
});
