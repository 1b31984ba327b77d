import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ShopStream } from '../connection/shop-state.ts';
import { say } from '../shared/language.ts';
import { reasonWords } from '../shared/order-words.ts';
import { clockTime, duration, minutesSince } from '../shared/time.ts';
import { noteMoved } from './aim.ts';
import { allowSound, isMuted, isSoundAllowed, waitingCount } from './bell.ts';
import { dismissNotice, type Notice, notices } from './notices.ts';
import { reconnect } from './screen.ts';
import { texts } from './texts.ts';

/**
 * The strip at the lower edge, always there and always of one height, for whatever comes and goes by itself: so that
 * nothing of it moves a ticket under a finger. The most pressing thing is shown.
 */
export function Shelf({ state }: { state: ShopStream }) {
  const { link } = state;
  return (
    <aside class="shelf" aria-label={say(texts.shelf)} data-testid="shelf">
      <NewOrders />
      <div role="alert" class="shelf-alerts">
        {link.phase === 'stopped' ? (
          <Strip name="stopped" kind="bad">
            <p>{say(link.stoppedBy === 'replaced' ? texts.replaced : texts.protocolError)}</p>
            <button type="button" class="button" data-testid="reconnect" onClick={reconnect}>
              {say(texts.useHere)}
            </button>
          </Strip>
        ) : notices.value.length > 0 ? (
          <Notices />
        ) : (
          // A blip of a second or two is nobody's business.
          link.offlineSince !== undefined &&
          link.attempt >= 2 && (
            <Strip name="offline" kind="bad">
              <p>{say(texts.offlineLong)}</p>
            </Strip>
          )
        )}
      </div>
      {isSoundAllowed.value || isMuted.value ? (
        <Quiet state={state} />
      ) : (
        <button type="button" class="bell-ask" data-testid="allow-sound" onClick={allowSound}>
          <span aria-hidden="true">🔔 </span>
          {say(texts.bellAsk)}
        </button>
      )}
    </aside>
  );
}

/** For who hears the page: says when orders have come. That they are fewer is what one has just done oneself. */
function NewOrders() {
  const count = waitingCount.value;
  const last = useRef(0);
  const words = useRef('');
  if (count !== last.current) words.current = count > last.current ? say(texts.waitingNow, { n: count }) : '';
  last.current = count;
  return (
    <p class="visually-hidden" role="status" data-testid="new-orders">
      {words.current}
    </p>
  );
}

function Strip({ name, kind, children }: { name: string; kind: string; children: ComponentChildren }) {
  return (
    <div class={`strip strip-${kind}`} data-testid={name}>
      {children}
    </div>
  );
}

const words = {
  cancelled: texts.noticeCancelled,
  reminded: texts.noticeReminded,
  expired: texts.noticeExpired,
} as const;

/** As many as there is room for, the oldest first: it stays in its place until somebody says that it was seen. */
function Notices() {
  const shown = useRef<readonly string[]>([]);
  const ids = notices.value.map(({ id }) => id);
  useLayoutEffect(() => {
    noteMoved(ids.filter((id, index) => shown.current[index] !== id && index === 0));
    shown.current = ids;
  }, [ids.join()]);
  return (
    <div class="notices" data-testid="notices">
      {notices.value.length > 1 && (
        <p class="notice-count">
          {notices.value.length}
          <span class="visually-hidden"> {say(texts.notices)}</span>
        </p>
      )}
      {notices.value.map(notice => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice: { id, kind, order, at } }: { notice: Notice }) {
  return (
    <div class={`strip notice notice-${kind}`} data-place={id} data-testid={`notice-${kind}`}>
      <p>
        <strong>{say(words[kind], { n: order.number })}</strong>{' '}
        <span class="small">
          {clockTime(at)}
          {kind === 'cancelled' && order.reason !== null && ` · ${say(reasonWords[order.reason])}`}
        </span>
      </p>
      <button type="button" class="button" data-testid="notice-seen" onClick={() => dismissNotice(id)}>
        {say(texts.seen)}
      </button>
    </div>
  );
}

/** When all is well: how many wait, and for how long. */
function Quiet({ state }: { state: ShopStream }) {
  const placed = [...state.orders.values()].filter(({ status }) => status === 'placed');
  const minutes = Math.max(0, ...placed.map(({ placedAt }) => minutesSince(placedAt)));
  const n = placed.length;
  return (
    <p class="shelf-quiet" data-testid="waiting">
      <span>
        {n === 0
          ? say(texts.nothingNew)
          : minutes === 0
            ? say(texts.waitingNow, { n })
            : say(texts.waiting, { n, d: duration(minutes) })}
      </span>
      {isMuted.value && <span class="chip chip-bad">{say(texts.bellMuted)}</span>}
    </p>
  );
}
