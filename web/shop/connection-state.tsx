import { signal } from '@preact/signals';
import type { ShopStream } from '../connection/shop-state.ts';
import { say } from '../shared/language.ts';
import { clockTime } from '../shared/time.ts';
import { reconnect } from './screen.ts';
import { texts } from './texts.ts';

const hasNetwork = signal(navigator.onLine);
addEventListener('online', () => {
  hasNetwork.value = true;
});
addEventListener('offline', () => {
  hasNetwork.value = false;
});

/** Always in view: online, connecting, or since when not. */
export function ConnectionChip({ state: { link } }: { state: ShopStream }) {
  const isLive = link.liveSince !== undefined && link.offlineSince === undefined;
  const isFirst = link.attempt <= 1 && (link.phase === 'connecting' || link.phase === 'greeting');
  const time = link.offlineSince === undefined ? '' : clockTime(link.offlineSince);
  const [kind, text] = isLive
    ? (['chip-good', texts.online] as const)
    : isFirst
      ? (['', texts.connecting] as const)
      : (['chip-bad', hasNetwork.value ? texts.reconnecting : texts.offline] as const);
  return (
    <span
      class={`chip connection ${kind}`}
      role="status"
      data-testid="connection"
      data-phase={isLive ? 'live' : link.phase}
    >
      <span class="dot" aria-hidden="true" />
      {say(text, { time })}
    </span>
  );
}

/** What being offline means, and what to do where it will not end by itself. */
export function ConnectionTrouble({ state: { link } }: { state: ShopStream }) {
  if (link.phase === 'stopped') {
    return (
      <div class="trouble spread" role="alert" data-testid="stopped">
        <p>{say(link.stoppedBy === 'replaced' ? texts.replaced : texts.protocolError)}</p>
        <button type="button" class="button" data-testid="reconnect" onClick={reconnect}>
          {say(texts.useHere)}
        </button>
      </div>
    );
  }
  // A blip of a second or two is nobody's business.
  if (link.offlineSince === undefined || link.attempt < 2) return null;
  return (
    <p class="trouble" role="alert" data-testid="offline">
      {say(texts.offlineLong)}
    </p>
  );
}
