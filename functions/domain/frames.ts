/**
 * The wire of `/pgws` and of the HTTP answers, as types. What a client reads it with is in `received.ts`.
 * PROTOCOL.md is the prose of this file. Money is an integer in the minor unit, times are ISO 8601 UTC, ids are opaque.
 */

/** Bytes (UTF-8) of the largest frame a client may send. */
export const MAX_FRAME_TO_SERVER_BYTES = 16 * 1024;
/** Bytes (UTF-8) of the largest frame the server sends. */
export const MAX_FRAME_FROM_SERVER_BYTES = 32 * 1024;
/** Bytes (UTF-8) of the largest body of an order. */
export const MAX_ORDER_REQUEST_BYTES = 16 * 1024;
/** Events in one page of a backlog, at most. */
export const MAX_EVENTS_PER_PAGE = 50;
/** Orders in one answer to `list_orders`, at most. */
export const MAX_ORDERS_PER_PAGE = 50;
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
  /** What is chosen with each piece, in the order of the menu. `priceCents` above is the dish's own. */
  choices?: ChosenItem[];
}

/** A choice of a line; name and price are those of the menu at the time. */
export interface ChosenItem {
  option: string;
  choice: string;
  name: string;
  priceCents: number;
  quantity: number;
}

/** How an order is handed over. `areaName` is what the shop called its area at the time. */
export type Fulfilment = { type: 'pickup' } | { type: 'delivery'; area?: string; areaName?: string };

/** What an order costs: `totalCents` is the first three less the discount. */
export interface Amounts {
  itemsCents: number;
  packagingCents: number;
  deliveryCents: number;
  discountCents: number;
  totalCents: number;
}

/** Who ordered. Shown to the shop and to the holder of the order's token, to nobody else. */
export interface Customer {
  name: string;
  phone: string;
  /** Empty when the order is fetched. */
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
  /** Of a version before where it is absent: delivery. */
  fulfilment?: Fulfilment;
  amounts?: Amounts;
  /** The time an order for later is for; `null`: as soon as possible. */
  wantedAt?: string | null;
  /** When it expires unless it has been accepted; `null` once it has a status other than `placed`. */
  acceptBy?: string | null;
  /** Whether what it said of its customer has been erased since: name, phone, address and notes are then empty. */
  erased?: true;
}

/** One of what a group of options holds; up to `max` times in one portion. */
export interface Choice {
  id: string;
  name: string;
  /** What it adds to the price of the dish. */
  priceCents: number;
  available: boolean;
  max: number;
}

/** A group of options of a dish: between `min` and `max` of its choices are taken, in all. */
export interface DishOption {
  id: string;
  name: string;
  min: number;
  max: number;
  choices: Choice[];
}

/** A dish of a shop's menu. What is absent there is not: no description, no allergens, nothing to choose. */
export interface Dish {
  id: string;
  name: string;
  category: string;
  priceCents: number;
  available: boolean;
  description?: string;
  /** Codes of `allergens.ts`. */
  allergens?: string[];
  /** Under `https`, or a path of the page's own server. */
  imageUrl?: string;
  /** What the packaging of one piece costs (打包费). */
  packagingCents?: number;
  options?: DishOption[];
}

/** What more there is to say of a dish that is put on a menu: absent stays as it is, empty or `null` takes it away. */
export interface DishDetails {
  description?: string;
  allergens?: string[];
  imageUrl?: string | null;
  packagingCents?: number;
  options?: (Pick<DishOption, 'id' | 'name'> &
    Partial<Pick<DishOption, 'min' | 'max'>> & {
      choices: (Pick<Choice, 'id' | 'name'> & Partial<Choice>)[];
    })[];
}

/** A dish of a whole menu: absent is none, or the usual, but for `available`, which stays as it is. */
export type GivenDish = Pick<Dish, 'id' | 'name' | 'priceCents'> &
  Partial<Pick<Dish, 'category' | 'available'>> &
  DishDetails;

