import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SecurityEvents } from '../../security-events.ts';
import type { AddressCount } from '../address-count.ts';
import type { Holder } from '../waiting-budget.ts';
import { type Exchange, replyError } from './reply.ts';

/** How much HTTP a gateway serves at a time; 0 is no limit. */
export interface AdmissionLimits {
  /**
   * Requests of all clients together that are there in whole and not answered, and as many again whose bodies are still
   * coming. What waits for clients that do not read counts in bytes.
   */
  inAll: number;
  /** Requests that one connection has sent without having got the answers to those before (pipelining). */
  perConnection: number;
  /** Of each address, until its client has the answer. */
  addresses: AddressCount;
  securityEvents: SecurityEvents;
}

/** Lets requests in, or answers that there are too many. */
export interface Admission {
  /** `false`: the request is dealt with, by a 503 or by the end of its connection. */
  admit(exchange: Exchange): boolean;
  /** Whether a connection had too many requests: what still comes of it is not looked at. */
  isRefused(socket: Duplex): boolean;
  /** The answers that are not out yet. */
  holders(): Iterable<Holder>;
}

function ignore() {}

/**
 * Makes the rule. Of a connection with too many requests nothing more is read: what it had sent before is answered, and
 * the next answer is a 503 that closes it. Browsers and proxies send one request after another, so nobody honest is met.
 * Where too many bodies are on their way, the one that has taken longest is cut off, and not whoever comes next: a body
 * that is sent is there within moments.
 */
export function createAdmission({ inAll, perConnection, addresses, securityEvents }: AdmissionLimits): Admission {
  /** Those that are there in whole and not answered. */
  const whole = new Set<Exchange>();
  /** Those whose bodies are still coming, the oldest first. */
  const coming = new Set<Exchange>();
  /** Those whose answers are not out. */
  const answered = new Set<Exchange>();
  /** By connection, the requests whose answers are not out. */
  const openOf = new WeakMap<Duplex, number>();
  const refused = new WeakSet<Duplex>();

  function refuse(exchange: Exchange): false {
    replyError(exchange, 503, 'unavailable', 'too many requests at a time', { 'retry-after': '1' });
    return false;
  }

  function refuseConnection(exchange: Exchange): false {
    const { socket } = exchange.request;
    refused.add(socket);
    // Node's parser reads the connection past its stream, and a pause with it, until somebody listens to that.
    socket.on('readable', ignore);
    exchange.response.setHeader('connection', 'close');
    return refuse(exchange);
  }

  function leave(exchange: Exchange) {
    whole.delete(exchange);
    coming.delete(exchange);
  }

  function waitForBody(exchange: Exchange) {
    const [oldest] = coming;
    if (inAll > 0 && coming.size >= inAll && oldest !== undefined) {
      securityEvents.tell('too_many_requests');
      oldest.request.socket.destroy();
      coming.delete(oldest);
    }
    coming.add(exchange);
    exchange.request.once('end', () => {
      if (coming.delete(exchange)) whole.add(exchange);
    });
  }

  return {
    admit(exchange) {
      const { request, response, remoteAddress } = exchange;
      const { socket } = request;
      const before = openOf.get(socket) ?? 0;
      if (perConnection > 0 && before >= perConnection) {
        securityEvents.tell('pipelining');
        return refuseConnection(exchange);
      }
      if ((inAll > 0 && whole.size >= inAll && !isAboutUs(exchange)) || !addresses.admit(remoteAddress)) {
        securityEvents.tell('too_many_requests');
        return refuse(exchange);
      }
      if (hasBody(request)) waitForBody(exchange);
      else whole.add(exchange);
      exchange.onAnswer = () => {
        leave(exchange);
        answered.add(exchange);
      };
      openOf.set(socket, before + 1);
      response.once('close', () => {
        leave(exchange);
        answered.delete(exchange);
        openOf.set(socket, (openOf.get(socket) ?? 1) - 1);
        addresses.release(remoteAddress);
      });
      return true;
    },
    isRefused: socket => refused.has(socket),
    *holders() {
      for (const exchanges of [whole, coming, answered]) {
        for (const { request, bodyBytes, answerBytes } of exchanges) {
          yield { bytes: bodyBytes + answerBytes, cut: () => request.socket.destroy() };
        }
      }
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Whoever asks how we are is answered whatever goes on: an instance that is only busy is not to be started anew. */
export function isAboutUs({ path }: Exchange): boolean {
  return path === '/healthz' || path === '/readyz';
}
