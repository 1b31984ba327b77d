import type {
  Cursor,
  Dish,
  Operation,
  Order,
  OrderEvent,
  ResultFrame,
  ShopKey,
  ShopSettings,
} from '../../../functions/domain/frames.ts';
import type { SocketEffect, SocketInput } from '../connect.ts';
import type { Outbox } from '../outbox.ts';
import type { Turn } from '../reducer.ts';
import { newSession, type Session } from '../session.ts';
import type { Collecting } from './snapshot.ts';

/** Who this screen is: the shop, its key, and the device, a UUID that is kept on the device. */
export interface ShopIdentity {
  readonly shop: string;
  readonly token: string;
  readonly device: string;
}

/** What a caller may keep to resume later. The two only make sense together: the cursor says what the orders contain. */
export interface SavedShopStream {
  readonly cursor: Cursor;
  readonly orders: readonly Order[];
  /** Which of them were placed while the screen was away. */
  readonly away?: readonly string[];
}

/** An event that was applied. `away`: it came from the backlog after an absence. */
export interface AppliedEvent {
  readonly event: OrderEvent;
  readonly away: boolean;
}

/** A shop's stream as its screen holds it. Times are milliseconds of the caller's clock. */
export interface ShopStream extends Session {
  readonly identity: ShopIdentity;
  /** Where this client is in the log; `undefined` until the first snapshot. */
  readonly cursor: Cursor | undefined;
  /**
   * `log`: events are applied. `snapshot`: the server said that the cursor cannot be resumed, or there is none; what is
   * held stays on show until the snapshot is complete.
   */
  readonly mode: 'log' | 'snapshot';
  /** The highest seq or head met, of the epoch it belongs to. */
  readonly seen: { readonly epoch: string; readonly head: number } | undefined;
  /**
   * Live events that overtook the one before them, by number. They wait for it a moment; a ping, whose answer brings them
   * all, lets them go, so that none of another log can be among them.
   */
  readonly early: ReadonlyMap<number, OrderEvent>;
  /** Since when an event has been waited for that others overtook. */
  readonly gapSince: number | undefined;
  /** The welcome's word, which a snapshot in mode `snapshot` has to reach. */
  readonly promised: { readonly epoch: string; readonly head: number } | undefined;
  readonly collecting: Collecting | undefined;
  /** Since when a page or a snapshot is on its way with no sign of it. */
  readonly waitingSince: number | undefined;
  /** Something does not fit the log this client is in (another epoch, another id, a lower head): ask, and ack nothing until told. */
  readonly doubt: boolean;
  /** The next hello goes without a cursor. */
  readonly afresh: boolean;
  /** Highest seq this epoch's acks, pings and commands have carried. */
  readonly acked: number;
  readonly ackBy: number | undefined;
  readonly lastAckAt: number;
  /** Pages asked for of late, as far as time has not paid for them yet, and when that was reckoned. */
  readonly pagesOwed: number;
  readonly pagesPaidAt: number;
  /** The shop version that a hello was already said for. */
  readonly helloForVersion: number;
  /** Up to here the log was written while this screen was away for long. */
  readonly awayUpTo: { readonly epoch: string; readonly head: number } | undefined;
  readonly shop: ShopSettings | undefined;
  /** The key that this screen was opened with; `undefined` before the first welcome, and of a server that does not say. */
  readonly key: ShopKey | undefined;
  /** Every order not yet in a terminal state, and the last of those that are. */
  readonly orders: ReadonlyMap<string, Order>;
  /** Orders that were placed while this screen was away. */
  readonly away: ReadonlySet<string>;
  /** The last events that were applied, the newest last. */
  readonly recent: readonly AppliedEvent[];
  readonly outbox: Outbox;
}

/** What can happen. */
export type ShopInput =
  | SocketInput
  | { type: 'command'; id: string; operation: Operation }
  | { type: 'menu'; version: number; dishes: Dish[] };

/**
 * What the caller has to do.
 *
 * - `applied`: an event was applied; every event is, once and in order
 * - `replaced`: a snapshot took the place of everything
 * - `result`: a command has its final answer
 * - `flooded`: so much is ordered that strangers are asked for a proof
 * - `read-menu`: the shop's frame came without its dishes: read them over HTTP and give them back as `menu`
 */
export type ShopEffect =
  | SocketEffect
  | { type: 'applied'; event: OrderEvent; away: boolean }
  | { type: 'replaced'; orders: readonly Order[] }
  | { type: 'result'; operation: Operation; result: ResultFrame }
  | { type: 'read-menu'; version: number }
  | { type: 'flooded' };

/** One turn of its reducer. */
export type ShopTurn = Turn<ShopStream, ShopEffect>;

/** A stream that has not been connected yet. Give `saved` only as it was saved: cursor and orders of one moment. */
export function newShopStream(identity: ShopIdentity, saved?: SavedShopStream): ShopStream {
  return {
    ...newSession,
    identity,
    cursor: saved?.cursor,
    mode: saved === undefined ? 'snapshot' : 'log',
    seen: undefined,
    early: new Map(),
    gapSince: undefined,
    promised: undefined,
    collecting: undefined,
    waitingSince: undefined,
    doubt: false,
    afresh: false,
    acked: -1,
    ackBy: undefined,
    lastAckAt: Number.NEGATIVE_INFINITY,
    pagesOwed: 0,
    pagesPaidAt: 0,
    helloForVersion: 0,
    awayUpTo: undefined,
    shop: undefined,
    key: undefined,
    orders: new Map(saved?.orders.map(order => [order.id, order])),
    away: new Set(saved?.away),
    recent: [],
    outbox: [],
  };
}

/** What to keep for later, or `undefined` while there is no place in the log to come back to. */
export function savedShopStream(stream: ShopStream): SavedShopStream | undefined {
  if (stream.cursor === undefined || stream.mode === 'snapshot') return undefined;
  return { cursor: stream.cursor, orders: [...stream.orders.values()], away: [...stream.away] };
}
