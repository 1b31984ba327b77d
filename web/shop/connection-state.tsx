import { signal } from '@preact/signals';
import type { ShopStream } from '../connection/shop-state.ts';
import { say } from '../shared/language.ts';
import { clockTime } from '../shared/time.ts';
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