/** From one time of a day to another, as in 17:00 and 02:00: one that is not after `from` is of the day after. */
export interface Period {
  from: string;
  to: string;
}

/** When a shop takes orders, in its time zone: seven days, Monday first, and days that have periods of their own. */
export interface Hours {
  week: Period[][];
  exceptions: { date: string; periods: Period[] }[];
}

/** A part of a town, or a building, that a shop delivers to. What it does not have is that of the delivery. */
export interface Area {
  id: string;
  name: string;
  feeCents?: number;
  minimumCents?: number;
}

/** What a shop delivers for. Without areas it delivers everywhere. */
export interface Delivery {
  /** What the items must cost at least. */
  minimumCents: number;
  feeCents: number;
  /** From which sum of the items on it costs nothing. */
  freeFromCents: number | null;
  areas: Area[];
}

/** What is taken off the items when they cost so much (满减). The best one applies. */
export interface Discount {
  fromCents: number;
  offCents: number;
}

/** Orders for later (预订单). */
export interface Later {
  leadMinutes: number;
  daysAhead: number;
  slotMinutes: number;
  perSlot: number;
}

/** What a shop says of itself. */
export interface About {
  phone?: string;
  address?: string;
  note?: string;
  imageUrl?: string;
}

/** How and when a shop sells. A server of a version before does not say. */
export interface ShopTerms {
  /** The shop's own switch, whatever its hours say. */
  isSwitchedOn: boolean;
  /** When it takes orders again, where that is known; `null` while it does. */
  opensAt: string | null;
  /** When its hours end; `null` while it is closed, and when no end is in sight. */
  closesAt: string | null;
  hours: Hours;
  pickup: boolean;
  /** `null`: it does not deliver. */
  delivery: Delivery | null;
  discounts: Discount[];
  /** `null`: it takes no orders for later. */
  later: Later | null;
  about: About;
}

/**
 * A shop as customers see it: `open` means that it takes orders now, `online` that one of its screens holds a live lease.
 */
export interface Shop extends Partial<ShopTerms> {
  id: string;
  name: string;
  currency: string;
  /** Name of a time zone (IANA), such as Asia/Shanghai: times and days of the shop are meant there. */
  timeZone: string;
  open: boolean;
  /** While a pause keeps the shop closed: when it opens again by itself, unless somebody opens it before. */
  pausedUntil: string | null;
  online: boolean;
  /** The usual time. What a customer is shown is `prepMinutes + busyMinutes`. */
  prepMinutes: number;
  /** What the shop adds while it is busy; 0 when it is not. */
  busyMinutes: number;
  /** Rises with every change of settings or menu; of two readings the one with the higher version is the later. */
  version: number;
  dishes: Dish[];
}

/** A shop as a frame tells a visitor. `dishes` is absent when the frame would pass the limit: read them over HTTP. */
export type ShopInView = Omit<Shop, 'dishes'> & Partial<Pick<Shop, 'dishes'>>;

