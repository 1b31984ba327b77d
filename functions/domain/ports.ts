import type { ConnectionStore } from './connection-store.ts';
import type { Change, EventType, KeyRole, ShopKey } from './frames.ts';
import type { OrderRequest } from './place-order.ts';

/**
 * Text that is JSON already and is passed on as it stands: the database writes the wire's objects, and nobody here reads
 * and writes them anew.
 */
export type JsonText = string;

/**
 * An entry of a shop's log as it is stored: `seq` 1, 2, 3 … without a gap within one `epoch`, in the order of the commits.
 * `order` is the ORDER of the wire as it was after the change.
 */
export interface StoredEvent {
  shop: string;
  epoch: string;
  seq: number;
  id: string;
  type: EventType;
  at: string;
  orderId: string;
  order: JsonText;
}

/** An order, ready to be placed. */
export interface PlaceOrder {
  request: OrderRequest;
  /** The idempotency key, a UUID. */
  key: string;
  /** Hash of the canonical order. */
  bodyHash: Uint8Array;
  /** The caller's address, hashed; `undefined` where the platform does not say. */
  address: string | undefined;
  /** Its customer has shown that it is worth its place, as a shop that is flooded asks of strangers. */
  isProven?: boolean;
}

/** What placing gave: a replayed order is as it was when it was placed, and made no event. */
export interface Placement {
  orderId: string;
  order: JsonText;
  event: StoredEvent | undefined;
  /** The shop's connections, read after the commit; `undefined` where that failed, or nobody has looked. */
  screens?: string[] | undefined;
}

/** Placing of orders. */
export interface Orders {
  /**
   * Places an order, durably before it answers. One key makes one order of one shop: a second call with the same key and
   * content answers the same order and makes no event; with other content it is `idempotency_key_reused`, whatever else
   * is wrong with it. The same key at another shop is another order.
   * @throws Refusal `shop_not_found`, `shop_closed`, `dish_unavailable`, `invalid_request`, `fulfilment_unavailable`,
   *   `area_not_served`, `below_minimum`, `price_changed`, `slot_full`, `idempotency_key_reused`, `rate_limited`,
   *   `proof_required`, `too_large`: nothing was stored. `unavailable`: the outcome is unknown, the same call may be
   *   repeated.
   */
  place(order: PlaceOrder): Promise<Placement>;
  /** Counts a refused order against the caller's address, so that refusals cannot be had without end. */
  countRefused(address: string): Promise<void>;
}

/** A command, ready to be run once. */
export interface RunCommand {
  /** The shop's id; for a customer, the order's. Ids of commands are unique within it, at its shop. */
  scope: string;
  id: string;
  contentHash: Uint8Array;
  shop: string;
  /** Whether the holder of the order's token asks, not the shop. */
  byCustomer: boolean;
  operation: Change;
  /** The hash of the key that `make_key` makes. */
  keyHash?: Uint8Array | undefined;
  /**
   * The screen that asks. Its result tells it what the event would: there the event counts as acknowledged. Its device
   * is the one that claims a print.
   */
  connectionId?: string | undefined;
}

/** What a command did. `result` is the `result` frame without type and id: `"ok":…` and what follows. */
export interface CommandOutcome {
  result: JsonText;
  event: StoredEvent | undefined;
  shopChanged: boolean;
}

/** What shops and customers do to orders, settings and menus. */
export interface Commands {
  /**
   * Runs a command once per `scope` and `id`: repeated, it answers what it answered the first time and changes nothing; with
   * other content it is refused. A refusal by the state of things (`invalid_transition`, `version_conflict`, …) is an
   * answer like any other, `{"ok":false,"error":…}`, and is kept as well.
   */
  run(command: RunCommand): Promise<CommandOutcome>;
  /**
   * Accepts the orders whose `order.placed` is among the events `from + 1 … to`, which have now reached a device for the
   * first time, unless they were placed more than 60 s ago: what waited while the shop was away, a person decides.
   */
  autoAccept(shop: string, from: number, to: number): Promise<StoredEvent[]>;
}

