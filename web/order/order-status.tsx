import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Order, OrderStatus as Status } from '../../functions/domain/frames.ts';
import { isTerminal } from '../connection/order-book.ts';
import { Dialog } from '../shared/dialog.tsx';
import { say } from '../shared/language.ts';
import { money } from '../shared/money.ts';
import { reasonWords, statusWords } from '../shared/order-words.ts';
import { clockTime, dayAndTime, duration, minutesSince, minutesUntil } from '../shared/time.ts';
import { toast } from '../shared/toast.tsx';
import { command, followAgain, following } from './following.ts';
import { myOrders } from './my-orders.ts';
import { linkTo } from './route.ts';
import { shops } from './shops.ts';
import { texts } from './texts.ts';

/** One order, live. */
export function OrderStatus({ order: id, shop }: { order: string; shop: string | undefined }) {
  const mine = myOrders.value.find(({ order }) => order.id === id);
  const order = following.value.orders.get(id) ?? mine?.order;
  useEffect(() => {
    if (order !== undefined)
      document.title = `${say(texts.orderNumber, { n: order.number })} · ${say(statusWords[order.status])}`;
  });
  if (order === undefined) return <Waiting id={id} />;
  const shopName = mine?.shopName ?? shops.value.get(order.shop)?.name;
  return (
    <div class="stack status">
      <section class="card stack status-card" data-testid="status" data-status={order.status}>
        <p class="muted typed">
          {shopName && `${shopName} · `}
          {say(texts.orderNumber, { n: order.number })}
        </p>
        <div role="status" aria-live="polite" class="stack">
          <h1 data-testid="status-word">{say(statusWords[order.status])}</h1>
          <Explanation order={order} />
        </div>
        <Steps status={order.status} />
        <LinkState order={order} />
      </section>
      <Actions order={order} />
      <Details order={order} />
      <a class="button" href={linkTo(shop === undefined ? { view: 'shops' } : { view: 'menu', shop })}>
        {say(texts.orderAgain)}
      </a>
    </div>
  );
}

function Waiting({ id }: { id: string }) {
  if (following.value.refused.has(id)) {
    return (
      <p class="nothing" role="alert" data-testid="not-yours">
        {say(texts.notYours)}
      </p>
    );
  }
  return (
    <p class="nothing" role="status">
      {say(following.value.link.attempt > 1 ? texts.reconnecting : texts.loading)}
    </p>
  );
}

function Explanation({ order }: { order: Order }) {
  switch (order.status) {
    case 'placed': {
      const minutes = minutesSince(order.placedAt);
      return <p>{minutes < 1 ? say(texts.placedJustNow) : say(texts.placedLong, { d: duration(minutes) })}</p>;
    }
    case 'accepted':
      return <ReadyAt order={order} />;
    case 'ready':
      return <p>{say(texts.readyLong)}</p>;
    case 'completed':
      return <p>{say(texts.completedLong)}</p>;
    case 'expired':
      return <p>{say(texts.expiredLong)}</p>;
    case 'rejected':
    case 'cancelled':
      return order.reason === null ? null : (
        <p data-testid="reason">{say(texts.reason, { reason: say(reasonWords[order.reason]) })}</p>
      );
  }
}

function ReadyAt({ order }: { order: Order }) {
  if (order.readyAt === null) return null;
  const minutes = minutesUntil(order.readyAt);
  return (
    <p>
      <strong data-testid="ready-at">{say(texts.readyAt, { time: clockTime(order.readyAt) })}</strong>
      {minutes > 0 && <span class="muted"> {say(texts.readyIn, { d: duration(minutes) })}</span>}
    </p>
  );
}

const steps: readonly Status[] = ['placed', 'accepted', 'ready', 'completed'];

