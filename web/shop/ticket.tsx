import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Order } from '../../functions/domain/frames.ts';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { clockTime, minutesSince } from '../shared/time.ts';
import { ageOf } from './age.ts';
import { texts } from './texts.ts';
import { TicketActions } from './ticket-actions.tsx';

/** What a ticket shows besides its order. `usualMinutes`: what is offered as preparation time. */
export interface TicketProps {
  order: Order;
  isBusy: boolean;
  isFromAway: boolean;
  isReminded: boolean;
  acceptMinutes: number;
  usualMinutes: number;
}

/** One order, to be read from an arm's length, and what can be done with it. Nothing in it changes its height by itself. */
export function Ticket({ order, isBusy, isFromAway, isReminded, acceptMinutes, usualMinutes }: TicketProps) {
  const kind = useMemo(() => computed(() => ageOf(order, acceptMinutes).kind), [order, acceptMinutes]);
  const titleId = `order-${order.id}`;
  return (
    <article
      class={`ticket ticket-${kind.value}`}
      data-testid={`ticket-${order.number}`}
      data-order={order.id}
      aria-labelledby={titleId}
    >
      <Marks order={order} isFromAway={isFromAway} isReminded={isReminded} />
      <header class="ticket-head">
        <h3 class="ticket-number" id={titleId}>
          <span class="visually-hidden">{say(texts.title)} </span>#{order.number}
        </h3>
        <div class="ticket-ages">
          <Age order={order} acceptMinutes={acceptMinutes} />
          <span class="muted small number">
            {clockTime(order.placedAt)}
            {order.readyAt !== null && ` → ${clockTime(order.readyAt)}`}
          </span>
        </div>
      </header>
      <ul class="items">
        {order.items.map(item => (
          <li key={`${item.dish} ${item.note}`} class="item">
            <span class="item-quantity number">{item.quantity}×</span>
            <span class="typed" dir="auto">
              {item.name}
            </span>
            {item.note !== null && (
              <span class="item-note typed" dir="auto">
                {item.note}
              </span>
            )}
          </li>
        ))}
      </ul>
      {order.note !== null && (
        <p class="item-note typed" dir="auto">
          {say(texts.note, { note: order.note })}
        </p>
      )}
      <address class="customer">
        <span class="spread">
          <strong class="typed" dir="auto">
            {order.customer.name}
          </strong>
          <span class="number">{money(order.totalCents, order.currency)}</span>
        </span>
        <a class="phone" href={`tel:${order.customer.phone.replace(/[^0-9+#*]/g, '')}`}>
          {order.customer.phone}
        </a>
        <span class="typed" dir="auto">
          {order.customer.address}
        </span>
      </address>
      <TicketActions order={order} isBusy={isBusy} usualMinutes={usualMinutes} />
    </article>
  );
}

/** A component of its own, so that a minute's passing draws nothing else anew. */
function Age({ order, acceptMinutes }: Pick<TicketProps, 'order' | 'acceptMinutes'>) {
  const kind = useMemo(() => computed(() => ageOf(order, acceptMinutes).kind), [order, acceptMinutes]);
  const text = useMemo(() => computed(() => ageOf(order, acceptMinutes).text), [order, acceptMinutes]);
  return (
    <span class={`chip chip-${kind.value}`} data-testid="age">
      {text.value}
    </span>
  );
}

/** On the edge of the card, where they need no room of their own. */
function Marks({ order, isFromAway, isReminded }: Pick<TicketProps, 'order' | 'isFromAway' | 'isReminded'>) {
  // The first screen of a day finds what came seconds before it, too: that is no absence.
  const isAway = useMemo(() => computed(() => isFromAway && minutesSince(order.placedAt) >= 1), [isFromAway, order]);
  return (
    <p class="marks">
      {isReminded && (
        <span class="chip mark-bad" data-testid="reminded">
          {say(texts.remindedTimes)}
        </span>
      )}
      {isAway.value && (
        <span class="chip mark-warn" data-testid="away">
          {say(texts.away)}
        </span>
      )}
    </p>
  );
}
