import type { Shop } from '../../../functions/domain/frames.ts';
import { Chip } from '../../shared/chip.tsx';
import { say } from '../../shared/language.ts';
import { clockTime } from '../../shared/time.ts';
import { texts } from '../texts.ts';
import { preparationMinutes } from './shops.ts';

/** Open or closed, reachable or not, busy or not, and how long the kitchen takes. */
export function ShopState({ shop }: { shop: Shop }) {
  return (
    <span
      class="row shop-state"
      data-testid="shop-state"
      data-open={shop.open}
      data-online={shop.online}
      data-busy={shop.busyMinutes > 0}
    >
      <OpenOrNot shop={shop} />
      {shop.open && <TimeToCook shop={shop} />}
    </span>
  );
}

/** One chip: "open" beside "offline" would leave a customer with the question which of the two counts. */
function OpenOrNot({ shop }: { shop: Shop }) {
  if (!shop.open && shop.pausedUntil)
    return <Chip tone="bad">{say(texts.pausedShort, { time: clockTime(shop.pausedUntil, shop.timeZone) })}</Chip>;
  if (!shop.open) return <Chip tone="bad">{say(texts.closed)}</Chip>;
  if (!shop.online) return <Chip tone="warn">{say(texts.shopOffline)}</Chip>;
  return <Chip tone="good">{say(texts.open)}</Chip>;
}

function TimeToCook({ shop }: { shop: Shop }) {
  const time = say(texts.prep, { m: preparationMinutes(shop) });
  if (shop.busyMinutes === 0) return <span class="muted small">{time}</span>;
  return <Chip tone="warn">{say(texts.busy, { time })}</Chip>;
}

/** What the customer should know before ordering; nothing when all is as usual. */
export function ShopNotice({ shop }: { shop: Shop }) {
  const text = !shop.open ? closedInWords(shop) : !shop.online ? say(texts.offlineLong) : undefined;
  if (text === undefined) return null;
  return (
    <p class={shop.open ? 'dock-note' : 'dock-note dock-note-bad'} role="status" data-testid="shop-notice">
      {text}
    </p>
  );
}

function closedInWords({ pausedUntil, timeZone }: Shop): string {
  if (!pausedUntil) return say(texts.closedLong);
  return say(texts.pausedLong, { time: clockTime(pausedUntil, timeZone) });
}
