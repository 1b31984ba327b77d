import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Keeps what is written on a connection besides Node's own answers in the order of the requests. */
export interface AnswerOrder {
  /** Runs `next` when the answers to all complete requests are out; never when the connection ends before. */
  afterEarlier(socket: Duplex, next: () => void): void;
  /** Whether the request that is being read has been answered already, as one whose body is too large. */
  hasAnswered(socket: Duplex): boolean;
}

interface Pair {
  request: IncomingMessage;
  response: ServerResponse;
}

/** Follows the answers of a server, but for connections of which nothing more is answered. */
export function createAnswerOrder(server: Server, isRefused: (socket: Duplex) => boolean): AnswerOrder {
  /** By connection, the requests whose answers are not out, and the last one. */
  const open = new WeakMap<Duplex, Set<Pair>>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isRefused(request.socket) && !response.headersSent) return;
    const pairs = open.get(request.socket) ?? new Set();
    const pair = { request, response };
    open.set(request.socket, pairs.add(pair));
    const forget = () => pairs.delete(pair);
    // One that is answered before it has come in whole counts until it has.
    response.once('close', () => (request.complete ? forget() : request.once('end', forget)));
  });
  const pairsOf = (socket: Duplex) => [...(open.get(socket) ?? [])];

  function afterEarlier(socket: Duplex, next: () => void): void {
    if (socket.destroyed) return;
    const earlier = pairsOf(socket).find(({ request, response }) => request.complete && !response.closed);
    if (earlier === undefined) next();
    else earlier.response.once('close', () => afterEarlier(socket, next));
  }

  return {
    afterEarlier,
    hasAnswered: socket => pairsOf(socket).some(({ request, response }) => !request.complete && response.headersSent),
  };
}
