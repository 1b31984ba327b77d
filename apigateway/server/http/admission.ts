import type { Duplex } from 'node:stream';
import type { SecurityEvents } from '../../security-events.ts';
import type { AddressCount } from '../address-count.ts';
import type { Holder } from '../waiting-budget.ts';
import { type Exchange, replyError } from './reply.ts';

/** How much HTTP a gateway serves at a time; 0 is no limit. A request counts until its answer is with the system. */
export interface AdmissionLimits {
  /** Requests of all clients together. */
  inAll: number;
  /** Requests that one connection has sent without having got the answers to those before (pipelining). */
  perConnection: number;
  /** Of each address. */
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
 */
export function createAdmission({ inAll, perConnection, addresses, securityEvents }: AdmissionLimits): Admission {
  const open = new Set<Exchange>();
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

  return {
    admit(exchange) {
      const { request, response, remoteAddress } = exchange;
      const { socket } = request;
      const before = openOf.get(socket) ?? 0;
      if (perConnection > 0 && before >= perConnection) {
        securityEvents.tell('pipelining');
        return refuseConnection(exchange);
      }
      if ((inAll > 0 && open.size >= inAll) || !addresses.admit(remoteAddress)) {
        securityEvents.tell('too_many_requests');
        return refuse(exchange);
      }
      open.add(exchange);
      openOf.set(socket, before + 1);
      response.once('close', () => {
        open.delete(exchange);
        openOf.set(socket, (openOf.get(socket) ?? 1) - 1);
        addresses.release(remoteAddress);
      });
      return true;
    },
    isRefused: socket => refused.has(socket),
    *holders() {
      for (const { request, answerBytes: bytes } of open) yield { bytes, cut: () => request.socket.destroy() };
    },
  };
}
