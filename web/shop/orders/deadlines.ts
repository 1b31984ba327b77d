import type { Order, ShopSettings } from '../../../functions/domain/frames.ts';

/** By when an order has to be accepted, in milliseconds since 1970, and what its `acceptBy` was when that was reckoned. */
interface Deadline {
  readonly told: string;
  readonly at: number;
}

/** Deadlines that a change of the shop has moved since the orders came, by order. */
export type Deadlines = ReadonlyMap<string, Deadline>;

/** By when the order has to be accepted; `undefined` where nobody has to, or a server before does not say it. */
export function deadlineOf({ id, acceptBy }: Order, moved: Deadlines): number | undefined {
  if (typeof acceptBy !== 'string') return undefined;
  const known = moved.get(id);
  return known?.told === acceptBy ? known.at : Date.parse(acceptBy);
}

/** From when on an order waits to be accepted: an order for later, at a shop that is closed, from its opening on. */
export function waitsFrom(deadline: number, acceptMinutes: number): number {
  return deadline - acceptMinutes * 60_000;
}

/**
 * The deadlines with those of orders that came after what they follow had changed: an event says the deadline of the
 * moment in which it was written. `toldAt`: since when the shop is known as it is. What was placed later says it itself.
 */
export function joinLateOrders(
  moved: Deadlines,
  orders: Iterable<Order>,
  shop: ShopSettings,
  toldAt: number,
  now: number,
): Deadlines {
  const late = [...orders].filter(
    ({ id, acceptBy, placedAt }) =>
      typeof acceptBy === 'string' && moved.get(id)?.told !== acceptBy && Date.parse(placedAt) <= toldAt,
  );
  return late.length === 0 ? moved : new Map([...moved, ...movedDeadlines(moved, late, shop, now)]);
}

/**
 * The deadlines after a change of the shop, which the server moves without an event: of each order for later that waits
 * for the opening they follow it, as far as that is known.
 */
export function movedDeadlines(
  moved: Deadlines,
  orders: Iterable<Order>,
  { open, opensAt, acceptMinutes }: ShopSettings,
  now: number,
): Deadlines {
  const anew = new Map<string, Deadline>();
  for (const order of orders) {
    const { id, wantedAt, acceptBy } = order;
    const deadline = deadlineOf(order, moved);
    if (deadline === undefined || typeof wantedAt !== 'string' || typeof acceptBy !== 'string') continue;
    const from = waitsFrom(deadline, acceptMinutes);
    const opening = open ? now : Date.parse(opensAt ?? wantedAt);
    const at = from > now ? deadline - from + Math.min(opening, Date.parse(wantedAt)) : deadline;
    anew.set(id, { told: acceptBy, at });
  }
  return anew;
}
