/**
 * The wire of `/pgws` and of the HTTP answers, as types, and the parser a client needs for what the server sends.
 * PROTOCOL.md is the prose of this file. Money is an integer in the minor unit, times are ISO 8601 UTC, ids are opaque.
 */

/** Bytes (UTF-8) of the largest frame a client may send. */
export const MAX_FRAME_TO_SERVER_BYTES = 16 * 1024;
/** Bytes (UTF-8) of the largest frame the server sends. */
export const MAX_FRAME_FROM_SERVER_BYTES = 32 * 1024;
/** Events in one page of a backlog, at most. */
export const MAX_EVENTS_PER_PAGE = 50;
/** Orders one customer connection may follow. */
export const MAX_ORDERS_PER_CONNECTION = 20;

/** Where an order stands. `rejected`, `completed`, `cancelled` and `expired` are terminal. */
export type OrderStatus = 'placed' | 'accepted' | 'ready' | 'completed' | 'rejected' | 'cancelled' | 'expired';

/** Why an order was rejected or cancelled; `expired` is set by the system alone. */
export type Reason = 'sold_out' | 'too_busy' | 'closing' | 'cannot_deliver' | 'customer_request' | 'other' | 'expired';

/** One line of an order; name and price are those of the menu at the time. */
export interface OrderItem {
  dish: string;
  name: string;
  priceCents: number;
  quantity: number;
  note: string | null;
}

/** Who ordered. Shown to the shop and to the holder of the order's token, to nobody else. */
export interface Customer {
  name: string;
  phone: string;
  address: string;
}

/** An order as it appears everywhere on the wire. */
export interface Order {
  id: string;
  /** Counts the shop's orders of its day from 1. */
  number: number;
  shop: string;
  status: OrderStatus;
  /** Rises by one with every change of the order. */
  version: number;
  items: OrderItem[];
  totalCents: number;
  currency: string;
  customer: Customer;
  note: string | null;
  placedAt: string;
  updatedAt: string;
  /** The promised time, once accepted. */
  readyAt: string | null;
  reason: Reason | null;
}

/** A dish of a shop's menu. */
export interface Dish {
  id: string;
  name: string;
  category: string;
  priceCents: number;
  available: boolean;
}

/** A shop as customers see it: `open` is its own switch, `online` means that one of its screens holds a live lease. */
export interface Shop {
  id: string;
  name: string;
  currency: string;
  open: boolean;
  online: boolean;
  prepMinutes: number;
  dishes: Dish[];
}

/** A shop as its own screens see it. `dishes` is absent when the frame would pass the limit: read them over HTTP. */
export interface ShopSettings extends Omit<Shop, 'dishes'> {
  dishes?: Dish[];
  version: number;
  autoAccept: boolean;
  acceptMinutes: number;
}

/** What happened to an order. */
export type EventType =
  | 'order.placed'
  | 'order.accepted'
  | 'order.rejected'
  | 'order.ready'
  | 'order.completed'
  | 'order.cancelled'
  | 'order.expired'
  | 'order.reminded';

/** One entry of a shop's log. `seq` starts at 1, has no gaps and follows commit order. */
export interface OrderEvent {
  seq: number;
  id: string;
  type: EventType;
  at: string;
  order: Order;
}

/** A code and a sentence; `fields` names the parts of a request that are wrong. */
export interface WireError {
  code: string;
  message: string;
  fields?: { path: string; message: string }[];
}

/** The position of a client in a shop's log: it has kept everything up to `after`, whose event has the id `lastId`. */
export interface Cursor {
  epoch: string;
  after: number;
  lastId?: string;
}

export type ShopHelloFrame = {
  type: 'hello';
  role: 'shop';
  shop: string;
  token: string;
  device: string;
} & Partial<Cursor>;
export interface CustomerHelloFrame {
  type: 'hello';
  role: 'customer';
  order: string;
  token: string;
}
export interface AckFrame {
  type: 'ack';
  seq: number;
}
export type PingFrame = { type: 'ping' } & Partial<Cursor>;

/** What a command does. A customer may `cancel` and `remind`; everything but `remind` is a shop's. */
export type Operation =
  | { op: 'accept'; order: string; version: number; prepMinutes?: number }
  | { op: 'reject'; order: string; version: number; reason: Exclude<Reason, 'expired'> }
  | { op: 'ready'; order: string; version: number }
  | { op: 'complete'; order: string; version: number }
  | { op: 'cancel'; order: string; version: number; reason?: Exclude<Reason, 'expired'> }
  | { op: 'remind'; order: string }
  | { op: 'set_open'; open: boolean }
  | { op: 'set_dish'; dish: string; available: boolean }
  | { op: 'set_auto_accept'; autoAccept: boolean }
  | { op: 'set_prep'; prepMinutes: number };

export type CommandFrame = { type: 'command'; id: string; after?: number } & Operation;

/** What a client may send. */
export type ClientFrame = ShopHelloFrame | CustomerHelloFrame | AckFrame | PingFrame | CommandFrame;

export type WelcomeFrame =
  | {
      type: 'welcome';
      role: 'shop';
      epoch: string;
      head: number;
      resumed: boolean;
      pingSeconds: number;
      shop: ShopSettings;
    }
  | { type: 'welcome'; role: 'customer'; resumed: boolean; pingSeconds: number; order: Order };

export interface EventsFrame {
  type: 'events';
  epoch: string;
  events: OrderEvent[];
  head: number;
  more: boolean;
}
export interface SnapshotFrame {
  type: 'snapshot';
  epoch: string;
  head: number;
  index: number;
  orders: Order[];
  more: boolean;
  lastId?: string;
}
/** To a customer's connection a pong has neither epoch nor head. */
export interface PongFrame {
  type: 'pong';
  epoch?: string;
  head?: number;
  shopVersion?: number;
}
export interface OrderFrame {
  type: 'order';
  order: Order;
}
export interface ShopFrame {
  type: 'shop';
  shop: ShopSettings;
}
export type ResultFrame =
  | { type: 'result'; id: string; ok: true; order?: Order }
  | { type: 'result'; id: string; ok: false; error: WireError; order?: Order };
export interface ErrorFrame {
  type: 'error';
  error: WireError;
  retryAfterMs?: number;
  /** The order a refused further hello of a customer was about. */
  order?: string;
}

/** What the server may send. */
export type ServerFrame =
  | WelcomeFrame
  | EventsFrame
  | SnapshotFrame
  | PongFrame
  | OrderFrame
  | ShopFrame
  | ResultFrame
  | ErrorFrame;

const serverFrameTypes = new Set<string>(['welcome', 'events', 'snapshot', 'pong', 'order', 'shop', 'result', 'error']);

/**
 * Reads a frame of the server. Answers `undefined` for what a client has to ignore: unknown types and what is not
 * a frame at all. The server is trusted to keep to the shapes above, so only the type is looked at.
 */
export function parseServerFrame(text: string): ServerFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  return typeof value.type === 'string' && serverFrameTypes.has(value.type) ? (value as ServerFrame) : undefined;
}
