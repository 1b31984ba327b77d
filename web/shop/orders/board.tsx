import { useRef } from 'preact/hooks';
import type { Order } from '../../../functions/domain/frames.ts';
import type { ShopStream } from '../../connection/shop/state.ts';
import { say } from '../../shared/language.ts';
import { texts } from '../texts.ts';
import { isBoardIdle } from './board-idle.ts';
import { ColumnView } from './column.tsx';
import { columns, laterColumn, ordersByStatus } from './columns.ts';
import { lanes, useLaneCount } from './lane-count.ts';
import { areColumnsTabs, type ColumnStatus, columnStatuses, type PerColumn, shareLanes } from './lanes.ts';
import { laterOrders } from './later.ts';
import { recordMoved } from './stray-taps.ts';
import { hasLater, shownTab } from './tabs.tsx';

/** Whether the shop's orders have been received. */
export function isBoardKnown({ shop, orders }: ShopStream): boolean {
  return shop !== undefined || orders.size > 0;
}

/**
 * New, in preparation, ready: side by side, or one at a time on a phone; or in their stead the orders for later. Tickets
 * stand in lanes, all equally wide.
 */
export function Board({ state }: { state: ShopStream }) {
  const byStatus = ordersByStatus.value;
  const shares = useShares(byStatus);
  const board = useLaneCount();
  if (!isBoardKnown(state)) {
    return (
      <p class="nothing" role="status">
        {say(texts.loading)}
      </p>
    );
  }
  const tab = shownTab.value;
  const isShown = (status: ColumnStatus) => (areColumnsTabs(lanes.value) ? status === tab : tab !== 'later');
  return (
    <div class="board" ref={board} data-lanes={lanes.value} style={{ '--lanes': lanes.value }}>
      <span class="narrowest-lane" />
      {hasLater.value && (
        <ColumnView
          column={laterColumn}
          orders={laterOrders.value}
          share={tab === 'later' ? lanes.value : undefined}
          state={state}
        />
      )}
      {columns.map(column => (
        <ColumnView
          key={column.status}
          column={column}
          orders={byStatus[column.status]}
          share={isShown(column.status) ? shares[column.status] : undefined}
          state={state}
        />
      ))}
    </div>
  );
}

/** The number of lanes of each column. It changes only while no pointer is in use, or with the window. */
function useShares(byStatus: Readonly<Record<ColumnStatus, readonly Order[]>>): PerColumn {
  const shown = useRef<{ shares: PerColumn; lanes: number }>({
    shares: { placed: 0, accepted: 0, ready: 0 },
    lanes: 0,
  });
  const { shares, lanes: shownLanes } = shown.current;
  if (!isBoardIdle.value && shownLanes === lanes.value) return shares;
  const counts = {
    placed: byStatus.placed.length,
    accepted: byStatus.accepted.length,
    ready: byStatus.ready.length,
  };
  const now = shareLanes(counts, lanes.value, shares);
  if (columnStatuses.some(status => now[status] !== shares[status]))
    recordMoved(columnStatuses.flatMap(status => byStatus[status].map(({ id }) => id)));
  shown.current = { shares: now, lanes: lanes.value };
  return now;
}
