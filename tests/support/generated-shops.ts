import fc from 'fast-check';
import type { Hours } from '../../functions/domain/frames.ts';
import { beginOf, dayOf } from './model-hours.ts';

/*
 * Shops and carts by chance: few ids, so that they meet, and limits that carts reach. Nothing of a shop changes between 12
 * and 13 o'clock of its time zone but whether a slot is still far enough ahead.
 */

const id = fc.constantFrom('a', 'b', 'c');
const few = fc.integer({ min: 0, max: 3 });
const cents = fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.constantFrom(0, 1, 100_000_000));
const mostly = (often: number) => fc.integer({ min: 0, max: often }).map(n => n > 0);

const choice = fc.record({
  id,
  name: fc.constantFrom('大份', 'x', '"'),
  priceCents: cents,
  available: mostly(3),
  max: fc.integer({ min: 1, max: 3 }),
});
const option = fc
  .record({
    id,
    name: fc.constant('组'),
    min: few,
    max: fc.integer({ min: 1, max: 4 }),
    choices: fc.uniqueArray(choice, { minLength: 1, maxLength: 3, selector: one => one.id }),
  })
  .map(group => ({
    ...group,
    min: Math.min(
      group.min,
      group.max,
      group.choices.reduce((sum, one) => sum + one.max, 0),
    ),
  }));
const dish = fc.record({
  id,
  name: fc.constantFrom('面', 'noodles'),
  priceCents: cents,
  available: mostly(5),
  packagingCents: fc.constantFrom(0, 0, 100, 1_000_000),
  options: fc.uniqueArray(option, { maxLength: 3, selector: one => one.id }),
});
const area = fc.record(
  { id, name: fc.constant('区'), feeCents: cents, minimumCents: cents },
  { requiredKeys: ['id', 'name'] },
);
const delivery = fc.record({
  minimumCents: fc.constantFrom(0, 5_000, 100_000_000),
  feeCents: fc.constantFrom(0, 300),
  freeFromCents: fc.constantFrom(null, 0, 5_000),
  areas: fc.oneof(fc.constant([]), fc.uniqueArray(area, { maxLength: 3, selector: one => one.id })),
});

const periods = fc.constantFrom<Hours['week'][number]>(
  [{ from: '09:00', to: '21:00' }],
  [
    { from: '10:00', to: '14:00' },
    { from: '17:00', to: '02:00' },
  ],
  [{ from: '18:00', to: '03:30' }],
  [{ from: '00:00', to: '00:00' }],
  [],
);
/** Days of their own are today and those around it. */
function hoursOf(timeZone: string): fc.Arbitrary<Hours> {
  const date = (days: number) => new Date((dayOf(Date.now(), timeZone) + days) * 86_400_000).toISOString().slice(0, 10);
  const exception = fc.record({ date: fc.constantFrom(-1, 0, 1, 2).map(date), periods });
  return fc.record({
    week: fc.oneof(
      fc.constant([[], [], [], [], [], [], []] as Hours['week']),
      fc.array(periods, { minLength: 7, maxLength: 7 }),
    ),
    exceptions: fc.uniqueArray(exception, { maxLength: 2, selector: one => one.date }),
  });
}
const later = fc.record({
  leadMinutes: fc.constantFrom(0, 0, 240, 24 * 60),
  daysAhead: fc.integer({ min: 0, max: 2 }),
  slotMinutes: fc.constantFrom(30, 45, 60, 240),
  perSlot: fc.constantFrom(1, 1, 2),
});

/** How a shop sells, and its menu. It hands over in one way at least. */
export function sellingIn(timeZone: string) {
  const selling = fc.record({
    open: mostly(9),
    hours: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: hoursOf(timeZone) }),
    dishes: fc.uniqueArray(dish, { minLength: 1, maxLength: 3, selector: one => one.id }),
    pickup: fc.boolean(),
    delivery: fc.oneof({ weight: 4, arbitrary: delivery }, { weight: 1, arbitrary: fc.constant(null) }),
    discounts: fc.uniqueArray(fc.record({ fromCents: cents, offCents: fc.constantFrom(1, 500, 100_000_000) }), {
      maxLength: 3,
      selector: one => one.fromCents,
    }),
    later: fc.oneof({ weight: 2, arbitrary: later }, { weight: 1, arbitrary: fc.constant(null) }),
  });
  return selling.filter(({ pickup, delivery }) => pickup || delivery !== null);
}

const line = fc.record(
  {
    dish: id,
    quantity: fc.constantFrom(1, 2, 99),
    choices: fc.uniqueArray(fc.record({ option: id, choice: id, quantity: fc.integer({ min: 1, max: 2 }) }), {
      maxLength: 4,
      selector: one => one.option + one.choice,
    }),
    note: fc.constant('少辣'),
  },
  { requiredKeys: ['dish', 'quantity'] },
);
const fulfilment = fc.oneof(
  fc.constant(undefined),
  fc.constant({ type: 'pickup' as const }),
  fc.constant({ type: 'delivery' as const }),
  id.map(area => ({ type: 'delivery' as const, area })),
);

/** What somebody puts into a cart. `differs` says what is done to it, so that more of them are taken than by chance. */
export const cart = fc.record({
  items: fc.array(line, { minLength: 1, maxLength: 4 }),
  fulfilment,
  /** A day from today on, and a minute of it; mostly none. */
  wanted: fc.option(
    fc.record({
      day: fc.constantFrom(-1, 0, 1, 1, 1, 2, 3),
      minute: fc.constantFrom(0, 45, 90, 11 * 60, 13 * 60, 17 * 60, 18 * 60, 18 * 60, 18 * 60, 18 * 60 + 1, 20 * 60),
    }),
    { freq: 2, nil: undefined },
  ),
  note: fc.constantFrom('', '快点'),
  differs: fc.integer({ min: 0, max: 9 }),
});

export type Cart = typeof cart extends fc.Arbitrary<infer T> ? T : never;

/** The instant that a cart is wanted for. */
export function wantedAt({ wanted }: Cart, timeZone: string): string | undefined {
  if (wanted === undefined) return undefined;
  const day = dayOf(Date.now(), timeZone) + wanted.day;
  return new Date(beginOf(day, timeZone) + wanted.minute * 60_000).toISOString();
}
