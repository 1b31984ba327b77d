import type { Shop } from '../../functions/domain/frames.ts';
import { Chip } from '../shared/chip.tsx';
import { say } from '../shared/language.ts';
import { minutesToCook } from './shops.ts';
import { texts } from './texts.ts';

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
      <Chip tone={shop.open ? 'good' : 'bad'}>{say(shop.open ? texts.open : texts.closed)}</Chip>
      {shop.open && !shop.online && <Chip tone="warn">{say(texts.shopOffline)}</Chip>}
      {shop.open && <TimeToCook shop={shop} />}
    </span>
  );
}

function TimeToCook({ shop }: { shop: Shop }) {
  const time = say(texts.prep, { m: minutesToCook(shop) });
  if (shop.busyMinutes === 0) return <span class="muted small">{time}</span>;
  return <Chip tone="warn">{say(texts.busy, { time })}</Chip>;
}

/** What the customer should know before ordering; nothing when all is as usual. */
export function ShopNotice({ shop }: { shop: Shop }) {
  const text = !shop.open ? texts.closedLong : !shop.online ? texts.offlineLong : undefined;
  if (text === undefined) return null;
  return (
    <p class={shop.open ? 'dock-note' : 'dock-note dock-note-bad'} role="status" data-testid="shop-notice">
      {say(text)}
    </p>
  );
}
