import type { ShopStream } from '../connection/shop-state.ts';
import { say } from '../shared/language.ts';
import { isOnline } from '../shared/online.tsx';
import { clockTime } from '../shared/time.ts';
import { texts } from './texts.ts';

/** Always in view: online, connecting, or since when not. The device knows of a lost network before the connection does. */
export function ConnectionChip({ state: { link } }: { state: ShopStream }) {
  const isLive = link.liveSince !== undefined && link.offlineSince === undefined;
  const isFirst = link.attempt <= 1 && (link.phase === 'connecting' || link.phase === 'greeting');
  const time = link.offlineSince === undefined ? '' : clockTime(link.offlineSince);
  const [kind, text] = isLive
    ? isOnline.value
      ? (['chip-good', texts.online] as const)
      : (['chip-bad', texts.noNetwork] as const)
    : isFirst
      ? (['', texts.connecting] as const)
      : (['chip-bad', isOnline.value ? texts.reconnecting : texts.offline] as const);
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
