import type { ClientFrame, Operation, Order, ResultFrame, ServerFrame } from '../../functions/domain/frames.ts';
import { type Link, newLink } from './link.ts';
import type { Moment } from './moment.ts';
import type { Outbox } from './outbox.ts';

/** An order and the token that lets its holder follow it. */
export interface FollowedOrder {
  readonly order: string;
  readonly token: string;
}

/** A customer's stream: no log, only the orders themselves, the higher version of each. */
export interface CustomerStream {
  readonly link: Link;
  /** At most 20 (the wire's limit); what is more is not followed. */
  readonly following: readonly FollowedOrder[];
  /** Welcomed on this connection. */
  readonly joined: ReadonlySet<string>;
  /** The server does not let us follow these: a wrong token, or no such order. */
  readonly refused: ReadonlySet<string>;
  /** The order whose hello is out. */
  readonly greeting: string | undefined;
  readonly repeatHelloAt: number | undefined;
  readonly pingMs: number;
  readonly pingAt: number;
  readonly lastPingAt: number;
  readonly pongBy: number | undefined;
  readonly orders: ReadonlyMap<string, Order>;
  readonly outbox: Outbox;
}

/** What a customer may do. */
export type CustomerOperation = Extract<Operation, { op: 'cancel' | 'remind' }>;

/** What can happen; see the shop's stream. `follow` adds an order and connects when there is no reason not to. */
export type CustomerInput =
  | { type: 'follow'; order: string; token: string }
  | { type: 'connect' }
  | { type: 'leave' }
  | { type: 'opened' }
  | { type: 'closed'; code?: number | undefined }
  | { type: 'wake' }
  | { type: 'tick' }
  | { type: 'frame'; frame: ServerFrame }
  | { type: 'command'; id: string; operation: CustomerOperation };

/** What the caller has to do; see the shop's stream. `order`: there is news of an order. */
export type CustomerEffect =
  | { type: 'connect' }
  | { type: 'close' }
  | { type: 'send'; frame: ClientFrame }
  | { type: 'order'; order: Order }
  | { type: 'result'; operation: Operation; result: ResultFrame };

/** One turn of the reducer: a private copy of the state, written to, and the effects so far. */
export interface CustomerTurn {
  readonly draft: { -readonly [K in keyof CustomerStream]: CustomerStream[K] };
  readonly effects: CustomerEffect[];
  readonly moment: Moment;
}

/** A stream that follows nothing yet. */
export function newCustomerStream(): CustomerStream {
  return {
    link: newLink,
    following: [],
    joined: new Set(),
    refused: new Set(),
    greeting: undefined,
    repeatHelloAt: undefined,
    pingMs: 240_000,
    pingAt: 0,
    lastPingAt: Number.NEGATIVE_INFINITY,
    pongBy: undefined,
    orders: new Map(),
    outbox: [],
  };
}
