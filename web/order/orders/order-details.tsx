import { pieceCents } from '../../../functions/domain/amounts.ts';
import type { Amounts, Order } from '../../../functions/domain/frames.ts';
import { isTerminal } from '../../connection/order-book.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { dayAndTime, isElsewhere } from '../../shared/time.ts';
import { AmountLines } from '../cart/amount-lines.tsx';
import { Choices } from '../cart/choices.tsx';
import { choicesKey } from '../cart/line.ts';
import { texts } from '../texts.ts';

/** What was ordered, for how much, by whom, when. */
export function OrderDetails({ order, timeZone }: { order: Order; timeZone: string | undefined }) {
  const { name, phone, address } = order.customer;
  const isPickup = order.fulfilment?.type === 'pickup';
  const areaName = order.fulfilment?.type === 'delivery' ? order.fulfilment.areaName : undefined;
  return (
    <section class="card stack" aria-label={say(texts.yourOrder)}>
      <ul class="stack">
        {order.items.map(item => (
          <li key={`${item.dish} ${item.note} ${choicesKey(item.choices ?? [])}`} class="order-item">
            <span class="number order-item-count">{item.quantity} ×</span>
            <span class="typed">{item.name}</span>
            <span class="number">{money(pieceCents(item) * item.quantity, order.currency)}</span>
            <Choices of={item.choices} />
            {item.note !== null && <span class="muted small item-note typed">{item.note}</span>}
          </li>
        ))}
      </ul>
      {order.note !== null && <p class="typed muted">{order.note}</p>}
      <AmountLines amounts={order.amounts ?? plainAmounts(order)} currency={order.currency} />
      {/* Its place is kept: the buttons below are not to move when the order ends. */}
      <p class="muted small pay-later" data-over={isTerminal(order)} data-testid="pay-later">
        {say(isPickup ? texts.payAtPickup : texts.payLater)}
      </p>
      {/* A read-only link does not say, and neither does an order whose customer has been erased. */}
      {name !== '' && (
        <p class="muted small" data-testid="customer">
          {say(isPickup ? texts.fetchedBy : texts.deliverTo)} <span class="typed">{name}</span> ·{' '}
          <span class="typed">{phone}</span>
          {!isPickup && (
            <>
              {' '}
              · <span class="typed">{[areaName, address].filter(Boolean).join(' · ')}</span>
            </>
          )}
        </p>
      )}
      <p class="muted small">
        {dayAndTime(order.placedAt, timeZone)}
        {isElsewhere(order.placedAt, timeZone) && ` · ${say(texts.shopsTime)}`}
      </p>
    </section>
  );
}

/** An order of a server of the version before: it says the total alone. */
function plainAmounts({ totalCents }: Order): Amounts {
  return { itemsCents: totalCents, packagingCents: 0, deliveryCents: 0, discountCents: 0, totalCents };
}
