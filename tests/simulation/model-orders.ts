import { amountsOf } from '../../functions/domain/amounts.ts';
import type { EventType, Order, OrderItem, OrderStatus, Reason } from '../../functions/domain/frames.ts';
import type { Orders, Placement, PlaceOrder, StoredEvent } from '../../functions/domain/ports.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import type { Sync } from './invocation.ts';
import { hexOf, type ModelDatabase, type OrderRow, rowOf, type ShopRow } from './tables.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The time zone of every shop here: Asia/Shanghai. */
const EAST_MS = 8 * 60 * MINUTE_MS;

/** `place_order`, without limits. */
export function modelOrders(database: ModelDatabase): Sync<Orders> {
  return {
    place(order) {
      const { tables } = database;
      const known = tables.keys.get(keyOf(order));
      if (known === undefined) return place(database, order);
      if (known.bodyHash !== hexOf(order.bodyHash)) throw new Refusal('idempotency_key_reused', 'another order');
      const row = tables.orders.get(known.orderId);
      if (row === undefined) throw new Refusal('idempotency_key_reused', 'no longer kept');
      return { orderId: known.orderId, order: JSON.stringify(asPlaced(row)), event: undefined };
    },
    countRefused() {},
  };
}

/** One key makes one order of one shop. */
function keyOf({ request, key }: Pick<PlaceOrder, 'request' | 'key'>): string {
  return `${request.shop} ${key.toLowerCase()}`;
}

function asPlaced({ order, acceptBy }: OrderRow): Order {
  const beginning = { status: 'placed', version: 1, readyAt: null, reason: null } as const;
  return { ...order, ...beginning, updatedAt: order.placedAt, acceptBy: new Date(acceptBy).toISOString() };
}

function place(database: ModelDatabase, { request, key, bodyHash }: PlaceOrder): Placement {
  const { tables, now, random } = database;
  const shop = tables.shops.get(request.shop);
  if (shop === undefined) throw new Refusal('shop_not_found', 'there is no such shop');
  if (!shop.open) throw new Refusal('shop_closed', 'the shop is closed');
  const items = priced(shop, request);
  const { totalCents } = amountsOf(items, {}, { type: 'delivery' });
  if (request.expectedTotalCents !== undefined && request.expectedTotalCents !== totalCents) {
    throw new Refusal('price_changed', 'the total is another');
  }
  const stream = rowOf(tables.streams, shop.id);
  const placedAt = Math.max(now(), stream.lastAt);
  const day = Math.max(stream.day, Math.floor((placedAt + EAST_MS) / DAY_MS));
  const number = day > stream.day ? 1 : stream.number + 1;
  tables.streams.set(shop.id, { ...stream, lastAt: placedAt, day, number });
  const id = random.uuid();
  const { name, phone, address } = request.customer;
  const order: Order = {
    id,
    number,
    shop: shop.id,
    status: 'placed',
    version: 1,
    items,
    totalCents,
    currency: 'CNY',
    customer: { name, phone, address: address ?? '' },
    note: request.note ?? null,
    placedAt: new Date(placedAt).toISOString(),
    updatedAt: new Date(placedAt).toISOString(),
    readyAt: null,
    reason: null,
    fulfilment: { type: 'delivery' },
    amounts: amountsOf(items, {}, { type: 'delivery' }),
    wantedAt: null,
    acceptBy: new Date(placedAt + shop.acceptMinutes * MINUTE_MS).toISOString(),
  };
  const row: OrderRow = {
    order,
    placedAt,
    updatedAt: placedAt,
    placedSeq: stream.head + 1,
    acceptBy: placedAt + shop.acceptMinutes * MINUTE_MS,
    remindedAt: undefined,
  };
  tables.keys.set(keyOf({ request, key }), { bodyHash: hexOf(bodyHash), orderId: id });
  tables.orders.set(id, row);
  const event = append(database, row, 'order.placed', placedAt);
  return { orderId: id, order: event.order, event };
}

function priced(shop: ShopRow, request: PlaceOrder['request']): OrderItem[] {
  const missing: { path: string; message: string }[] = [];
  const items = request.items.map(({ dish: id, quantity, note }, index): OrderItem => {
    const dish = shop.dishes.find(each => each.id === id);
    if (dish?.available !== true) missing.push({ path: `items[${index}].dish`, message: 'is not available' });
    const { name = '', priceCents = 0 } = dish ?? {};
    return { dish: id, name, priceCents, quantity, note: note ?? null, choices: [] };
  });
  if (missing.length > 0) throw new Refusal('dish_unavailable', 'a dish is sold out', { fields: missing });
  return items;
}

/** `append_event`: the next entry of the shop's log. */
export function append({ tables, random }: ModelDatabase, row: OrderRow, type: EventType, at: number): StoredEvent {
  const { shop, id } = row.order;
  const stream = rowOf(tables.streams, shop);
  const event: StoredEvent = {
    shop,
    epoch: stream.epoch,
    seq: stream.head + 1,
    id: random.uuid(),
    type,
    at: new Date(at).toISOString(),
    orderId: id,
    order: JSON.stringify(row.order),
  };
  tables.streams.set(shop, { ...stream, head: event.seq });
  rowOf(tables.events, shop).push(event);
  return event;
}

/** `move_order`. */
export function moveOrder(
  database: ModelDatabase,
  row: OrderRow,
  to: Exclude<OrderStatus, 'placed'>,
  reason: Reason | null,
  prepMinutes: number,
): StoredEvent {
  const at = Math.max(database.now(), row.updatedAt);
  const readyAt = to === 'accepted' ? new Date(at + prepMinutes * MINUTE_MS).toISOString() : row.order.readyAt;
  const { order } = row;
  const moved: OrderRow = {
    ...row,
    updatedAt: at,
    order: {
      ...order,
      status: to,
      version: order.version + 1,
      updatedAt: new Date(at).toISOString(),
      readyAt,
      reason,
      acceptBy: null,
    },
  };
  database.tables.orders.set(order.id, moved);
  return append(database, moved, `order.${to}`, at);
}
