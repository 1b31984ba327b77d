import { useSignal } from '@preact/signals';
import type { Order } from '../../functions/domain/frames.ts';
import type { ShopStream } from '../connection/shop-state.ts';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { clockTime, duration, minutesSince, minutesUntil } from '../shared/time.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { command, isPending } from './screen.ts';
import { texts } from './texts.ts';

/** One order, to be read from an arm's length, and what can be done with it. */
export function Ticket({ order, state }: { order: Order; state: ShopStream }) {
  const age = ageOf(order, state.shop?.acceptMinutes ?? 5);
  // The first screen of a day finds what came seconds before it, too: that is no absence.
  const isFromAway = state.away.has(order.id) && minutesSince(order.placedAt) >= 1;
  const isReminded = state.recent.some(({ event }) => event.type === 'order.reminded' && event.order.id === order.id);
  return (
    <article class={`ticket ticket-${age.kind}`} data-testid={`ticket-${order.number}`} data-order={order.id}>
      <header class="ticket-head">
        <h3 class="ticket-number">
          <span class="visually-hidden">{say(texts.title)} </span>#{order.number}
        </h3>
        <div class="ticket-ages">
          <span class={`chip chip-${age.kind}`} data-testid="age">
            {age.text}
          </span>
          <span class="muted small number">
            {clockTime(order.placedAt)}
            {order.readyAt !== null && ` → ${clockTime(order.readyAt)}`}
          </span>
        </div>
      </header>
      {(isReminded || isFromAway) && (
        <p class="row">
          {isReminded && <span class="chip chip-bad">{say(texts.remindedTimes)}</span>}
          {isFromAway && (
            <span class="chip chip-warn" data-testid="away">
              {say(texts.away)}
            </span>
          )}
        </p>
      )}
      <ul class="items">
        {order.items.map(item => (
          <li key={`${item.dish} ${item.note}`} class="item">
            <span class="item-quantity number">{item.quantity}×</span>
            <span class="typed">
              {item.name}
              {item.note !== null && <span class="item-note">{item.note}</span>}
            </span>
          </li>
        ))}
      </ul>
      {order.note !== null && <p class="item-note typed">{say(texts.note, { note: order.note })}</p>}
      <address class="customer">
        <span class="spread">
          <strong class="typed">{order.customer.name}</strong>
          <span class="number">{money(order.totalCents, order.currency)}</span>
        </span>
        <a class="phone" href={`tel:${order.customer.phone.replace(/[^0-9+#*]/g, '')}`}>
          {order.customer.phone}
        </a>
        <span class="typed">{order.customer.address}</span>
      </address>
      <Actions order={order} usualMinutes={state.shop?.prepMinutes ?? 15} />
    </article>
  );
}

/** How long somebody has been waiting, in words and as a colour. */
function ageOf(order: Order, acceptMinutes: number): { kind: 'good' | 'warn' | 'bad'; text: string } {
  if (order.status === 'accepted' && order.readyAt !== null) {
    const left = minutesUntil(order.readyAt);
    if (left < 0) return { kind: 'bad', text: say(texts.overdue, { d: duration(-left) }) };
    return { kind: left <= 5 ? 'warn' : 'good', text: say(texts.dueIn, { d: duration(left) }) };
  }
  if (order.status === 'ready') {
    const minutes = minutesSince(order.updatedAt);
    const kind = minutes >= 20 ? 'bad' : minutes >= 10 ? 'warn' : 'good';
    return { kind, text: minutes === 0 ? say(texts.justNow) : say(texts.readySince, { d: duration(minutes) }) };
  }
  const minutes = minutesSince(order.placedAt);
  const share = minutes / acceptMinutes;
  const kind = share >= 0.6 ? 'bad' : share >= 0.2 ? 'warn' : 'good';
  return { kind, text: minutes === 0 ? say(texts.justNow) : say(texts.waited, { d: duration(minutes) }) };
}

function Actions({ order, usualMinutes }: { order: Order; usualMinutes: number }) {
  const asking = useSignal(false);
  const isBusy = isPending(operation => 'order' in operation && operation.order === order.id);
  const { id, version } = order;
  const target = { order: id, version };
  const ask = () => {
    asking.value = true;
  };
  return (
    <div class="ticket-actions" aria-busy={isBusy}>
      {order.status === 'placed' && (
        <>
          <Accept
            usualMinutes={usualMinutes}
            isBusy={isBusy}
            onAccept={prepMinutes => command({ op: 'accept', ...target, prepMinutes })}
          />
          <button type="button" class="button bad-outline" disabled={isBusy} data-testid="reject" onClick={ask}>
            {say(texts.reject)}
          </button>
        </>
      )}
      {order.status === 'accepted' && (
        <MainButton
          label={say(texts.ready)}
          testid="ready"
          isBusy={isBusy}
          onClick={() => command({ op: 'ready', ...target })}
        />
      )}
      {(order.status === 'accepted' || order.status === 'ready') && (
        <MainButton
          label={say(texts.complete)}
          testid="complete"
          isBusy={isBusy}
          isQuiet={order.status === 'accepted'}
          onClick={() => command({ op: 'complete', ...target })}
        />
      )}
      {order.status !== 'placed' && (
        <button type="button" class="button bad-outline" disabled={isBusy} data-testid="cancel" onClick={ask}>
          {say(texts.cancel)}
        </button>
      )}
      {asking.value && (
        <ReasonDialog
          title={say(order.status === 'placed' ? texts.rejectTitle : texts.cancelTitle, { n: order.number })}
          onClose={() => {
            asking.value = false;
          }}
          onReason={reason => {
            asking.value = false;
            command({ op: order.status === 'placed' ? 'reject' : 'cancel', ...target, reason });
          }}
        />
      )}
    </div>
  );
}

function MainButton({
  label,
  testid,
  isBusy,
  isQuiet = false,
  onClick,
}: {
  label: string;
  testid: string;
  isBusy: boolean;
  isQuiet?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      class={isQuiet ? 'button' : 'button good'}
      disabled={isBusy}
      aria-busy={isBusy && !isQuiet}
      data-testid={testid}
      onClick={onClick}
    >
      {label}
    </button>
  );
}

function Accept({
  usualMinutes,
  isBusy,
  onAccept,
}: {
  usualMinutes: number;
  isBusy: boolean;
  onAccept: (prepMinutes: number) => void;
}) {
  const chosen = useSignal<number | undefined>(undefined);
  // Asked for at the tap: two quick taps come before the page has been drawn anew.
  const minutes = () => chosen.value ?? usualMinutes;
  const change = (by: number) => () => {
    chosen.value = Math.max(5, Math.min(240, minutes() + by));
  };
  return (
    <div class="accept">
      <button type="button" class="button" aria-label={say(texts.less)} data-testid="prep-less" onClick={change(-5)}>
        −
      </button>
      <button
        type="button"
        class="button good"
        disabled={isBusy}
        aria-busy={isBusy}
        data-testid="accept"
        onClick={() => onAccept(minutes())}
      >
        <span>
          {say(texts.accept)} <span class="number accept-minutes">{say(texts.minutes, { m: minutes() })}</span>
        </span>
      </button>
      <button type="button" class="button" aria-label={say(texts.more)} data-testid="prep-more" onClick={change(5)}>
        +
      </button>
    </div>
  );
}
