import * as v from 'valibot';
import { hours } from './hours.ts';
import { menuDishes } from './menu.ts';
import { phone } from './phone.ts';
import { parseShape } from './shape.ts';
import { keyId, newKey } from './shop-key.ts';
import { about, delivery, discounts, later } from './shop-terms.ts';
import { integer, shopId, visibleText } from './text.ts';

const shopFields = v.strictObject({
  id: shopId,
  name: visibleText(1, 60),
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be three capital letters, as in CNY')),
  timeZone: v.exactOptional(v.pipe(v.string(), v.check(isTimeZone, 'must be a time zone, as in Asia/Shanghai'))),
  open: v.exactOptional(v.boolean()),
  autoAccept: v.exactOptional(v.boolean()),
  prepMinutes: v.exactOptional(integer(1, 240)),
  acceptMinutes: v.exactOptional(integer(1, 60)),
  hours: v.exactOptional(hours),
  pickup: v.exactOptional(v.boolean()),
  delivery: v.exactOptional(delivery),
  discounts: v.exactOptional(discounts),
  later: v.exactOptional(later),
  about: v.exactOptional(about),
  retentionDays: v.exactOptional(integer(1, 3650)),
  linkDays: v.exactOptional(integer(1, 3650)),
  webhook: v.exactOptional(
    v.nullable(
      v.strictObject({
        url: v.pipe(v.string(), v.regex(/^https?:\/\/\S{1,500}$/, 'must be an http or https URL')),
        secret: v.pipe(
          v.string(),
          v.regex(/^whsec_[A-Za-z0-9+/]{32,100}={0,2}$/, 'must be whsec_ and 24 bytes or more in base64'),
        ),
      }),
    ),
  ),
  dishes: v.exactOptional(menuDishes),
});

const shop = v.pipe(
  shopFields,
  // As set_fulfilment; what is left out stays as it is.
  v.check(({ pickup, delivery }) => pickup !== false || delivery !== null, 'must offer pickup, delivery or both'),
);

const event = v.strictObject({
  shops: v.exactOptional(v.pipe(v.array(shop), v.maxLength(1_000, 'must hold at most 1000 shops'))),
  demo: v.exactOptional(v.boolean()),
  rotateKeys: v.exactOptional(v.array(shopId)),
  makeKeys: v.exactOptional(v.array(v.strictObject({ shop: shopId, ...newKey }))),
  revokeKeys: v.exactOptional(v.array(v.strictObject({ shop: shopId, keyId }))),
  listKeys: v.exactOptional(v.array(shopId)),
  newEpoch: v.exactOptional(v.boolean()),
  erase: v.exactOptional(v.strictObject({ phone })),
});

/** A shop as its owner describes it. Without `dishes` the menu stays as it is. */
export type ShopDefinition = v.InferOutput<typeof shop>;

/** What `init_db` is asked to do. */
export type InitEvent = v.InferOutput<typeof event>;

/**
 * The event of `init_db`. An HTTP request is none: every field that such an event has is unknown here.
 * @throws Refusal `invalid_request`
 */
export function parseInitEvent(value: unknown): InitEvent {
  return parseShape(event, value);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
