import { useEffect, useRef } from 'preact/hooks';
import type { Order, OrderStatus as Status } from '../../../functions/domain/frames.ts';
import { onWake } from '../../connection/browser.ts';
import { isTerminal } from '../../connection/order-book.ts';
import { Chip } from '../../shared/chip.tsx';
import { Empty } from '../../shared/empty.tsx';
import { say } from '../../shared/language.ts';
import { isOnline } from '../../shared/online.tsx';
import { reasonWords, statusWords } from '../../shared/order-words.ts';
import { ShareButton } from '../../shared/share-button.tsx';
import { clockTime, dayAndTime, duration, minutesSince, minutesUntil, serverNow } from '../../shared/time.ts';
import { startReorder } from '../cart/order-again.ts';
import { DeadLink } from '../dead-link.tsx';
import { usePageTitle } from '../page-title.ts';
import { linkTo } from '../route.ts';
import { shops } from '../shops/known-shops.ts';
import { texts } from '../texts.ts';
import { followAgain, following } from './following.ts';
import { myOrders, shopOf } from './my-orders.ts';
import { NewsCard } from './news-card.tsx';
import { OrderActions } from './order-actions.tsx';
import { OrderDetails } from './order-details.tsx';

/** One order, live. Parts that change by themselves have reserved room, so that no button moves under a finger. */
export function OrderStatus({
  id,
  token,
  shop,
  readShop,
}: {
  id: string;
  token: string;
  shop: string | undefined;
  readShop: (shop: string) => void;
}) {
  const mine = myOrders.value.find(({ order }) => order.id === id);
  const order = following.value.orders.get(id) ?? mine?.order;
  const title = order && `${say(texts.orderNumber, { n: order.number })} · ${say(statusWords[order.status])}`;
  usePageTitle(title);
  const wasOpen = useRef(false);
  wasOpen.current ||= order !== undefined && !isTerminal(order);
  // Opened by a shared link, the page has not read the shop yet.
  const unread = order !== undefined && !shops.value.has(order.shop) ? order.shop : undefined;
  useEffect(() => {
    if (unread === undefined) return;
    readShop(unread);
    return onWake(() => readShop(unread));
  }, [unread]);
  if (order === undefined) return <Waiting isRefused={token === '' || following.value.refused.has(id)} shop={shop} />;
  const { name: shopName, timeZone } = shopOf(order, mine);
  const isReadOnly = following.value.readOnly.has(id);
  const shared = isReadOnly ? token : following.value.shareTokens.get(id);
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
          <Explanation order={order} timeZone={timeZone} />
        </div>
        <Steps status={order.status} />
      </section>
      {!isReadOnly && <OrderActions order={order} />}
      {wasOpen.current && <NewsCard isBeforeOpening={opensBefore(order) !== undefined} />}
      <OrderDetails order={order} timeZone={timeZone} />
      <div class="actions actions-top">
        <ShareButton
          label={say(texts.share)}
          title={shopName === undefined ? (title ?? '') : `${shopName} · ${title}`}
          note={say(texts.shareNote)}
          url={shared && new URL(linkTo({ view: 'order', order: id, token: shared, shop }), location.href).href}
        />
        <button type="button" class="button" data-testid="again" onClick={() => startReorder(order)}>
          {say(texts.again)}
        </button>
      </div>
      <p class="muted small">{say(texts.shareNote)}</p>
      <p>
        <a class="text-button" href={linkTo({ view: 'menu', shop: order.shop })}>
          {say(texts.elsewhere)}
        </a>
      </p>
    </div>
  );
}

function Waiting({ isRefused, shop }: { isRefused: boolean; shop: string | undefined }) {
  if (isRefused) return <DeadLink shop={shop} />;
  const isLost = !isOnline.value || following.value.link.attempt > 1;
  return <Empty heading={say(texts.title)}>{say(isLost ? texts.reconnecting : texts.loading)}</Empty>;
}

function Explanation({ order, timeZone }: { order: Order; timeZone: string | undefined }) {
  switch (order.status) {
    case 'placed':
      return (
        <>
          <p>{placedInWords(order, timeZone)}</p>
          <AcceptBy order={order} timeZone={timeZone} />
        </>
      );
    case 'accepted':
      return <ReadyAt order={order} timeZone={timeZone} />;
    case 'ready':
      return <p>{say(order.fulfilment?.type === 'pickup' ? texts.readyToFetch : texts.readyLong)}</p>;
    case 'completed':
      return <p>{say(texts.completedLong)}</p>;
    case 'expired':
      return <p>{say(texts.expiredLong)}</p>;
    case 'rejected':
    case 'cancelled':
      return (
        <>
          {order.reason !== null && (
            <p data-testid="reason">{say(texts.reason, { reason: say(reasonWords[order.reason]) })}</p>
          )}
          <p data-testid="not-charged">{say(texts.notCharged)}</p>
        </>
      );
  }
}

/** When the shop opens, where nobody can accept the order before. */
function opensBefore({ status, shop, wantedAt }: Order): string | undefined {
  const { open, opensAt } = shops.value.get(shop) ?? {};
  const isWaiting = status === 'placed' && wantedAt && open === false && opensAt && minutesUntil(opensAt) > 0;
  return isWaiting ? opensAt : undefined;
}

function placedInWords(order: Order, timeZone: string | undefined): string {
  if (order.wantedAt) {
    const [time, opensAt] = [dayAndTime(order.wantedAt, timeZone), opensBefore(order)];
    if (opensAt === undefined) return say(texts.placedForLater, { time });
    return say(texts.placedBeforeOpening, { time, opens: dayAndTime(opensAt, timeZone) });
  }
  const minutes = minutesSince(order.placedAt);
  return minutes < 1 ? say(texts.placedJustNow) : say(texts.placedLong, { d: duration(minutes) });
}

/** Until when the shop may accept it; nothing where a server before does not say it, or that is over. */
function AcceptBy({ order: { acceptBy, wantedAt }, timeZone }: { order: Order; timeZone: string | undefined }) {
  if (!acceptBy || Date.parse(acceptBy) <= serverNow.value) return null;
  const time = (wantedAt ? dayAndTime : clockTime)(acceptBy, timeZone);
  return (
    <p class="muted small" data-testid="accept-by">
      {say(texts.acceptBy, { time })}
    </p>
  );
}

function ReadyAt({ order, timeZone }: { order: Order; timeZone: string | undefined }) {
  if (order.readyAt === null) return null;
  const minutes = minutesUntil(order.readyAt);
  return (
    <p>
      <strong class="ready-at" data-testid="ready-at">
        {say(texts.readyAt, { time: (order.wantedAt ? dayAndTime : clockTime)(order.readyAt, timeZone) })}
      </strong>{' '}
      {minutes > 0 && <span class="muted">{say(texts.readyIn, { d: duration(minutes) })}</span>}
    </p>
  );
}

const steps: readonly Status[] = ['placed', 'accepted', 'ready', 'completed'];

/** The progress of an order; hidden for one that was rejected, cancelled or has expired. */
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
  const isLive = following.value.joined.has(order.id) && isOnline.value;
  const isLost = !isLive && (phase === 'waiting' || attempt > 1 || !isOnline.value);
  return (
    <span data-testid="link" data-phase={isLive ? 'live' : phase}>
      <Chip tone={isLive ? 'good' : isLost ? 'warn' : 'plain'}>
        {say(isLive ? texts.live : isLost ? texts.reconnecting : texts.connecting)}
      </Chip>
    </span>
  );
}
