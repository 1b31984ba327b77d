import { computed, useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Order } from '../../functions/domain/frames.ts';
import type { ShopStream } from '../connection/shop-state.ts';
import { say } from '../shared/language.ts';
import { statusWords } from '../shared/order-words.ts';
import { noteMoved } from './aim.ts';
import { arrange, movedFrom, type Place } from './arrange.ts';
import { areHandsOff } from './hands.ts';
import { remindedOrders } from './notices.ts';
import { isTouchedHere, stream } from './screen.ts';
import { texts } from './texts.ts';
import { Ticket } from './ticket.tsx';

const columns = [
  { status: 'placed', title: texts.columnNew, nothing: texts.nothingNew },
  { status: 'accepted', title: texts.columnPreparing, nothing: texts.nothingPreparing },
  { status: 'ready', title: texts.columnReady, nothing: texts.nothingReady },
] as const;

type Column = (typeof columns)[number];

/** The most urgent first. What is new comes last in each, but for what was accepted for an earlier time. */
const urgent: Readonly<Record<Column['status'], (a: Order, b: Order) => number>> = {
  placed: (a, b) => compare(a.placedAt, b.placedAt) || a.number - b.number,
  accepted: (a, b) => compare(a.readyAt ?? '', b.readyAt ?? '') || a.number - b.number,
  ready: (a, b) => compare(a.updatedAt, b.updatedAt) || a.number - b.number,
};

/** Times of the wire are all written alike, so that their text is in the order of time. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const ordersByStatus = computed(() => {
  const byStatus: Record<Column['status'], Order[]> = { placed: [], accepted: [], ready: [] };
  for (const order of stream.value?.orders.values() ?? [])
    if (order.status === 'placed' || order.status === 'accepted' || order.status === 'ready')
      byStatus[order.status].push(order);
  for (const { status } of columns) byStatus[status].sort(urgent[status]);
  return byStatus;
});

/** New, in preparation, ready: side by side, or one at a time on a phone. */
export function Board({ state }: { state: ShopStream }) {
  const shown = useSignal<Column['status']>('placed');
  const byStatus = ordersByStatus.value;
  if (state.shop === undefined && state.orders.size === 0) {
    return (
      <p class="nothing" role="status">
        {say(texts.loading)}
      </p>
    );
  }
  return (
    <>
      <nav class="tabs" aria-label={say(texts.title)}>
        {columns.map(({ status, title }) => (
          <button
            key={status}
            type="button"
            class="tab"
            aria-current={shown.value === status}
            data-testid={`tab-${status}`}
            onClick={() => {
              shown.value = status;
            }}
          >
            <span>{say(title)}</span> <Count of={byStatus[status].length} isLoud={status === 'placed'} />
          </button>
        ))}
      </nav>
      <div class="board" data-shown={shown.value}>
        {columns.map(column => (
          <ColumnView key={column.status} column={column} orders={byStatus[column.status]} state={state} />
        ))}
      </div>
    </>
  );
}

function ColumnView({ column, orders, state }: { column: Column; orders: readonly Order[]; state: ShopStream }) {
  const { status, title, nothing } = column;
  const list = useRef<HTMLUListElement>(null);
  const places = useArranged(orders);
  useFocusThatStays(list, places);
  const busy = new Set(state.outbox.map(({ operation }) => ('order' in operation ? operation.order : '')));
  const acceptMinutes = state.shop?.acceptMinutes ?? 5;
  const usualMinutes = (state.shop?.prepMinutes ?? 15) + (state.shop?.busyMinutes ?? 0);
  return (
    <section
      class="column"
      tabIndex={-1}
      data-status={status}
      data-testid={`column-${status}`}
      aria-labelledby={`column-${status}`}
    >
      <h2 id={`column-${status}`} class="column-title">
        {say(title)} <Count of={orders.length} isLoud={status === 'placed'} />
      </h2>
      {places.length === 0 && <p class="nothing">{say(nothing)}</p>}
      <ul class="tickets" ref={list}>
        {places.map(({ order, isGone }) => (
          <Slot
            key={order.id}
            order={order}
            gone={isGone ? (state.orders.get(order.id)?.status ?? 'completed') : undefined}
            isBusy={busy.has(order.id)}
            isFromAway={state.away.has(order.id)}
            isReminded={remindedOrders.value.has(order.id)}
            acceptMinutes={acceptMinutes}
            usualMinutes={usualMinutes}
          />
        ))}
      </ul>
    </section>
  );
}

/** A ticket is drawn anew only when something of its own changes: in a rush there are hundreds. */
function Slot({
  order,
  gone,
  isBusy,
  isFromAway,
  isReminded,
  acceptMinutes,
  usualMinutes,
}: {
  order: Order;
  gone: Order['status'] | undefined;
  isBusy: boolean;
  isFromAway: boolean;
  isReminded: boolean;
  acceptMinutes: number;
  usualMinutes: number;
}) {
  const ticket = useMemo(
    () => (
      <Ticket
        order={order}
        isBusy={isBusy}
        isFromAway={isFromAway}
        isReminded={isReminded}
        acceptMinutes={acceptMinutes}
        usualMinutes={usualMinutes}
      />
    ),
    [order, isBusy, isFromAway, isReminded, acceptMinutes, usualMinutes],
  );
  return (
    <li class="slot" data-place={order.id} data-gone={gone !== undefined} inert={gone !== undefined}>
      {ticket}
      {gone !== undefined && <p class="stamp">{say(statusWords[gone])}</p>}
    </li>
  );
}

/** The column as it may be shown now: nothing moves while somebody is at it, but for what they have done themselves. */
function useArranged(orders: readonly Order[]): readonly Place[] {
  const shown = useRef<readonly Place[]>([]);
  const wanted = new Set(orders.map(({ id }) => id));
  const mayMove = areHandsOff.value || shown.current.some(({ order: { id } }) => !wanted.has(id) && isTouchedHere(id));
  const before = shown.current.map(({ order }) => order.id);
  shown.current = arrange(shown.current, orders, mayMove);
  const after = shown.current.map(({ order }) => order.id);
  noteMoved(movedFrom(before, after));
  return shown.current;
}

/** Who works with the keyboard goes on where the order was that has gone to another column; at the column after its last. */
function useFocusThatStays(list: { current: HTMLUListElement | null }, places: readonly Place[]): void {
  const focused = useRef(-1);
  useLayoutEffect(() => {
    const active = document.activeElement;
    const slots = [...(list.current?.children ?? [])];
    const now = slots.findIndex(slot => slot.contains(active));
    if (now === -1 && focused.current !== -1 && (active === null || active === document.body)) {
      const next = slots[Math.min(focused.current, slots.length - 1)];
      const place = next?.querySelector<HTMLElement>('.good') ?? list.current?.closest('section');
      place?.focus({ preventScroll: true });
    }
    focused.current = keyboardPlace(slots);
  }, [places]);
  useLayoutEffect(() => {
    const note = () => {
      focused.current = keyboardPlace([...(list.current?.children ?? [])]);
    };
    list.current?.addEventListener('focusin', note);
    return () => list.current?.removeEventListener('focusin', note);
  }, []);
}

/** Which of the slots has a focus that can be seen. One that a tap left behind is nothing to go on from. */
function keyboardPlace(slots: readonly Element[]): number {
  const active = document.activeElement;
  return active?.matches(':focus-visible') ? slots.findIndex(slot => slot.contains(active)) : -1;
}

function Count({ of, isLoud }: { of: number; isLoud: boolean }) {
  return <span class={isLoud && of > 0 ? 'count count-loud' : 'count'}>{of}</span>;
}
