import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { ShopStream } from '../../connection/shop/state.ts';
import { say } from '../../shared/language.ts';
import { clockTime, duration } from '../../shared/time.ts';
import { minutesWaited } from '../orders/age.ts';
import { isForLater } from '../orders/later.ts';
import { rejectedHere } from '../orders/steps.ts';
import { reconnect } from '../screen.ts';
import { texts } from '../texts.ts';
import { allowSound, isMuted, waitingCount } from './bell.ts';
import { Flood, isFlooded } from './flood.tsx';
import { Notices } from './notice-cards.tsx';
import { notices } from './notices.ts';
import { isReceivingOrders } from './receiving.ts';
import { isSoundAllowed, sound } from './sound.ts';

/**
 * The strip at the lower edge of the window, where messages that come and go by themselves appear. It is always shown
 * and always of one height, so that a message never moves a ticket under a finger. The most urgent message is shown.
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
        ) : state.isSilent ? (
          <Strip name="silent" kind="bad">
            <p>{say(texts.silent, { time: silentSince(state) })}</p>
            <button type="button" class="button" data-testid="reconnect-silent" onClick={reconnect}>
              {say(texts.tryNow)}
            </button>
          </Strip>
        ) : notices.value.length > 0 ? (
          <Notices />
        ) : isFlooded.value ? (
          <Flood />
        ) : (
          // Only after the first attempt to reconnect has failed: most interruptions are over in a second or two.
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
        <button
          type="button"
          class={sound.value === 'impossible' ? 'bell-ask no-sound' : 'bell-ask'}
          data-testid="allow-sound"
          data-sound={sound.value}
          onClick={allowSound}
        >
          <span aria-hidden="true">{sound.value === 'impossible' ? '🔇 ' : '🔔 '}</span>
          {say(sound.value === 'impossible' ? texts.noSound : texts.bellAsk)}
        </button>
      )}
    </aside>
  );
}

/** `heardAt` is on the stream's own clock, which starts at the device's time. */
function silentSince({ heardAt }: ShopStream): string {
  return clockTime(heardAt);
}

/** Announces new orders to screen readers. It is silent when there are fewer: the person has just dealt with one. */
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

/** Shown when there is no message: how many orders wait, and for how long. */
function Quiet({ state }: { state: ShopStream }) {
  const placed = [...state.orders.values()].filter(
    ({ status, id }) => status === 'placed' && !rejectedHere.value.has(id),
  );
  const acceptMinutes = state.shop?.acceptMinutes ?? 5;
  const minutes = Math.max(0, ...placed.map(order => minutesWaited(order, acceptMinutes)));
  const n = placed.length;
  const later = placed.filter(isForLater).length;
  return (
    <p class="shelf-quiet" data-testid="waiting">
      <span>
        {n === 0
          ? say(isReceivingOrders(state) ? texts.nothingNew : texts.nothingHeard)
          : minutes === 0
            ? say(texts.waitingNow, { n })
            : say(texts.waiting, { n, d: duration(minutes) })}
        {later > 0 && ` · ${say(texts.waitingForLater, { n: later })}`}
      </span>
      {isMuted.value && <span class="chip chip-bad">{say(texts.bellMuted)}</span>}
    </p>
  );
}
