import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { say, type Text } from '../../shared/language.ts';
import { stream } from '../screen.ts';
import { texts } from '../texts.ts';
import { columns, laterColumn, ordersByStatus } from './columns.ts';
import { Count } from './count.tsx';
import { lanes } from './lane-count.ts';
import { areColumnsTabs, type ColumnStatus } from './lanes.ts';
import { laterOrders } from './later.ts';
import { recordMoved } from './stray-taps.ts';

/** What is looked at: orders for later, or else, where only one column has room, that column. */
export const shownTab = signal<ColumnStatus | 'later'>('placed');

let hadLater = false;

/** Whether orders for later have a place: the shop takes them, or there are some. It stays until the page is loaded anew. */
export const hasLater: ReadonlySignal<boolean> = computed(() => {
  hadLater ||= !!stream.value?.shop?.later || laterOrders.value.length > 0;
  return hadLater;
});

interface Tab {
  readonly id: string;
  readonly title: Text;
  readonly shows: ColumnStatus | 'later';
  readonly isCurrent: boolean;
  readonly count: number;
  readonly isLoud: boolean;
}

/** What can be looked at, with how many orders are in each: single columns where only one has room, and orders for later. */
export function Tabs() {
  const tabs = [...boardTabs(), ...laterTabs()];
  useTapProtection(tabs.length > 1);
  if (tabs.length < 2) return null;
  return (
    <nav class="tabs" aria-label={say(texts.title)}>
      {tabs.map(({ id, title, shows, isCurrent, count, isLoud }) => (
        <button
          key={id}
          type="button"
          class="tab"
          aria-current={isCurrent}
          data-testid={`tab-${id}`}
          onClick={() => {
            shownTab.value = shows;
          }}
        >
          <span>{say(title)}</span> <Count of={count} isLoud={isLoud} />
        </button>
      ))}
    </nav>
  );
}

/** One for each column, or one for all where they stand side by side. */
function boardTabs(): Tab[] {
  const byStatus = ordersByStatus.value;
  const count = (status: ColumnStatus) => byStatus[status].length;
  if (areColumnsTabs(lanes.value))
    return columns.map(({ status, title }) => ({
      id: status,
      title,
      shows: status,
      isCurrent: shownTab.value === status,
      count: count(status),
      isLoud: status === 'placed',
    }));
  const all = count('placed') + count('accepted') + count('ready');
  const isCurrent = shownTab.value !== 'later';
  return [{ id: 'now', title: texts.ordersNow, shows: 'placed', isCurrent, count: all, isLoud: count('placed') > 0 }];
}

function laterTabs(): Tab[] {
  if (!hasLater.value) return [];
  const { status } = laterColumn;
  const orders = laterOrders.value;
  const isLoud = orders.some(one => one.status === 'placed');
  return [
    {
      id: status,
      title: texts.later,
      shows: status,
      isCurrent: shownTab.value === 'later',
      count: orders.length,
      isLoud,
    },
  ];
}

/** When the tabs come, every ticket below moves. */
function useTapProtection(areShown: boolean): void {
  const were = useRef(areShown);
  useLayoutEffect(() => {
    if (were.current !== areShown)
      recordMoved(Object.values(ordersByStatus.peek()).flatMap(all => all.map(one => one.id)));
    were.current = areShown;
  }, [areShown]);
}