function Steps({ status }: { status: Status }) {
  const reached = steps.indexOf(status);
  if (reached < 0) return null;
  return (
    <ol class="steps">
      {steps.map((step, index) => (
        <li
          key={step}
          class={index <= reached ? 'step step-done' : 'step'}
          aria-current={index === reached ? 'step' : undefined}
        >
          {say(step === 'placed' ? texts.stepPlaced : statusWords[step])}
        </li>
      ))}
    </ol>
  );
}

function LinkState({ order }: { order: Order }) {
  const { phase } = following.value.link;
  if (isTerminal(order)) return null;
  if (phase === 'stopped') {
    return (
      <div class="row" data-testid="link" data-phase="stopped">
        <span class="chip chip-bad">{say(texts.stopped)}</span>
        <button type="button" class="button" onClick={followAgain}>
          {say(texts.tryAgain)}
        </button>
      </div>
    );
  }
  const isLive = following.value.joined.has(order.id);
  const isLost = phase === 'waiting' || following.value.link.attempt > 1;
  return (
    <p data-testid="link" data-phase={isLive ? 'live' : phase}>
      <span class={isLive ? 'chip chip-good' : isLost ? 'chip chip-warn' : 'chip'}>
        {say(isLive ? texts.live : isLost ? texts.reconnecting : texts.connecting)}
      </span>
    </p>
  );
}

function Actions({ order }: { order: Order }) {
  const asking = useSignal(false);
  const pending = following.value.outbox.filter(
    ({ operation }) => 'order' in operation && operation.order === order.id,
  );
  const isCancelling = pending.some(({ operation }) => operation.op === 'cancel');
  const isReminding = pending.some(({ operation }) => operation.op === 'remind');
  return (
    <div class="actions">
      {!isTerminal(order) && (
        <button
          type="button"
          class="button"
          aria-busy={isReminding}
          disabled={isReminding}
          data-testid="remind"
          onClick={() => command({ op: 'remind', order: order.id })}
        >
          {say(texts.remind)}
        </button>
      )}
      {order.status === 'placed' && (
        <button
          type="button"
          class="button bad-outline"
          aria-busy={isCancelling}
          disabled={isCancelling}
          data-testid="cancel"
          onClick={() => {
            asking.value = true;
          }}
        >
          {say(isCancelling ? texts.cancelling : texts.cancel)}
        </button>
      )}
      <ShareButton />
      {asking.value && order.status === 'placed' && (
        <Dialog title={say(texts.cancelSure)} testid="cancel-dialog" onClose={() => (asking.value = false)}>
          <button
            type="button"
            class="button bad"
            data-testid="cancel-yes"
            onClick={() => {
              asking.value = false;
              command({ op: 'cancel', order: order.id, version: order.version });
            }}
          >
            {say(texts.cancelYes)}
          </button>
          <button type="button" class="button" onClick={() => (asking.value = false)}>
            {say(texts.cancelNo)}
          </button>
        </Dialog>
      )}
    </div>
  );
}

function ShareButton() {
  // Missing on pages that come over plain http from another machine.
  if (navigator.clipboard === undefined) return null;
  return (
    <button
      type="button"
      class="button"
      data-testid="share"
      onClick={() =>
        void navigator.clipboard.writeText(location.href).then(
          () => toast(say(texts.copied)),
          () => toast(say(texts.notDone)),
        )
      }
    >
      {say(texts.share)}
    </button>
  );
}

function Details({ order }: { order: Order }) {
  return (
    <section class="card stack">
      <ul class="stack">
        {order.items.map(item => (
          <li key={`${item.dish} ${item.note}`} class="spread order-item">
            <span class="typed">
              {item.name} <span class="muted">× {item.quantity}</span>
              {item.note !== null && <span class="muted small item-note">{item.note}</span>}
            </span>
            <span class="number">{money(item.priceCents * item.quantity, order.currency)}</span>
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
      <p class="typed muted small">
        {say(texts.deliverTo)} {order.customer.name} · {order.customer.phone} · {order.customer.address}
      </p>
      <p class="muted small">{dayAndTime(order.placedAt)}</p>
    </section>
  );
}
