import type { ErrorCode } from '../../functions/domain/refusal.ts';

/** A request whose bytes are sent as they are: `fetch` would mend some of them. */
export interface BadRequest {
  path?: string;
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: Buffer | string;
}

/** What inputs are made with: secrets and ids that exist only once the system runs. */
export interface Scene {
  url: string;
  keys: Record<string, string>;
  /** An order of shop1 that waits, and its token. */
  order: string;
  token: string;
}

/** Who sends a frame: somebody who has said no hello, a screen of shop1, a follower of the order, a reader of the menu. */
export type Sender = 'nobody' | 'screen' | 'customer' | 'visitor';

/** One row of the table: what comes in, and what has to come of it. Nothing is stored of any. */
export type BadInput =
  /** Answered with the status and the code. */
  | {
      name: string;
      request: BadRequest | ((scene: Scene) => BadRequest);
      status: number;
      code: string;
      mayBeCut?: true;
    }
  /** No HTTP at all: the first line of the answer says the status, and the connection is closed. */
  | { name: string; bytes: string | Buffer; status: number }
  /** Refused before it is a connection. */
  | { name: string; handshake: { headers?: Record<string, string>; path?: string }; status: number }
  /** The frames end the connection; before that it is told the code. */
  | { name: string; from: Sender; frame: Frame | ((scene: Scene) => Frame); ends: ErrorCode; closeCode?: number }
  /** A command that gets the code as its result, and the connection goes on. */
  | { name: string; from: Sender; command: object | ((scene: Scene) => object); result: ErrorCode };

/** A frame: JSON, text as it is, or bytes. */
export type Frame = object | string | Buffer;

/** Text that is none of our business: it is kept byte for byte, in an order like any other. */
export interface OddText {
  name: string;
  text: string;
}

/** The table's families by their names. */
export type Families = Readonly<Record<string, readonly BadInput[]>>;
