import type { JsonText, ShopText, StoredEvent } from './ports.ts';

/** A screen that lacks something, claimed for ten seconds. `ackedSeq` is `undefined` while a snapshot is under way. */
export interface Overdue {
  connectionId: string;
  shop: string;
  epoch: string;
  head: number;
  ackedSeq: number | undefined;
}

/** A connection that was closed because nobody else would: the gateway has to be told. */
export interface Stale {
  connectionId: string;
  why: 'unbound' | 'lapsed' | 'revoked';
}

/** An order that reached no device, claimed for ten seconds: its shop is to be called. */
export interface Escalation {
  orderId: string;
  /** The message's id, the same at every try. */
  id: string;
  shop: string;
  tries: number;
  url: string;
  secret: string;
  order: JsonText;
  /** When it was noticed. */
  since: string;
}

/** A shop that is not what its visitors were told last, and who they are. */
export interface VisitorNews {
  visitors: string[];
  /** As `Shops.forVisitors`. */
  text: ShopText;
}

/** What must never be; every number is 0. */
export interface Audit {
  gaps: number;
  headMismatches: number;
  ordersWithoutEvent: number;
  stuckOrders: number;
}

/**
 * What the timer works off. Any number of calls may run at once: what one holds, the others skip. Where there is a limit,
 * shops take turns: what one call may take is shared equally among those that have something due.
 */
export interface Redelivery {
  /**
   * Lets what waits go on where it was when the database's clock has been set. To be called first by every run.
   * @returns by about how many seconds it has been set since the last run; `undefined` when it has not
   */
  settleClock(): Promise<number | undefined>;
  claimOverdue(limit: number): Promise<Overdue[]>;
  /** Claimed screens have been pushed to; sets when each is due again, unless it has acknowledged meanwhile. */
  settleOverdue(screens: readonly Pick<Overdue, 'shop' | 'connectionId'>[]): Promise<void>;
  /** A claimed screen could not be reached from here: whoever can reach it may claim it at once. */
  releaseOverdue(connectionId: string): Promise<void>;
  /** Closes connections that nobody will close. */
  closeStale(limit: number): Promise<Stale[]>;
  /** Opens the shops whose pause is over, and answers which. */
  reopenShops(limit: number): Promise<string[]>;
  /** Expires orders whose time to be accepted is over; those of one shop come in their order. */
  expireOrders(limit: number): Promise<StoredEvent[]>;
  /** Notes orders that reached no device in time, each once. */
  escalate(limit: number): Promise<{ orderId: string; shop: string; hasWebhook: boolean }[]>;
  claimEscalations(limit: number): Promise<Escalation[]>;
  /** The shop was told; or `error` says why not, and it is tried again until it is given up as a dead letter. */
  settleEscalation(of: Pick<Escalation, 'shop' | 'orderId'>, error: string | undefined): Promise<{ isDead: boolean }>;
  /** Claims shops whose settings, menu or being online are not what their visitors were told last. */
  claimVisitorNews(limit: number): Promise<VisitorNews[]>;
  /** Once an hour, whoever comes first: forgets what is past its use. Answers how many events went. */
  cutLogs(): Promise<number>;
  audit(): Promise<Audit>;
}

/** Calls a shop's webhook. Answers what went wrong, in words without secrets; `undefined` when it was taken (2xx). */
export type CallWebhook = (url: string, headers: Record<string, string>, body: string) => Promise<string | undefined>;