/** What a shop asks about its days. A day is as in `2025-01-31`, in the shop's time zone; `undefined`: the present one. */
export interface Reports {
  /** A day in figures, as the REPORT of the wire. */
  day(shop: string, day: string | undefined): Promise<JsonText>;
  /** Orders of a day by number, those above `after`, at most `limit`, and which day it is. */
  orders(shop: string, day: string | undefined, after: number, limit: number): Promise<DayOrders>;
}

/** Orders of a day. */
export interface DayOrders {
  day: string;
  orders: { number: number; order: JsonText }[];
}

/** A shop as it is told over a connection, as JSON, and the same without the menu. */
export interface ShopText {
  full: JsonText;
  withoutDishes: JsonText;
}

/** Shops as they are read. */
export interface Shops {
  /** Up to 100 shops after the given id, as SHOPs of `get_shop_info`; `next` is the id to go on after. */
  list(after: string | undefined): Promise<{ shops: JsonText[]; next: string | undefined; state: string }>;
  /** One shop as a SHOP of `get_shop_info`. */
  byId(id: string): Promise<{ shop: JsonText; state: string } | undefined>;
  /** The `state` that `byId` or `list` would answer, without reading a menu: the same as long as the rest is. Empty for no shop. */
  stateOf(asked: { shop?: string | undefined; after?: string | undefined }): Promise<string>;
  /** The id of the last shop that `list` would leave out after this id, which need not be a shop's; `undefined` for none. */
  lastUpTo(id: string): Promise<string | undefined>;
  /** The times that an order for later may name on a day, as the SLOTs of `get_shop_info`; `undefined`: no such shop. */
  slots(id: string, day: string): Promise<JsonText | undefined>;
  /** One shop as its screens see it. */
  forScreens(id: string): Promise<ShopText | undefined>;
  /** One shop as those see it who look at its menu: the SHOP of `get_shop_info`. */
  forVisitors(id: string): Promise<ShopText | undefined>;
  exists(id: string): Promise<boolean>;
  /** The key of a shop that has this hash. */
  keyOf(id: string, hash: Uint8Array): Promise<ShopKey | undefined>;
  /** The keys of a shop, as `list_keys` answers them. */
  keys(id: string): Promise<JsonText>;
}

/** Every order that is not in a terminal state, and the head they belong to, read at one moment. */
export interface OpenOrders {
  epoch: string;
  head: number;
  /** Id of the event at head. */
  lastId: string | undefined;
  orders: JsonText[];
}

/** A shop's log, read. */
export interface Streams {
  /** The events `after + 1 …`, ascending, at most `limit`: `page('shop1', 41, 2)` gives those with `seq` 42 and 43. */
  page(shop: string, after: number, limit: number): Promise<StoredEvent[]>;
  /** What a screen needs that has no cursor, or one that the log no longer reaches back to. */
  openOrders(shop: string): Promise<OpenOrders>;
  /**
   * One order as it is now, and its shop; without `shop` it is looked for at all of them. `undefined` also once its links
   * have ended: `linkDays` of the shop after it was finished.
   */
  order(id: string, shop?: string): Promise<{ shop: string; order: JsonText } | undefined>;
}

/** The connections that a gateway has announced. `add` answers `too_many` when their address has as many as it may. */
export interface Connections extends ConnectionStore<{ id: string; address: string | undefined }, 'too_many'> {
  /**
   * As `remove`, because the gateway says that there is no such connection. One that was opened in the last seconds is
   * kept: the gateway may say so of a connection that it is only just opening.
   */
  prune(id: string): Promise<void>;
}

/**
 * What binding a connection gave. `closed`: it was closed before, and stays so. `taken`: it is somebody else already.
 * `revoked`: its key is no longer one of the shop's. `full`: there is no place for it. `replaced`: the older connections that are closed now, to make room for it.
 */
export interface Bound {
  outcome: 'bound' | 'closed' | 'taken' | 'full' | 'revoked';
  replaced: string[];
}

