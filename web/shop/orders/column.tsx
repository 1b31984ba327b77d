import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Order } from '../../../functions/domain/frames.ts';
import type { ShopStream } from '../../connection/shop/state.ts';
import { say } from '../../shared/language.ts';
import { statusWords } from '../../shared/order-words.ts';
import { remindedOrders } from '../attention/notices.ts';
import { isReceivingOrders } from '../attention/receiving.ts';
import { wasChangedHere } from '../screen.ts';
import { texts } from '../texts.ts';
import { arrange, findMoved, type Place } from './arrange.ts';
import { isBoardIdle } from './board-idle.ts';
import type { Column } from './columns.ts';
import { Count } from './count.tsx';
import { usualMinutes } from './later.ts';
import { recordMoved } from './stray-taps.ts';
import { Ticket } from './ticket.tsx';

/**
 * The orders of one status. `share`: its number of lanes; 0 shows only title and count, `undefined` hides the column.
 */
export function ColumnView({
  column,
  orders,
  share,
  state,
}: {
  column: Column;
  orders: readonly Order[];
  share: number | undefined;
  state: ShopStream;
}) {
  const { status, title } = column;
  const nothing = status === 'placed' && !isReceivingOrders(state) ? texts.nothingHeard : column.nothing;
  const list = useRef<HTMLUListElement>(null);
  const places = useArranged(orders);
  useFocusThatStays(list, places);
  const busy = new Set(state.outbox.map(({ operation }) => ('order' in operation ? operation.order : '')));
  const acceptMinutes = state.shop?.acceptMinutes ?? 5;
  return (
    <section
      class={share === 0 ? 'column column-folded' : 'column'}
      hidden={share === undefined}
      tabIndex={-1}
      data-status={status}
      data-testid={`column-${status}`}
      aria-labelledby={`column-${status}`}
      style={{ '--share': share }}
    >
      <h2 id={`column-${status}`} class="column-title">
        {say(title)} <Count of={orders.length} isLoud={orders.some(one => one.status === 'placed')} />
      </h2>
      {places.length === 0 && share !== 0 && <p class="nothing">{say(nothing)}</p>}
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
            usualMinutes={usualMinutes.value}
          />
        ))}
      </ul>
    </section>
  );
}

/** Renders a ticket only when its own data changes: in a rush there are hundreds. */
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

/** The column as it may be shown now: while a pointer is in use, only the person's own steps move tickets. */
function useArranged(orders: readonly Order[]): readonly Place[] {
  const shown = useRef<readonly Place[]>([]);
  const wanted = new Set(orders.map(({ id }) => id));
  const mayMove = isBoardIdle.value || shown.current.some(({ order: { id } }) => !wanted.has(id) && wasChangedHere(id));
  const before = shown.current.map(({ order }) => order.id);
  shown.current = arrange(shown.current, orders, mayMove);
  const after = shown.current.map(({ order }) => order.id);
  recordMoved(findMoved(before, after));
  return shown.current;
}

/**
 * When the focused ticket leaves the column, moves the keyboard's focus to the ticket in its place, or to the column.
 */
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

/** The index of the slot with a visible focus (`:focus-visible`), or -1. The focus that a tap leaves does not count. */
function keyboardPlace(slots: readonly Element[]): number {
  const active = document.activeElement;
  return active?.matches(':focus-visible') ? slots.findIndex(slot => slot.contains(active)) : -1;
}
