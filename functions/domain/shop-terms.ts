import * as v from 'valibot';
import { imageUrl } from './menu.ts';
import { phone } from './phone.ts';
import { noList } from './shape.ts';
import { fittingInto, integer, text, visibleText } from './text.ts';

const cents = integer(0, 100_000_000);

/** Names an area that a shop delivers to. */
export const areaId = text(1, 64);

const area = v.strictObject({
  id: areaId,
  name: visibleText(1, 60),
  feeCents: v.exactOptional(cents),
  minimumCents: v.exactOptional(cents),
});

/** What a shop delivers for, and where to; without areas everywhere. `null`: not at all. */
export const delivery = v.nullable(
  v.pipe(
    v.unknown(),
    noList,
    v.strictObject({
      minimumCents: v.optional(cents, 0),
      feeCents: v.optional(cents, 0),
      freeFromCents: v.optional(v.nullable(cents), null),
      areas: v.optional(
        v.pipe(
          v.array(area),
          v.maxLength(50, 'must hold at most 50 areas'),
          v.check(list => new Set(list.map(({ id }) => id)).size === list.length, 'must hold each id once'),
        ),
        () => [],
      ),
    }),
    fittingInto(8 * 1024),
  ),
);

/** What is taken off the items from some sum on (满减). The best one applies. */
export const discounts = v.pipe(
  v.array(v.strictObject({ fromCents: cents, offCents: integer(1, 100_000_000) })),
  v.maxLength(10, 'must hold at most 10 discounts'),
  v.check(list => new Set(list.map(({ fromCents }) => fromCents)).size === list.length, 'must hold each sum once'),
);

/** Orders for later: how long before, how many days ahead, and how many in a slot. `null`: none are taken. */
export const later = v.nullable(
  v.strictObject({
    leadMinutes: integer(0, 7 * 24 * 60),
    daysAhead: integer(0, 30),
    slotMinutes: integer(5, 240),
    perSlot: integer(1, 1_000),
  }),
);

/** What a shop says of itself. */
export const about = v.pipe(
  v.unknown(),
  noList,
  v.strictObject({
    phone: v.exactOptional(phone),
    address: v.exactOptional(visibleText(1, 200)),
    note: v.exactOptional(visibleText(1, 300)),
    imageUrl: v.exactOptional(imageUrl),
  }),
);
