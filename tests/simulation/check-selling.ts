import type { Order, Shop } from '../../functions/domain/frames.ts';
import type { OrderRequest } from '../../functions/domain/place-order.ts';
import { isWithinHours } from '../support/model-hours.ts';
import { pricedOrder } from '../support/model-order.ts';
import { isOrder, withAllThere } from '../support/trial/check-selling.ts';
import { menu } from './model-shops.ts';
import type { HoursChange } from './screen.ts';
import { laterTerms, type SimulatedSystem } from './system.ts';

/** A shop as it is here, whatever is sold out at the moment. */
const terms = { delivery: { minimumCents: 0, feeCents: 0, freeFromCents: null, areas: [] }, pickup: true };
const everyShop = withAllThere({ ...terms, dishes: [...menu] } as unknown as Shop);
const TIME_ZONE = 'Etc/GMT-8';

/** How orders are sold, from what customers were told and the log says. */
export function* sellingOf(world: SimulatedSystem): Generator<string> {
  for (const { asked, placed } of world.customers) {
    for (const { order } of placed) {
      const expected = pricedOrder(everyShop, asked.get(order.note ?? '') as OrderRequest);
      if (!isOrder(order, expected)) yield `${order.id} is not what was asked for: ${JSON.stringify(expected)}`;
    }
  }
  if (world.wasRestored()) return;
  yield* slotsOf(world);
  yield* hoursOf(world);
}

const freeing = new Set(['order.rejected', 'order.cancelled', 'order.expired']);

/** At no place of a log do more orders hold a place of a slot than it has. */
function* slotsOf({ database }: SimulatedSystem): Generator<string> {
  for (const [shop, log] of database.tables.events) {
    const holding = new Map<string, number>();
    // Of a log that was cut nobody can tell who held a place.
    if (log[0]?.seq !== 1) continue;
    for (const { type, order, seq } of log) {
      const { wantedAt = null } = type === 'order.placed' || freeing.has(type) ? (JSON.parse(order) as Order) : {};
      if (wantedAt === null) continue;
      const held = (holding.get(wantedAt) ?? 0) + (type === 'order.placed' ? 1 : -1);
      holding.set(wantedAt, held);
      if (held > laterTerms.perSlot) yield `with event ${seq} ${wantedAt} of ${shop} has ${held} orders`;
    }
  }
}

/** While it is certain which hours a shop has, orders for now are placed within them. */
function* hoursOf({ shops, screens, customers }: SimulatedSystem): Generator<string> {
  for (const { id } of shops) {
    const changes = screens.filter(({ shop }) => shop === id).flatMap(({ hours }) => hours);
    const orders = customers
      .flatMap(({ placed }) => placed.map(({ order }) => order))
      .filter(({ shop }) => shop === id);
    for (const change of changes) {
      const { hours, answeredAt: from = Number.POSITIVE_INFINITY } = change;
      const to = Math.min(...changes.filter(other => !isBefore(other, change)).map(({ sentAt }) => sentAt));
      for (const { id, placedAt, wantedAt } of orders) {
        const at = Date.parse(placedAt);
        const isCertain = wantedAt === null && from < at && at < to;
        if (isCertain && !isWithinHours({ hours, timeZone: TIME_ZONE }, at)) yield `${id} was placed out of hours`;
      }
    }
  }
}

function isBefore(other: HoursChange, change: HoursChange): boolean {
  return other === change || (other.answeredAt ?? Number.POSITIVE_INFINITY) < change.sentAt;
}
