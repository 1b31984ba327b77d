import type { Order } from '../../../functions/domain/frames.ts';
import { isTerminal } from '../../connection/order-book.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { dayAndTime, isElsewhere } from '../../shared/time.ts';
import { texts } from '../texts.ts';

/** What was ordered, for how much, by whom, when. */
export function OrderDetails({ order, timeZone }: { order: Order; timeZone: string | undefined }) {
  const { name, phone, address } = order.customer;
  return (
    <section class="card stack" aria-label={say(texts.yourOrder)}>
      <ul class="stack">
        {order.items.map(item => (
          <li key={`${item.dish} ${item.note}`} class="order-item">
            <span class="number order-item-count">{item.quantity} ×</span>
            <span class="typed">{item.name}</span>
            <span class="number">{money(item.priceCents * item.quantity, order.currency)}</span>
            {item.note !== null && <span class="muted small item-note typed">{item.note}</span>}
          </li>
        ))}
      </ul>
      {order.note !== null && <p class="typed muted">{order.note}</p>}
      <p class="spread total">
        <span>{say(texts.total)}</span>
        <strong class="number" data-testid="total">
          {money(order.totalCents, order.currency)}
        </strong>
      </p>
      {/* Its place is kept: the buttons below are not to move when the order ends. */}
      <p class="muted small pay-later" data-over={isTerminal(order)} data-testid="pay-later">
        {say(texts.payLater)}
      </p>
      <p class="muted small">
        {say(texts.deliverTo)} <span class="typed">{name}</span> · <span class="typed">{phone}</span> ·{' '}
        <span class="typed">{address}</span>
      </p>
      <p class="muted small">
        {dayAndTime(order.placedAt, timeZone)}
        {isElsewhere(order.placedAt, timeZone) && ` · ${say(texts.shopsTime)}`}
      </p>
    </section>
  );
}
