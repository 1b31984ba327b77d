import { useLayoutEffect } from 'preact/hooks';
import type { Order, OrderStatus as Status } from '../../functions/domain/frames.ts';
import { isTerminal } from '../connection/order-book.ts';
import { Chip } from '../shared/chip.tsx';
import { Empty } from '../shared/empty.tsx';
import { say } from '../shared/language.ts';
import { isOnline } from '../shared/online.tsx';
import { reasonWords, statusWords } from '../shared/order-words.ts';
import { ShareButton } from '../shared/share-button.tsx';
import { clockTime, duration, minutesSince, minutesUntil } from '../shared/time.ts';
import { followAgain, following } from './following.ts';
import { myOrders } from './my-orders.ts';
import { OrderActions } from './order-actions.tsx';
import { wantAgain } from './order-again.ts';
import { OrderDetails } from './order-details.tsx';
import { linkTo } from './route.ts';
import { shops } from './shops.ts';
import { texts } from './texts.ts';

/** One order, live. What changes by itself keeps its place, so that no button moves under a finger. */
export function OrderStatus({ id, shop }: { id: string; shop: string | undefined }) {
  const mine = myOrders.value.find(({ order }) => order.id === id);
  const order = following.value.orders.get(id) ?? mine?.order;
  const title = order && `${say(texts.orderNumber, { n: order.number })} · ${say(statusWords[order.status])}`;
  useLayoutEffect(() => {
    if (title !== undefined) document.title = title;
  });
  if (order === undefined) return <Waiting id={id} />;
  const shopName = mine?.shopName ?? shops.value.get(order.shop)?.name;
  return (
    <div class="stack status">
      <section class="card status-card" data-testid="status" data-status={order.status}>
        <div class="status-head">
          <p class="muted typed status-shop">{shopName}</p>
          <p class="spread">
            <strong>{say(texts.orderNumber, { n: order.number })}</strong>
            <LinkState order={order} />
          </p>
        </div>
        <div role="status" class="stack status-words">
          <h1 data-testid="status-word">{say(statusWords[order.status])}</h1>
          <Explanation order={order} />
        </div>
        <Steps status={order.status} />
      </section>
      <OrderActions order={order} />
      <OrderDetails order={order} />
      <div class="actions">
        <ShareButton
          label={say(texts.share)}
          title={title ?? ''}
          note={say(texts.shareNote)}
          url={new URL(linkTo({ view: 'order', order: id, token: tokenOf(id, mine?.token), shop }), location.href).href}
        />
        <button type="button" class="button" data-testid="again" onClick={() => wantAgain(order)}>
          {say(texts.again)}
        </button>
      </div>
      <p>
        <a class="text-button" href={linkTo({ view: 'menu', shop: order.shop })}>
          {say(texts.elsewhere)}
        </a>
      </p>
    </div>
  );
}

function tokenOf(id: string, kept: string | undefined): string {
  return kept ?? following.value.following.find(({ order }) => order === id)?.token ?? '';
}

function Waiting({ id }: { id: string }) {
  if (following.value.refused.has(id)) {
    return (
      <Empty urgent heading={say(texts.title)} testid="not-yours">
        {say(texts.notYours)}
      </Empty>
    );
  }
  const isLost = !isOnline.value || following.value.link.attempt > 1;
  return <Empty heading={say(texts.title)}>{say(isLost ? texts.reconnecting : texts.loading)}</Empty>;
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
      <strong class="ready-at" data-testid="ready-at">
        {say(texts.readyAt, { time: clockTime(order.readyAt) })}
      </strong>{' '}
      {minutes > 0 && <span class="muted">{say(texts.readyIn, { d: duration(minutes) })}</span>}
    </p>
  );
}

const steps: readonly Status[] = ['placed', 'accepted', 'ready', 'completed'];

/** How far it has come; an order that came to nothing leaves the place empty. */
function Steps({ status }: { status: Status }) {
  const reached = steps.indexOf(status);
  return (
    <ol class="steps" hidden={reached < 0}>
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
  const { phase, attempt } = following.value.link;
  if (isTerminal(order)) return null;
  if (phase === 'stopped') {
    return (
      <button type="button" class="text-button" data-testid="link" data-phase="stopped" onClick={followAgain}>
        {say(texts.stopped)}
      </button>
    );
  }
  const isLive = following.value.joined.has(order.id);
  const isLost = !isLive && (phase === 'waiting' || attempt > 1 || !isOnline.value);
  return (
    <span data-testid="link" data-phase={isLive ? 'live' : phase}>
      <Chip tone={isLive ? 'good' : isLost ? 'warn' : 'plain'}>
        {say(isLive ? texts.live : isLost ? texts.reconnecting : texts.connecting)}
      </Chip>
    </span>
  );
}
