import type { Operation, Order, ResultFrame } from '../../../functions/domain/frames.ts';
import type { SocketEffect, SocketInput } from '../connect.ts';
import type { Outbox } from '../outbox.ts';
import type { Turn } from '../reducer.ts';
import { newSession, type Session } from '../session.ts';

/** An order and the token that lets its holder follow it. */
export interface FollowedOrder {
  readonly order: string;
  readonly token: string;
}

/** A customer's stream: no log, only the orders themselves, the higher version of each. */
export interface CustomerStream extends Session {
  /** At most 20 (the wire's limit); what is more is not followed. */
  readonly following: readonly FollowedOrder[];
  /** Welcomed on this connection. */
  readonly joined: ReadonlySet<string>;
  /** The server does not let us follow these: a wrong token, or no such order. */
  readonly refused: ReadonlySet<string>;
  /** The order whose hello is out. */
  readonly greeting: string | undefined;
  readonly orders: ReadonlyMap<string, Order>;
  /** By order, the token of its read-only link. */
  readonly shareTokens: ReadonlyMap<string, string>;
  /** Orders that this client has the read-only link of: nothing can be done to them. */
  readonly readOnly: ReadonlySet<string>;
  readonly outbox: Outbox;
}

/** What a customer may do. */
export type CustomerOperation = Extract<Operation, { op: 'cancel' | 'remind' }>;

/** What can happen. `follow` adds an order and connects when there is no reason not to. */
export type CustomerInput =
  | { type: 'follow'; order: string; token: string }
  | SocketInput
  | { type: 'command'; id: string; operation: CustomerOperation };

/** What the caller has to do. `order`: there is news of an order. */
export type CustomerEffect =
  | SocketEffect
  | { type: 'order'; order: Order }
  | { type: 'result'; operation: Operation; result: ResultFrame };

/** One turn of its reducer. */
export type CustomerTurn = Turn<CustomerStream, CustomerEffect>;

/** A stream that follows nothing yet. */
export function newCustomerStream(): CustomerStream {
  return {
    ...newSession,
    following: [],
    joined: new Set(),
    refused: new Set(),
    greeting: undefined,
    orders: new Map(),
    shareTokens: new Map(),
    readOnly: new Set(),
    outbox: [],
  };
}
