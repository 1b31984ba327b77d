import type { IncomingMessage } from 'node:http';
import type { RequestTarget } from '../http/request-target.ts';

/**
 * How the functions of one API are spoken to: the events they get, and what their answers mean. The gateway makes one for
 * each API and knows nothing else of functions. `Session` is what a dialect keeps of a connection between calls.
 */
export interface Dialect<Session = unknown> {
  /** A client asks for a connection. Never rejects: a function that fails refuses it. */
  connect(opening: Opening): Promise<Admission<Session>>;
  /**
   * A frame came in. Resolves when the function is done, with the frame that the client gets for an answer, if any.
   * @throws when the function failed in a way that closes the client
   */
  receive(connectionId: string, session: Session, data: string | Buffer): Promise<string | undefined>;
  /** The connection has ended. @throws when the function that is told so failed: it may be told again */
  disconnect(connectionId: string, session: Session, closing: Closing): Promise<void>;
}

/** A client that asks for a connection, before anybody has let it in. */
export interface Opening {
  connectionId: string;
  /** The caller's address; empty when a proxy does not say it. */
  remoteAddress: string;
  requestId: string;
  request: IncomingMessage;
  /** What the request is about: its path, and its query. */
  target: RequestTarget;
  /** What the token of the client says, where the API asks for one. */
  claims: Readonly<Record<string, unknown>> | undefined;
}

/** Lets a client in, or not. */
export type Admission<Session> = Acceptance<Session> | HandshakeRefusal;

/** The client is let in, with the subprotocol that its function chose. */
export interface Acceptance<Session> {
  protocol: string | undefined;
  session: Session;
}

/** Why a handshake is refused: status and code for the client, who learns no more than `message`. */
export interface HandshakeRefusal {
  status: number;
  code: string;
  message: string;
  headers?: Record<string, string>;
  /** For the log alone. */
  detail?: string;
  /** A function ran, and may have kept something of the client: it has to be told that nothing came of it. */
  mayHaveKept?: boolean;
}

/** How a connection ended: close code and reason, 1006 when it broke. */
export interface Closing {
  code: number;
  reason: string;
}
