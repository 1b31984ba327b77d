import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { verdictOf } from '../tencent/register-answer.ts';
import { connectingEvent } from '../tencent/websocket-events.ts';
import type { Api } from './api.ts';
import type { Connections } from './connections.ts';
import { type Log, messageOf } from './log.ts';
import { allowsOrigin, type OriginPolicy } from './origin.ts';
import { type AddressRule, remoteAddressOf } from './remote-address.ts';
import { TargetError } from './target-error.ts';

/** What decides over a handshake. */
export interface UpgradeOptions extends AddressRule {
  apis: ReadonlyMap<string, Api>;
  connections: Connections;
  originPolicy: OriginPolicy;
  connectionId(): string;
  /** Whether the gateway is about to stop. */
  isStopping(): boolean;
  log: Log;
}

/** A client that asks for a WebSocket. */
interface Caller {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  requestId: string;
}

/** Why a handshake is refused: status and code for the client, who learns no more than `message`. */
interface HandshakeRefusal {
  status: 400 | 403 | 404 | 502 | 503 | 504;
  code: string;
  message: string;
  /** For the log alone. */
  detail?: string;
}

/**
 * A client asks for a WebSocket. What it sees when register refuses is not documented; our gateway answers with an
 * HTTP status and the error of the wire:
 *
 * | status | when |
 * |---|---|
 * | 400 | not a WebSocket handshake of version 13 |
 * | 403 | the Origin is not let in; register refused |
 * | 404 | no such path |
 * | 502, 504 | register failed or answered wrongly; did not answer in time |
 * | 503 | too many connections of this address; the gateway is stopping. With `retry-after` |
 */
export function createUpgrade(options: UpgradeOptions): (r: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { apis, connections, originPolicy, log } = options;

  async function connect(api: Api, id: string, address: string, caller: Caller) {
    const { request, socket, head, requestId } = caller;
    const answer = await askRegister(api, id, address, caller);
    const refusal = 'status' in answer ? answer : options.isStopping() ? stopping : undefined;
    if (refusal !== undefined) {
      const { status, message, detail = message } = refusal;
      log('warn', 'handshake refused', { connectionId: id, requestId, path: api.path, status, message: detail });
      refuse(caller, refusal);
      // register has dealt with what it refused; in any other case it may have kept something.
      return connections.ended(id, address, status === 403 ? undefined : api);
    }
    socket.removeListener('error', destroy).removeListener('end', destroy);
    const websocket = api.handshake(request, socket, head, 'protocol' in answer ? answer.protocol : undefined);
    if (websocket === undefined) return connections.ended(id, address, api);
    connections.open(id, address, api, websocket);
    log('info', 'connection opened', { connectionId: id, requestId, path: api.path });
  }

  return (request, socket, head) => {
    socket.on('error', destroy);
    // A client that hangs up while register runs has left: the other direction is of no use.
    socket.on('end', destroy);
    const caller: Caller = { request, socket, head, requestId: randomUUID() };
    const { url = '/', headers } = request;
    const api = apis.get(url.split('?', 1)[0] ?? '');
    if (api === undefined) return refuse(caller, noSuchPath);
    if (!isHandshake(request)) return refuse(caller, noHandshake);
    if (!allowsOrigin(originPolicy, headers.origin, headers.host)) {
      log('warn', 'origin refused', { requestId: caller.requestId, path: api.path });
      return refuse(caller, foreignOrigin);
    }
    if (options.isStopping()) return refuse(caller, stopping);
    const id = options.connectionId();
    const address = remoteAddressOf(request, options);
    if (!connections.begin(id, address)) {
      log('warn', 'too many connections', { requestId: caller.requestId, path: api.path });
      return refuse(caller, tooMany);
    }
    void connect(api, id, address, caller);
  };
}

const noSuchPath: HandshakeRefusal = { status: 404, code: 'not_found', message: 'there is nothing at this path' };
const noHandshake: HandshakeRefusal = { status: 400, code: 'invalid_request', message: 'not a WebSocket handshake' };
const foreignOrigin: HandshakeRefusal = { status: 403, code: 'forbidden', message: 'this origin is not let in' };
const stopping: HandshakeRefusal = { status: 503, code: 'unavailable', message: 'the gateway is stopping' };
const tooMany: HandshakeRefusal = { status: 503, code: 'unavailable', message: 'too many connections' };

async function askRegister(
  api: Api,
  connectionId: string,
  remoteAddress: string,
  { request: { headers }, requestId }: Caller,
): Promise<HandshakeRefusal | { protocol: string | undefined }> {
  const protocols = headers['sec-websocket-protocol'];
  const event = connectingEvent({
    connectionId,
    remoteAddress,
    requestId,
    serviceName: api.apiId,
    path: api.path,
    stage: 'release',
    protocols,
    extensions: headers['sec-websocket-extensions'],
  });
  try {
    const verdict = verdictOf(await api.register.call(event, requestId), connectionId, protocols);
    if (verdict.accepted) return verdict;
    const { reason, message: detail } = verdict;
    if (reason === 'invalid') return { ...registerFailed, detail };
    return { status: 403, code: 'forbidden', message: 'register refused the connection', detail };
  } catch (error) {
    const isLate = error instanceof TargetError && error.reason === 'timeout';
    return { ...(isLate ? registerIsLate : registerFailed), detail: messageOf(error) };
  }
}

const registerFailed: HandshakeRefusal = { status: 502, code: 'unavailable', message: 'register failed' };
const registerIsLate: HandshakeRefusal = { status: 504, code: 'unavailable', message: 'register took too long' };

/** What ws would refuse later is refused before register is asked. */
function isHandshake({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')
  );
}

function refuse({ socket, requestId }: Caller, { status, code, message }: HandshakeRefusal) {
  const body = JSON.stringify({ error: { code, message } });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    `x-request-id: ${requestId}`,
    ...(status === 503 ? ['retry-after: 5'] : []),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function destroy(this: Duplex) {
  this.destroy();
}
