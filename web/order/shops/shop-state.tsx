import { useComputed } from '@preact/signals';
import type { Shop } from '../../../functions/domain/frames.ts';
import { Chip } from '../../shared/chip.tsx';
import { say } from '../../shared/language.ts';
import { clockTime, dayAndTime, serverNow } from '../../shared/time.ts';
import { hasLaterDays } from '../cart/later-days.ts';
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
  const closing = useComputed(() => closingSoon(shop, serverNow.value));
  if (!shop.open && shop.pausedUntil)
    return <Chip tone="bad">{say(texts.pausedShort, { time: clockTime(shop.pausedUntil, shop.timeZone) })}</Chip>;
  if (!shop.open && shop.opensAt)
    return <Chip tone="bad">{say(texts.opensShort, { time: shortTime(shop.opensAt, shop.timeZone) })}</Chip>;
  if (!shop.open) return <Chip tone="bad">{say(texts.closed)}</Chip>;
  if (!shop.online) return <Chip>{say(texts.shopOffline)}</Chip>;
  if (closing.value !== null) return <Chip tone="good">{say(texts.closesShort, { time: closing.value })}</Chip>;
  return <Chip tone="good">{say(texts.open)}</Chip>;
}

/** The time at which an open shop closes within the hour. */
function closingSoon({ closesAt, timeZone }: Shop, now: number): string | null {
  const left = closesAt ? Date.parse(closesAt) - now : Number.NaN;
  return closesAt && left > 0 && left <= 3_600_000 ? clockTime(closesAt, timeZone) : null;
}

function TimeToCook({ shop }: { shop: Shop }) {
  const time = say(texts.prep, { m: preparationMinutes(shop) });
  if (shop.busyMinutes === 0) return <span class="muted small">{time}</span>;
  return <Chip tone="warn">{say(texts.busy, { time })}</Chip>;
}

/** The time alone when it is within a day, else with the day. */
function shortTime(time: string, timeZone: string): string {
  const isSoon = Date.parse(time) - serverNow.value < 20 * 3_600_000;
  return isSoon ? clockTime(time, timeZone) : dayAndTime(time, timeZone);
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

function closedInWords(shop: Shop): string {
  const { pausedUntil, timeZone, opensAt } = shop;
  if (!pausedUntil) {
    const orLater = hasLaterDays(shop, serverNow.value);
    if (!opensAt) return say(orLater ? texts.closedLongOrLater : texts.closedLong);
    const time = dayAndTime(opensAt, timeZone);
    return say(orLater ? texts.opensLongOrLater : texts.opensLong, { time });
  }
  return say(texts.pausedLong, { time: clockTime(pausedUntil, timeZone) });
}
