import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../../log.ts';
import type { SecurityEvents } from '../../security-events.ts';
import type { AddressRate } from '../address-rate.ts';
import { answerOnSocket } from '../http/answer-on-socket.ts';
import type { HostRule } from '../http/hosts.ts';
import { otherHost, readRequest } from '../http/read-request.ts';
import { type AddressRule, remoteAddressOf } from '../http/remote-address.ts';
import type { RequestTarget } from '../http/request-target.ts';
import type { Api } from './api.ts';
import type { Connections } from './connections.ts';
import type { Admission, HandshakeRefusal, Opening } from './dialect.ts';
import { faultInHandshake } from './handshake.ts';
import { allowsOrigin, type OriginPolicy } from './origin.ts';

/** What decides over a handshake. */
export interface UpgradeOptions extends AddressRule {
  apis: ReadonlyMap<string, Api>;
  connections: Connections;
  /** How often each address may ask. */
  handshakes: AddressRate;
  isServed: HostRule;
  originPolicy: OriginPolicy;
  connectionId(): string;
  /** Whether the gateway is about to stop. */
  isStopping(): boolean;
  securityEvents: SecurityEvents;
  log: Log;
}

/** A client that asks for a WebSocket. */
interface Caller {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  requestId: string;
}

/** One that may ask here: what its request is about, and where it comes from. */
interface Guest extends Caller {
  target: RequestTarget;
  remoteAddress: string;
}

/**
 * A client asks for a WebSocket. What it sees when register refuses is not documented; our gateway answers with an
 * HTTP status and the error of the wire:
 *
 * | status | when |
 * |---|---|
 * | 400 | not a WebSocket handshake of version 13; not a valid request, which may also be 501 or 505 |
 * | 401 | a token is required, and there is no valid one |
 * | 403 | the Origin is not let in; register refused |
 * | 404 | no such path |
 * | 502, 504 | register failed or answered wrongly; did not answer in time |
 * | 429 | too many handshakes of this address. With `retry-after` |
 * | 503 | too many connections of this address; the gateway is stopping. With `retry-after` |
 */
export function createUpgrade(options: UpgradeOptions): (r: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { apis, connections, originPolicy, securityEvents, log } = options;

  async function connect(api: Api, id: string, guest: Guest) {
    const { request, socket, head, requestId, remoteAddress: address, target } = guest;
    const caller = { requestId, request, target, remoteAddress: address };
    const answer = await ask(api, { ...caller, connectionId: id, claims: undefined });
    const session = 'session' in answer ? answer.session : undefined;
    const refusal = 'status' in answer ? answer : options.isStopping() ? stoppingMeanwhile : undefined;
    if (refusal !== undefined) {
      const { status, message, detail = message, mayHaveKept = false } = refusal;
      if (status === 401 || status === 403) securityEvents.tell('handshake_refused');
      log('warn', 'handshake refused', { connectionId: id, requestId, path: api.path, status, message: detail });
      refuse(guest, refusal);
      return connections.ended(id, address, api, session, mayHaveKept);
    }
    socket.removeListener('error', destroy).removeListener('end', destroy);
    const websocket = api.handshake(request, socket, head, 'protocol' in answer ? answer.protocol : undefined);
    if (websocket === undefined) return connections.ended(id, address, api, session, true);
    connections.open(id, address, api, session, websocket);
    log('info', 'connection opened', { connectionId: id, requestId, path: api.path });
  }

  return (request, socket, head) => {
    socket.on('error', destroy);
    // A client that hangs up while register runs has left: the other direction is of no use.
    socket.on('end', destroy);
    const caller: Caller = { request, socket, head, requestId: randomUUID() };
    const { headers } = request;
    const read = readRequest(request, options.isServed);
    if (read === otherHost) securityEvents.tell('host_refused');
    if ('status' in read) return refuse(caller, read);
    const api = apis.get(read.path);
    if (api === undefined) return refuse(caller, noSuchPath);
    const fault = faultInHandshake(request);
    if (fault !== undefined) return refuse(caller, fault);
    const hosts = hostsOf(headers, options);
    if (!hosts.some(host => allowsOrigin(originPolicy, headers.origin, host))) {
      securityEvents.tell('origin_refused');
      // Both, because behind a proxy it is often the host that is another than the page's owner thinks.
      const compared = { origin: headers.origin?.slice(0, MAX_LOGGED), hosts: hosts.join(', ').slice(0, MAX_LOGGED) };
      log('warn', 'origin refused', { requestId: caller.requestId, path: api.path, ...compared });
      return refuse(caller, foreignOrigin);
    }
    if (options.isStopping()) return refuse(caller, stopping);
    const id = options.connectionId();
    const address = remoteAddressOf(request, options);
    if (!options.handshakes.take(address)) {
      securityEvents.tell('handshake_refused');
      return refuse(caller, tooOften);
    }
    if (!connections.begin(id, address, api)) {
      securityEvents.tell('too_many_connections');
      log('warn', 'too many connections', { requestId: caller.requestId, path: api.path });
      return refuse(caller, tooMany);
    }
    void connect(api, id, { ...caller, target: read, remoteAddress: address });
  };
}

/** A stranger chose what stands in these headers; characters. */
const MAX_LOGGED = 300;
const noSuchPath: HandshakeRefusal = { status: 404, code: 'not_found', message: 'there is nothing at this path' };
const foreignOrigin: HandshakeRefusal = { status: 403, code: 'forbidden', message: 'this origin is not let in' };
const stopping: HandshakeRefusal = { status: 503, code: 'unavailable', message: 'the gateway is stopping' };
const stoppingMeanwhile: HandshakeRefusal = { ...stopping, mayHaveKept: true };
const tooOften: HandshakeRefusal = { status: 429, code: 'rate_limited', message: 'too many handshakes: wait' };
const tooMany: HandshakeRefusal = { status: 503, code: 'unavailable', message: 'too many connections' };

/** Checks the client's token, where the API wants one, before any function is called. */
async function ask({ checkToken, dialect }: Api, opening: Opening): Promise<Admission<unknown>> {
  if (checkToken === undefined) return dialect.connect(opening);
  const checked = await checkToken(opening.request);
  return 'status' in checked ? checked : dialect.connect({ ...opening, claims: checked.claims });
}

/**
 * The hosts that the page may have been asked of. Many proxies put the host of the gateway into `Host` and the one that
 * the client named into `x-forwarded-host`; no page can set either.
 */
function hostsOf({ host, ...headers }: IncomingMessage['headers'], { trustedProxies }: AddressRule) {
  if (trustedProxies === 0) return [host];
  return [host, ...String(headers['x-forwarded-host'] ?? '').split(',')].map(each => each?.trim());
}

function refuse({ socket, requestId }: Caller, { status, code, message, headers }: HandshakeRefusal) {
  const patience = status === 503 || status === 429 ? { 'retry-after': '5' } : {};
  answerOnSocket(socket, { status, code, message, requestId, headers: { ...patience, ...headers } });
}

function destroy(this: Duplex) {
  this.destroy();
}
