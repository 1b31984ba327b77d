import type { Api } from './api.ts';
import type { Closing } from './dialect.ts';
import type { ClientSocket } from './handshake.ts';
import type { Outbox } from './outbox.ts';

/** An open connection. One small object per client and no function of its own: ten thousand of them are idle. */
export interface Connection {
  readonly id: string;
  readonly api: Api;
  /** What the dialect of the API keeps of it. */
  readonly session: unknown;
  readonly socket: ClientSocket;
  /** Through which its frames go where they are paced. */
  readonly outbox: Outbox | undefined;
  /** Milliseconds of `performance.now()`, as all times of a connection: a clock that cannot be set. */
  readonly openedAt: number;
  /** Given back when the client has gone. */
  readonly address: string;
  /** The address as it is counted. */
  readonly counted: string;
  /** The last frame in either direction. */
  activeAt: number;
  /** The last frame to the client, alive frames included. */
  sentAt: number;
  /** An alive frame has gone to the client. */
  hasShownAlive: boolean;
  hasSpoken: boolean;
  /** Something came in since the last ping. */
  isAlive: boolean;
  /** transport runs for a frame of this connection. */
  isBusy: boolean;
  /** Nothing more is taken from this client. */
  isClosing: boolean;
  /** How it ended; nothing more goes to it or comes from it. */
  closed: Closing | undefined;
  /** Frames behind the one in transport. */
  waiting: (string | Buffer)[] | undefined;
  /** Of the frames that waited since none did. */
  waitingBytes: number;
  tokens: number;
  tokensAt: number;
}

/** Closes the client politely and takes nothing more from it. */
export function closeClient(connection: Connection, code: number, reason: string): void {
  connection.isClosing = true;
  connection.waiting = undefined;
  connection.outbox?.end();
  // The answer to a close frame is read from the socket as well.
  if (connection.socket.isPaused) connection.socket.resume();
  connection.socket.close(code, reason);
}

/** Sends a frame, at once or as its outbox lets it. */
export function sendFrame({ socket, outbox }: Connection, data: string | Buffer): void {
  if (outbox === undefined) socket.send(data);
  else outbox.send(data);
}