/** A shop as its own screens see it. `dishes` is absent when the frame would pass the limit: read them over HTTP. */
export interface ShopSettings extends Omit<Shop, 'dishes'> {
  dishes?: Dish[];
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

/** What a client is to do: find a number that makes a hash begin with `bits` zero bits (docs/protocol/http.md). */
export interface ProofTask {
  kind: 'work';
  challenge: string;
  bits: number;
}

/** A code and a sentence; `fields` names the parts of a request that are wrong. */
export interface WireError {
  code: string;
  message: string;
  fields?: { path: string; message: string }[];
  proof?: ProofTask;
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
/** Follows a shop's menu and settings: what a page sends that shows a menu. It needs no token. */
export interface VisitorHelloFrame {
  type: 'hello';
  role: 'visitor';
  shop: string;
}
export interface AckFrame {
  type: 'ack';
  seq: number;
}
export type PingFrame = { type: 'ping' } & Partial<Cursor>;

/** What a command changes. A customer may `cancel` and `remind`; everything but `remind` is a shop's. */
export type Change =
  | { op: 'accept'; order: string; version: number; prepMinutes?: number }
  | { op: 'reject'; order: string; version: number; reason: Exclude<Reason, 'expired'> }
  | { op: 'ready'; order: string; version: number }
  | { op: 'complete'; order: string; version: number }
  | { op: 'cancel'; order: string; version: number; reason?: Exclude<Reason, 'expired'> }
  | { op: 'remind'; order: string }
  /** Ends a pause, too. */
  | { op: 'set_open'; open: boolean }
  /** Closes the shop for 1 to 240 minutes; then it opens by itself. */
  | { op: 'pause'; minutes: number }
  | { op: 'set_dish'; dish: string; available: boolean }
  | { op: 'set_auto_accept'; autoAccept: boolean }
  | { op: 'set_prep'; prepMinutes: number }
  /** 0 to 120; 0: no longer busy. */
  | { op: 'set_busy'; busyMinutes: number }
  | { op: 'set_hours'; hours: Hours }
  | { op: 'set_fulfilment'; pickup: boolean; delivery: Delivery | null }
  | { op: 'set_discounts'; discounts: Discount[] }
  | { op: 'set_later'; later: Later | null }
  | { op: 'set_about'; about: About }
  /** A further key of the shop: its result alone holds the key. */
  | { op: 'make_key'; name: string; role: KeyRole }
  | { op: 'revoke_key'; keyId: string }
  /** One device prints an order: whoever claims it first, and that device again. */
  | { op: 'claim_print'; order: string }
  /** A new dish, at the end of its category, or other words and another price for one that is there. */
  | ({
      op: 'put_dish';
      dish: string;
      name: string;
      category: string;
      priceCents: number;
      available: boolean;
    } & DishDetails)
  /**
   * A part of a whole menu, which takes the place of the one that is there when its last part has come. Parts come one
   * after the other, from 1.
   */
  | { op: 'replace_menu'; upload: string; part: number; parts: number; dishes: GivenDish[] }
  /** A choice of a dish is sold out, or there again. */
  | { op: 'set_choice'; dish: string; option: string; choice: string; available: boolean }
  | { op: 'remove_dish'; dish: string }
  /** Every dish of the menu, once, in its new order. A large menu with long ids does not fit: `move_dish` always does. */
  | { op: 'order_dishes'; dishes: string[] }
  /** One dish directly before another, or at the end of the menu. It keeps its category. */
  | { op: 'move_dish'; dish: string; before?: string }
  /** All dishes of a category before the first of another, or at the end of the menu. */
  | { op: 'move_category'; category: string; before?: string }
  /** Another name for a category; its dishes stay where they are. */
  | { op: 'rename_category'; category: string; name: string };

/** What a screen may do is said by the key it was opened with: roles.ts. */
export type KeyRole = 'manager' | 'staff' | 'display';

/** A key of a shop, which is never told again: one that the owner's call made has no name. */
export interface ShopKey {
  keyId: string;
  name: string;
  role: KeyRole;
}

/** A key as `list_keys` tells it. `lastSeenAt`: when a screen with it last said something, to the minute. */
export interface ListedKey extends ShopKey {
  madeAt: string;
  lastSeenAt: string | null;
}

/**
 * What a shop asks. Nothing is kept of it: a repetition is answered anew. `day` (`2025-01-31`) is in the shop's time
 * zone, today unless given.
 */
export type Question =
  | { op: 'list_keys' }
  | { op: 'report'; day?: string }
  /** The orders of a day by their number, those above `afterNumber`: as many as a frame holds, at most 50. */
  | { op: 'list_orders'; day?: string; afterNumber?: number };

/** What a command frame asks for. */
export type Operation = Change | Question;

/** A shop's day in figures. */
export interface Report {
  /** `2025-01-31`, in the shop's time zone. */
  day: string;
  timeZone: string;
  currency: string;
  /** Every order placed that day; the five that follow tell where they stand and add up to it. */
  orders: number;
  completed: number;
  rejected: number;
  cancelled: number;
  expired: number;
  /** Placed, accepted or ready. */
  open: number;
  /** What the orders that are completed or open cost, those that nobody has accepted among them. */
  takingsCents: number;
  /** Accepted or ready, and what they cost: not completed yet. */
  accepted: number;
  acceptedCents: number;
  /** What the completed ones cost. */
  completedCents: number;
  /** From placed to accepted, of the orders that were accepted; null when there is none. */
  acceptSecondsAverage: number | null;
  acceptSecondsP95: number | null;
  /** The best 20 by quantity, of the orders that count as takings. */
  dishes: { dish: string; name: string; quantity: number; takingsCents: number }[];
  /** All 24, by the hour an order was placed in; `orders` counts every one, `takingsCents` those that count. */
  hours: { hour: number; orders: number; takingsCents: number }[];
}

type Commanding<What extends Operation> = { type: 'command'; id: string; after?: number } & What;
export type ChangeFrame = Commanding<Change>;
export type QuestionFrame = Commanding<Question>;
/** `after` counts as ack. */
export type CommandFrame = ChangeFrame | QuestionFrame;

/** What a client may send. */
export type ClientFrame = ShopHelloFrame | CustomerHelloFrame | VisitorHelloFrame | AckFrame | PingFrame | CommandFrame;

export type WelcomeFrame =
  | {
      type: 'welcome';
      role: 'shop';
      epoch: string;
      head: number;
      resumed: boolean;
      pingSeconds: number;
      shop: ShopSettings;
      /** What the screen was opened with; a server of a version before does not say, and knows managers alone. */
      key?: ShopKey;
    }
  | {
      type: 'welcome';
      role: 'customer';
      resumed: boolean;
      pingSeconds: number;
      order: Order;
      /** For the read-only link; of a version before where both are absent. */
      shareToken?: string;
      /** The hello was that of a read-only link: nothing can be done to the order. */
      readOnly?: true;
    }
  | { type: 'welcome'; role: 'visitor'; resumed: false; pingSeconds: number; shop: ShopInView };

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
/** To a customer's connection a pong has neither epoch nor head; `shopVersion` where it visits a shop. */
export interface PongFrame {
  type: 'pong';
  epoch?: string;
  head?: number;
  shopVersion?: number;
}
/** Sent by the gateway after `everySeconds` without another frame: the link is alive. Not every gateway has it. */
export interface AliveFrame {
  type: 'alive';
  everySeconds: number;
}
export interface OrderFrame {
  type: 'order';
  order: Order;
}
/** To a visitor `shop` is a `ShopInView`, without what is the shop's own business. */
export interface ShopFrame {
  type: 'shop';
  shop: ShopSettings;
}
/**
 * What a result holds besides: of `claim_print`, of `report`, of `list_orders` (`next`, the `afterNumber` to go on with), of
 * `make_key`, of `list_keys`.
 */
export interface Answer {
  print?: true;
  report?: Report;
  day?: string;
  orders?: Order[];
  next?: number;
  key?: string;
  keyId?: string;
  keys?: ListedKey[];
}
export type ResultFrame =
  | ({ type: 'result'; id: string; ok: true; order?: Order } & Answer)
  | { type: 'result'; id: string; ok: false; error: WireError; order?: Order };
/** To a shop's screens, at most once a minute: strangers order so much that they are asked for a proof. */
export interface WarningFrame {
  type: 'warning';
  code: 'many_orders';
}
export interface ErrorFrame {
  type: 'error';
  error: WireError;
  retryAfterMs?: number;
  /** The order, or the shop, a refused further hello of a customer or visitor was about. */
  order?: string;
  shop?: string;
}

/** What the server may send. */
export type ServerFrame =
  | WelcomeFrame
  | EventsFrame
  | SnapshotFrame
  | PongFrame
  | AliveFrame
  | OrderFrame
  | ShopFrame
  | ResultFrame
  | WarningFrame
  | ErrorFrame;