/** How far a device has got by its own word: it has kept all up to `after`. Without `epoch` it means the one it was last told. */
export interface ClaimedCursor {
  epoch: string | undefined;
  after: number;
  lastId: string | undefined;
}

/** What is known of a screen that a frame came from. */
export interface TouchedScreen {
  state: 'shop';
  shop: string;
  /** What its key may do. */
  role: KeyRole;
  epoch: string;
  head: number;
  shopVersion: number;
  autoAccept: boolean;
  /** `lost`: another epoch, below the cut, or another event there. `beyond`: above head. */
  cursor: 'none' | 'kept' | 'beyond' | 'lost';
  /** Last seq of the page whose ack releases the next one. */
  pageSeq: number | undefined;
  /** How far any device of the shop had got before this frame; `undefined` unless this frame got further than all. */
  ackedFrom: number | undefined;
}

/**
 * What is known of a connection that a frame came in on. `unknown`: no row, closed, or no hello yet. `revoked`: the
 * screen's key has been revoked since.
 */
export type Touched = { state: 'unknown' } | { state: 'revoked' } | { state: 'customer' } | TouchedScreen;

/**
 * Which connection stands for whom, until when it is believed to be alive, and how far it has got. PostgreSQL alone keeps
 * it, because binding, touching and placing orders have to see each other's commits.
 */
export interface Subscriptions {
  /** Makes a connection a screen of a shop. */
  bindScreen(screen: { id: string; shop: string; device: string; keyId: string }): Promise<Bound>;
  /**
   * The screens of a shop whose key has been revoked, which nothing is sent to any more. Those that are not told and
   * closed now, `closeStale` finds.
   */
  revokedScreens(shop: string): Promise<string[]>;
  /** Lets a connection follow a shop's menu, and no longer another's. `full` sends nobody away: who is there stays. */
  visitShop(visitor: { id: string; shop: string }): Promise<Bound>;
  /** The connections that follow a shop's menu. */
  visitorsOf(shop: string): Promise<string[]>;
  /** The version of the shop whose menu a connection follows; `undefined` when it follows none. */
  visitedVersion(id: string): Promise<number | undefined>;
  /** Lets a connection follow an order; one that was let in read-only and shows the better token is so no longer. */
  followOrder(follower: { id: string; shop: string; order: string; isReadOnly: boolean }): Promise<Bound>;
  /** A frame came: the connection is alive for another lease, and the device has got as far as `cursor` says. */
  touch(id: string, cursor: ClaimedCursor | undefined): Promise<Touched>;
  /** A snapshot of this epoch is about to be sent: nothing is acknowledged, no page outstanding. */
  startSnapshot(id: string, epoch: string): Promise<void>;
  /** The page that ends with `pageSeq` is about to be sent; `undefined`: nothing is outstanding. */
  setPage(id: string, pageSeq: number | undefined): Promise<void>;
  /** Moves from one page to the next; `false` when somebody else has done it. */
  turnPage(id: string, from: number, to: number | undefined): Promise<boolean>;
  /** The connections of a shop that are to be pushed to. */
  screensOf(shop: string): Promise<string[]>;
  /** The connections that follow an order of a shop, and whether by its read-only link. */
  followersOf(shop: string, order: string): Promise<{ id: string; isReadOnly: boolean }[]>;
  /**
   * The orders a ping of a customer's connection is answered with, as they are now: those that have changed since the last
   * answer, and after `TOLD_AGAIN_SECONDS` the others as well. Keeps that they have been told.
   */
  ordersToTell(id: string): Promise<{ order: JsonText; isReadOnly: boolean }[]>;
  /** The orders a customer's connection follows, as they are now, and whether by a read-only link. */
  followedBy(id: string): Promise<{ id: string; shop: string; order: JsonText; isReadOnly: boolean }[]>;
  /** Whether a customer's connection follows an order, without reading any. */
  followsAny(id: string): Promise<boolean>;
}
