import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Order } from '../../../functions/domain/frames.ts';
import { isTerminal } from '../../connection/order-book.ts';
import type { ShopStream } from '../../connection/shop/state.ts';
import { Dialog } from '../../shared/dialog.tsx';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { reasonWords, statusWords } from '../../shared/order-words.ts';
import { dialLink } from '../../shared/phone-number.ts';
import { clockTime, dayAndTime } from '../../shared/time.ts';
import { PrintButton } from '../print/print-button.tsx';
import { texts } from '../texts.ts';
import { readOrders } from './day-orders.ts';

/** Today's orders that came to an end, and what else this screen has seen end, the newest first. */
export function DoneDialog({ state, onClose }: { state: ShopStream; onClose: () => void }) {
  const today = useSignal<readonly Order[]>([]);
  useEffect(() => {
    void readOrders().then(orders => {
      today.value = orders ?? [];
    });
  }, []);
  const known = new Map(today.value.map(order => [order.id, order]));
  for (const order of state.orders.values())
    if (order.version >= (known.get(order.id)?.version ?? 0)) known.set(order.id, order);
  const ended = [...known.values()].filter(isTerminal).sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return (
    <Dialog title={say(texts.done)} testid="done-dialog" onClose={onClose}>
      {ended.length === 0 && <p class="nothing">{say(texts.nothingDone)}</p>}
      <ul class="stack">
        {ended.map(order => (
          <Ended key={order.id} order={order} />
        ))}
      </ul>
    </Dialog>
  );
}

/** A line of the list; a tap opens the whole order to read. */
function Ended({ order }: { order: Order }) {
  return (
    <li class="ended">
      <details class="ended-order" data-testid={`ended-${order.number}`}>
        <summary class="stack">
          <span class="spread">
            <strong>
              #{order.number} <bdi class="typed">{order.customer.name}</bdi>
            </strong>
            <span class={order.status === 'completed' ? 'chip chip-good' : 'chip chip-bad'}>
              {say(statusWords[order.status])}
            </span>
          </span>
          <span class="spread muted small">
            <span>
              {dayAndTime(order.updatedAt)}
              {order.reason !== null && ` · ${say(reasonWords[order.reason])}`}
            </span>
            <span class="number">{money(order.totalCents, order.currency)}</span>
          </span>
        </summary>
        <OrderDetails order={order} />
      </details>
      <PrintButton order={order} />
    </li>
  );
}

/** Everything that was ordered, by whom, and when. */
function OrderDetails({ order }: { order: Order }) {
  const { items, note, customer, placedAt, readyAt, currency } = order;
  return (
    <div class="stack ended-details" data-testid="ended-details">
      <ul class="items">
        {items.map(item => (
          <li key={`${item.dish} ${item.note}`} class="item">
            <span class="item-quantity number">{item.quantity}×</span>
            <span class="spread">
              <span class="typed" dir="auto">
                {item.name}
              </span>
              <span class="number">{money(item.priceCents * item.quantity, currency)}</span>
            </span>
            {item.note !== null && (
              <span class="item-note typed" dir="auto">
                {item.note}
              </span>
            )}
          </li>
        ))}
      </ul>
      {note !== null && (
        <p class="item-note typed" dir="auto">
          {say(texts.note, { note })}
        </p>
      )}
      <p class="muted small number">
        {say(texts.placedAt, { time: dayAndTime(placedAt) })}
        {readyAt !== null && ` · ${say(texts.readyAt, { time: clockTime(readyAt) })}`}
      </p>
      <address class="customer">
        <a class="phone" href={dialLink(customer.phone)}>
          {customer.phone}
        </a>
        <span class="typed" dir="auto">
          {customer.address}
        </span>
      </address>
    </div>
  );
}
