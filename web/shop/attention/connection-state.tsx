import type { ShopStream } from '../../connection/shop/state.ts';
import { say } from '../../shared/language.ts';
import { isOnline } from '../../shared/online.tsx';
import { clockTime } from '../../shared/time.ts';
import { texts } from '../texts.ts';

/**
 * Shows whether the screen is online, connecting, or offline since when. A device notices a lost network before the
 * connection does.
 */
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
      class="connection"
      role="status"
      data-testid="connection"
      data-phase={isLive ? 'live' : link.phase}
      data-longest={longest()}
    >
      <span class={`chip ${kind}`}>
        <span class="dot" aria-hidden="true" />
        <span>{say(text, { time })}</span>
      </span>
    </span>
  );
}

/** The longest text that the chip may show. Its room is reserved, so that nothing moves when the state changes. */
function longest(): string {
  const all = [texts.online, texts.connecting, texts.noNetwork, texts.reconnecting, texts.offline];
  return all.map(text => say(text, { time: '00:00' })).reduce((a, b) => (b.length > a.length ? b : a));
}
