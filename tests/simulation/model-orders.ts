import type { EventType, Order, OrderItem, OrderStatus, Reason } from '../../functions/domain/frames.ts';
import type { Orders, Placement, PlaceOrder, StoredEvent } from '../../functions/domain/ports.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { dayOf } from '../support/model-hours.ts';
import type { Sync } from './invocation.ts';
import { soldBy, waitsFrom } from './model-selling.ts';
import { hexOf, type ModelDatabase, type OrderRow, rowOf } from './tables.ts';

const MINUTE_MS = 60_000;

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

function asPlaced({ order, acceptBy, firstAcceptBy = acceptBy }: OrderRow): Order {
  const beginning = { status: 'placed', version: 1, readyAt: null, reason: null } as const;
  return { ...order, ...beginning, updatedAt: order.placedAt, acceptBy: new Date(firstAcceptBy).toISOString() };
}

function place(database: ModelDatabase, { request, key, bodyHash }: PlaceOrder): Placement {
  const { tables, now, random } = database;
  const shop = tables.shops.get(request.shop);
  if (shop === undefined) throw new Refusal('shop_not_found', 'there is no such shop');
  const { amounts, fulfilment, items, wantedAt } = soldBy(database, shop, request);
  const stream = rowOf(tables.streams, shop.id);
  const placedAt = Math.max(now(), stream.lastAt);
  const day = Math.max(stream.day, dayOf(placedAt, shop.timeZone));
  const number = day > stream.day ? 1 : stream.number + 1;
  tables.streams.set(shop.id, { ...stream, lastAt: placedAt, day, number });
  const id = random.uuid();
  const from = waitsFrom(shop, placedAt, wantedAt);
  const acceptBy = from + shop.acceptMinutes * MINUTE_MS;
  const { name, phone, address } = request.customer;
  const order: Order = {
    id,
    number,
    shop: shop.id,
    status: 'placed',
    version: 1,
    items: items as OrderItem[],
    totalCents: amounts.totalCents,
    currency: 'CNY',
    customer: { name, phone, address: address ?? '' },
    note: request.note ?? null,
    placedAt: new Date(placedAt).toISOString(),
    updatedAt: new Date(placedAt).toISOString(),
    readyAt: null,
    reason: null,
    fulfilment,
    amounts,
    wantedAt,
    acceptBy: new Date(acceptBy).toISOString(),
  };
  const row: OrderRow = {
    order,
    placedAt,
    updatedAt: placedAt,
    placedSeq: stream.head + 1,
    acceptBy,
    remindedAt: undefined,
    waitsFrom: from === placedAt ? undefined : from,
    firstAcceptBy: undefined,
  };
  tables.keys.set(keyOf({ request, key }), { bodyHash: hexOf(bodyHash), orderId: id });
  tables.orders.set(id, row);
  const event = append(database, row, 'order.placed', placedAt);
  return { orderId: id, order: event.order, event };
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
  const { order } = row;
  const wantedAt = Date.parse(order.wantedAt ?? order.placedAt);
  const promised = new Date(Math.max(wantedAt, at + prepMinutes * MINUTE_MS)).toISOString();
  const readyAt = to === 'accepted' ? promised : order.readyAt;
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
