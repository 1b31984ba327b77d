import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { offeredProtocols } from '../../headers.ts';
import { IncomingFrames, type IncomingRules } from './incoming-frames.ts';

/** Completes the handshake with the subprotocol that was chosen; `undefined` when the client has left meanwhile. */
export type Handshake = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | undefined,
) => ClientSocket | undefined;

/** The WebSocket of a client. */
export interface ClientSocket extends WebSocket {
  /** What has come of a message that is not there in whole. */
  incoming?: IncomingFrames<ClientSocket>;
}

/** How long a client may take to answer a close frame, milliseconds. */
const CLOSE_TIMEOUT_MS = 5000;

/** In so many a message may come at least, however small it has to be. */
const MIN_FRAGMENTS = 1 << 17;

/** How messages are compressed. */
export interface Compression {
  thresholdBytes: number;
  level: number;
  atOnce: number;
}

/** What a client may not send, and what it is told then. */
export interface FrameRules {
  /** A larger message closes the connection with 1009. */
  maxMessageBytes: number;
  /** So does a larger frame, of a message that comes in several; without it no frame is too large by itself. */
  maxFrameBytes?: number | undefined;
  /** Offered to clients that ask for it; a message may have `maxMessageBytes` once it is inflated. */
  compression?: Compression | undefined;
  /** By close code: what is sent before the connection is closed for a fault of the client's. */
  faultFrames: ReadonlyMap<number, string | undefined>;
  /** So many bytes more are held for messages that are not there in whole. */
  onHeld(bytes: number): void;
}

/** Why a request for a WebSocket is refused before anybody is asked. */
export interface HandshakeFault {
  status: 400;
  code: 'invalid_request';
  message: string;
  headers?: Record<string, string>;
}

/** What is wrong with a handshake (RFC 6455, section 4.2.1): what ws would refuse later, and a body. */
export function faultInHandshake({ method, headers }: IncomingMessage): HandshakeFault | undefined {
  if (method !== 'GET') return wrong('a WebSocket is opened with GET');
  if (headers['sec-websocket-version'] !== '13') {
    return { ...wrong('the only version of WebSocket is 13'), headers: { 'sec-websocket-version': '13' } };
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')) return wrong('not a WebSocket handshake');
  const offered = offeredProtocols(headers['sec-websocket-protocol'] ?? '');
  if (!offered.every(each => token.test(each)) || new Set(offered).size < offered.length) {
    return wrong('the subprotocols are not valid');
  }
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody ? wrong('a WebSocket is opened without a body') : undefined;
}

const token = /^[\w!#$%&'*+.^`|~-]+$/;
const wrong = (message: string): HandshakeFault => ({ status: 400, code: 'invalid_request', message });

/** Makes the handshakes of one API. */
export function createHandshake(rules: FrameRules): Handshake {
  const { maxMessageBytes, maxFrameBytes = Number.POSITIVE_INFINITY, compression, faultFrames, onHeld } = rules;
  const incomingRules = { maxBytes: maxFrameBytes, onTooLarge: closeAsTooLarge, onHeld, onFragments: tellFragments };
  let chosen: string | undefined;
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: compression !== undefined && deflateOptions(compression),
    maxPayload: maxMessageBytes,
    // ws stops at 16,384, but RFC 6455 knows no limit: what a message costs until it is whole, `IncomingFrames` counts.
    maxFragments: Math.max(MIN_FRAGMENTS, maxMessageBytes),
    WebSocket: socketThatNamesFaults(faultFrames),
    // Known to ws since 8.19, not yet to its types.
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols: () => chosen ?? false,
  };
  const server = new WebSocketServer(options);
  return (request, socket, head, protocol) => {
    let opened: ClientSocket | undefined;
    chosen = protocol;
    // ws reads neither a list of protocols to upgrade to nor one of subprotocols with empty members.
    request.headers.upgrade = 'websocket';
    if (protocol === undefined) delete request.headers['sec-websocket-protocol'];
    else request.headers['sec-websocket-protocol'] = protocol;
    // Without an asynchronous check ws is done before it returns.
    server.handleUpgrade(request, socket, head, websocket => {
      opened = websocket;
      watchIncoming(websocket, socket, incomingRules);
    });
    return opened;
  };
}

/** No context is kept between messages: it would cost each connection some hundred kilobytes. */
function deflateOptions({ thresholdBytes, level, atOnce }: Compression) {
  return {
    threshold: thresholdBytes,
    concurrencyLimit: atOnce,
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    zlibDeflateOptions: { level },
  };
}

/** Sees each chunk before ws does, so that nothing of a frame that is too large is taken for a message. */
function watchIncoming(websocket: ClientSocket, socket: Duplex, rules: IncomingRules<ClientSocket>) {
  const incoming = new IncomingFrames(websocket, rules);
  websocket.incoming = incoming;
  socket.prependListener('data', (chunk: Buffer) => incoming.read(chunk));
}

function closeAsTooLarge(websocket: ClientSocket) {
  websocket.removeAllListeners('message');
  websocket.close(1009);
}

/** As ws tells of pings: an event, with how many frames that are not the last of their message. */
function tellFragments(websocket: ClientSocket, count: number) {
  websocket.emit('fragments', count);
}

/** ws closes by itself who breaks the protocol, by a `close` without a reason: the last moment to say something. */
function socketThatNamesFaults(faultFrames: FrameRules['faultFrames']): typeof WebSocket {
  return class extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      const frame = reason === undefined && code !== undefined ? faultFrames.get(code) : undefined;
      if (frame !== undefined && this.readyState === this.OPEN) this.send(frame);
      super.close(code, reason);
    }
  };
}
