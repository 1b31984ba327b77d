import { useSignal } from '@preact/signals';
import type { Order } from '../../functions/domain/frames.ts';
import type { ShopStream } from '../connection/shop-state.ts';
import { say } from '../shared/language.ts';
import { texts } from './texts.ts';
import { Ticket } from './ticket.tsx';

const columns = [
  { status: 'placed', title: texts.columnNew, nothing: texts.nothingNew },
  { status: 'accepted', title: texts.columnPreparing, nothing: texts.nothingPreparing },
  { status: 'ready', title: texts.columnReady, nothing: texts.nothingReady },
] as const;

type Column = (typeof columns)[number];

/** New, in preparation, ready: side by side, or one at a time on a phone. */
export function Board({ state }: { state: ShopStream }) {
  const shown = useSignal<Column['status']>('placed');
  if (state.shop === undefined && state.orders.size === 0) {
    return (
      <p class="nothing" role="status">
        {say(texts.loading)}
      </p>
    );
  }
  const orders = [...state.orders.values()];
  const inColumn = (status: Column['status']) => orders.filter(order => order.status === status).sort(urgent[status]);
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
            {say(title)} <Count of={inColumn(status).length} isLoud={status === 'placed'} />
          </button>
        ))}
      </nav>
      <div class="board" data-shown={shown.value}>
        {columns.map(column => (
          <ColumnView key={column.status} column={column} orders={inColumn(column.status)} state={state} />
        ))}
      </div>
    </>
  );
}

/** The most urgent first. */
const urgent: Readonly<Record<Column['status'], (a: Order, b: Order) => number>> = {
  placed: (a, b) => a.placedAt.localeCompare(b.placedAt) || a.number - b.number,
  accepted: (a, b) => (a.readyAt ?? '').localeCompare(b.readyAt ?? '') || a.number - b.number,
  ready: (a, b) => a.updatedAt.localeCompare(b.updatedAt) || a.number - b.number,
};

function ColumnView({ column, orders, state }: { column: Column; orders: readonly Order[]; state: ShopStream }) {
  const { status, title, nothing } = column;
  return (
    <section class="column" data-status={status} data-testid={`column-${status}`} aria-labelledby={`column-${status}`}>
      <h2 id={`column-${status}`} class="column-title">
        {say(title)} <Count of={orders.length} isLoud={status === 'placed'} />
      </h2>
      {orders.length === 0 && <p class="nothing">{say(nothing)}</p>}
      <ul class="tickets">
        {orders.map(order => (
          <li key={order.id}>
            <Ticket order={order} state={state} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Count({ of, isLoud }: { of: number; isLoud: boolean }) {
  return <span class={isLoud && of > 0 ? 'count count-loud' : 'count'}>{of}</span>;
}
