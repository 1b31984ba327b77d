import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerOnSocket } from './answer-on-socket.ts';
import { createAnswerOrder } from './answer-order.ts';
import { refuseBrokenRequest } from './broken-request.ts';
import { asksForWebSocket, ignoreUpgrade } from './ignore-upgrade.ts';
import { replyError } from './reply.ts';

/** What a server does with what comes in. */
export interface Listeners {
  /** Requests that are answered over HTTP, those among them that offer another protocol than WebSocket. */
  request(request: IncomingMessage, response: ServerResponse): void;
  /** Whether nothing more of a connection is answered. */
  isRefused(socket: Duplex): boolean;
  /** Requests for a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Makes the server that clients reach. Whatever Node would refuse by itself is answered with the error of the wire. */
export function createHttpServer(options: ServerOptions, { request, upgrade, isRefused }: Listeners): Server {
  // A missing Host is looked for by `readRequest`.
  const server = createServer({ ...options, requireHostHeader: false }, request);
  // Node would drop what stands beyond 2,000 headers, as what our proxy has added; their size is limited anyway.
  server.maxHeadersCount = 0;
  const { afterEarlier, hasAnswered } = createAnswerOrder(server, isRefused);
  const broken = new WeakSet<Duplex>();
  server.on('upgrade', (incoming, socket, head) => {
    socket.on('error', destroy);
    afterEarlier(socket, () => {
      socket.off('error', destroy);
      if (asksForWebSocket(incoming)) upgrade(incoming, socket, head);
      else ignoreUpgrade(server, incoming, socket, head);
    });
  });
  server.on('connect', (_request, socket) => {
    socket.on('error', destroy);
    afterEarlier(socket, () => answerOnSocket(socket, { ...noProxy, requestId: randomUUID() }));
  });
  server.on('clientError', (error, socket) => {
    // Node goes on reading, and comes with the same error again.
    if (broken.has(socket)) return;
    broken.add(socket);
    // A second answer would be taken for that to the next request.
    if (hasAnswered(socket)) return void socket.end(() => socket.destroy());
    afterEarlier(socket, () => refuseBrokenRequest(error, socket));
  });
  server.on('checkExpectation', (incoming, response) => {
    const exchange = {
      request: incoming,
      response,
      requestId: randomUUID(),
      remoteAddress: '',
      isSecure: false,
      bodyBytes: 0,
      answerBytes: 0,
      path: '',
      search: '',
    };
    const message = 'the only expectation that is met is 100-continue';
    replyError(exchange, 417, 'invalid_request', message, { connection: 'close' });
  });
  return server;
}

const noProxy = { status: 501, code: 'not_implemented', message: 'this server is no proxy' };

function destroy(this: Duplex) {
  this.destroy();
}
