import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Order, OrderItem } from '../../../functions/domain/frames.ts';
import { say } from '../../shared/language.ts';
import { money } from '../../shared/money.ts';
import { statusWords } from '../../shared/order-words.ts';
import { dialLink } from '../../shared/phone-number.ts';
import { clockTime, dayAndTime, minutesSince } from '../../shared/time.ts';
import { texts } from '../texts.ts';
import { describeAge, describeExpiry } from './age.ts';
import { choicesInWords, itemKey } from './choices-in-words.ts';
import { HandingOver } from './handing-over.tsx';
import { ItemChoices } from './item-choices.tsx';
import { Note } from './note.tsx';
import { TicketActions } from './ticket-actions.tsx';

/** `usualMinutes`: the preparation time that is offered. */
export interface TicketProps {
  order: Order;
  isBusy: boolean;
  isFromAway: boolean;
  isReminded: boolean;
  acceptMinutes: number;
  usualMinutes: number;
}

/** An order with its buttons, readable from an arm's length. Its height never changes by itself. */
export function Ticket({ order, isBusy, isFromAway, isReminded, acceptMinutes, usualMinutes }: TicketProps) {
  const kind = useMemo(() => computed(() => describeAge(order, acceptMinutes).kind), [order, acceptMinutes]);
  return (
    <article
      class={`ticket ticket-${kind.value}`}
      data-testid={`ticket-${order.number}`}
      data-order={order.id}
      aria-label={nameOf(order)}
    >
      <Marks order={order} isFromAway={isFromAway} isReminded={isReminded} />
      <header class="ticket-head">
        <h3 class="ticket-number">
          <span class="visually-hidden">{say(texts.orderNumber)} </span>#{order.number}
        </h3>
        <div class="ticket-ages">
          <Age order={order} acceptMinutes={acceptMinutes} />
          <span class="ticket-times muted small number">
            {order.wantedAt ? dayAndTime(order.placedAt) : clockTime(order.placedAt)}
            {order.status === 'placed' && <Expiry order={order} acceptMinutes={acceptMinutes} />}
            {order.readyAt !== null && ` → ${clockTime(order.readyAt)}`}
          </span>
        </div>
      </header>
      <HandingOver order={order} />
      <ul class="items">
        {order.items.map(item => (
          <li key={itemKey(item)} class="item">
            <span class="item-quantity number">{item.quantity}×</span>
            <span class="typed" dir="auto">
              {item.name}
            </span>
            <ItemChoices item={item} />
            {item.note !== null && <Note text={item.note} place={`${order.id} ${itemKey(item)}`} />}
          </li>
        ))}
      </ul>
      {order.note !== null && (
        <p>
          <Note text={say(texts.note, { note: order.note })} place={order.id} />
        </p>
      )}
      <address class="customer">
        <span class="spread">
          <strong class="typed" dir="auto">
            {order.customer.name}
          </strong>
          <span class="number">{money(order.totalCents, order.currency)}</span>
        </span>
        <a class="phone" href={dialLink(order.customer.phone)}>
          {order.customer.phone}
        </a>
        {order.customer.address !== '' && (
          <span class="typed" dir="auto">
            {order.customer.address}
          </span>
        )}
      </address>
      <TicketActions order={order} isBusy={isBusy} usualMinutes={usualMinutes} />
    </article>
  );
}

/** The accessible name, by which screen readers tell tickets apart. */
function nameOf({ number, status, items }: Order): string {
  const state = say(status === 'placed' ? texts.waitsToBeAccepted : statusWords[status]);
  const dishes = items.map(inWords).join(', ');
  return say(texts.orderName, { n: number, status: state, items: dishes });
}

function inWords(item: OrderItem): string {
  const choices = choicesInWords(item);
  return `${item.quantity} × ${item.name}${choices && ` (${choices})`}`;
}

/** A component of its own, so that the clock renders nothing else. */
function Age({ order, acceptMinutes }: Pick<TicketProps, 'order' | 'acceptMinutes'>) {
  const kind = useMemo(() => computed(() => describeAge(order, acceptMinutes).kind), [order, acceptMinutes]);
  const text = useMemo(() => computed(() => describeAge(order, acceptMinutes).text), [order, acceptMinutes]);
  return (
    <span class={`chip chip-${kind.value}`} data-testid="age">
      {text.value}
    </span>
  );
}

/** Counts down: by minutes, and by 15 s in the last minute. */
function Expiry({ order, acceptMinutes }: Pick<TicketProps, 'order' | 'acceptMinutes'>) {
  const text = useMemo(() => computed(() => describeExpiry(order, acceptMinutes)), [order, acceptMinutes]);
  return text.value === '' ? null : <span data-testid="expiry"> · {text.value}</span>;
}

/** Marks on the upper edge of the card, where they take no room from its text. */
function Marks({ order, isFromAway, isReminded }: Pick<TicketProps, 'order' | 'isFromAway' | 'isReminded'>) {
  // Not for orders of the last minute: they may have come just before the first screen of the day was opened.
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
