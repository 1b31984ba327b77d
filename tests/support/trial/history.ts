import type { Hours, KeyRole, Operation, Shop } from '../../../functions/domain/frames.ts';
import type { OrderRequest } from '../../../functions/domain/place-order.ts';
import type { Tables } from './tables.ts';

/** What a customer's device knows of one order: one line of the history. `at` is milliseconds since 1970. */
export type OrderRecord =
  /** The order was asked for. The key stands in its note too, so that a second order of it can be told. */
  | { type: 'invoke'; at: number; key: string; shop: string; request?: OrderRequest }
  /** Answered 2xx. `body` is a hash of the ORDER as answered. `total` is minor units. */
  | { type: 'ok'; at: number; key: string; status: number; order: string; total: number; body: string }
  /** Answered 4xx for good. */
  | { type: 'fail'; at: number; key: string; status: number; code: string }
  /** One try, whose outcome nobody knows; `status` where there was an answer. */
  | { type: 'unknown'; at: number; key: string; status?: number };

/** What a screen has applied. */
export type ScreenEntry =
  | { type: 'event'; at: number; shop: string; epoch: string; seq: number; id: string; order: string }
  | { type: 'snapshot'; at: number; epoch: string; head: number; orders: string[] };

/** The applied list of one screen. */
export interface ScreenLog {
  name: string;
  shop: string;
  entries: ScreenEntry[];
  /** It was connected at the end, so it has to have come to the head. */
  isLive: boolean;
}

/** Something that a shop asked for, with a key of this role, and what it was answered. */
export interface Deed {
  shop: string;
  role: KeyRole;
  operation: Operation;
  sentAt: number;
  answeredAt: number;
  /** `ok`, or the code of the refusal. */
  outcome: string;
}

/** A screen whose key was revoked meanwhile. */
export interface RevokedScreen {
  log: ScreenLog;
  /** When the revoking was answered. */
  at: number;
  /** Why it has stopped, once everything is healed; `undefined`: it has not. */
  stoppedBy: string | undefined;
}

/** How the shops of a trial sell, and what was changed meanwhile: their menus and terms stay, all else may not. */
export interface Selling {
  /** By id, as they were read at the beginning. */
  shops: ReadonlyMap<string, Shop>;
  deeds: readonly Deed[];
  revoked: readonly RevokedScreen[];
}

/** The hours that a shop was given by a deed. */
export function hoursGiven({ operation, outcome }: Deed): Hours | undefined {
  return operation.op === 'set_hours' && outcome === 'ok' ? operation.hours : undefined;
}

/** Everything that is compared. */
export interface History {
  records: OrderRecord[];
  screens: ScreenLog[];
  /** Read once everything has drained. */
  tables: Tables;
  /** When the last fault was healed. */
  healedAt: number;
  /** I7: how long after that an order may take to a screen. Milliseconds. */
  onScreenWithinMs: number;
  /** The prices each dish has had in the time; without, only sums are checked. */
  prices?: Readonly<Record<string, number[]>>;
  /** For shops that sell by more rules than prices: totals, slots, hours and roles are checked too. */
  selling?: Selling;
}

/** What came of the comparison. Without violations the invariants I1 to I9 held. */
export interface Report {
  orders: number;
  /** Answered 2xx and not stored. */
  lost: number;
  /** More than one order of one key. */
  duplicated: number;
  /** Stored, though refused or never asked for. */
  unexpected: number;
  /** Answered 2xx after a try with an unknown outcome. */
  recovered: number;
  /** Longest time from an order's 2xx to the first screen of its shop. */
  stalestMs: number;
  /** From the healing until the last screen had every order that had been answered by then. */
  catchUpMs: number;
  /** In words, with the invariant's number first. */
  violations: string[];
}

/** Finds what is wrong; each check appends to `report`. */
export type Check = (history: History, report: Report) => void;
