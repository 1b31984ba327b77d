import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

/** Completes the handshake with the subprotocol that was chosen; `undefined` when the client has left meanwhile. */
export type Handshake = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | undefined,
) => WebSocket | undefined;

/** How long a client may take to answer a close frame, milliseconds. */
const CLOSE_TIMEOUT_MS = 5000;

/** What a client may not send, and what it is told then. */
export interface FrameRules {
  /** A larger frame closes the connection with 1009. */
  maxFrameBytes: number;
  /** By close code: what is sent before the connection is closed for a fault of the client's. */
  faultFrames: ReadonlyMap<number, string | undefined>;
}

/** Makes the handshakes of one API. */
export function createHandshake({ maxFrameBytes, faultFrames }: FrameRules): Handshake {
  let chosen: string | undefined;
  const options = {
    noServer: true,
    clientTracking: false,
    // Compression costs each connection some hundred kilobytes.
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    WebSocket: tellingFaults(faultFrames),
    // Known to ws since 8.19, not yet to its types.
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols: () => chosen ?? false,
  };
  const server = new WebSocketServer(options);
  return (request, socket, head, protocol) => {
    let opened: WebSocket | undefined;
    chosen = protocol;
    // Without an asynchronous check ws is done before it returns.
    server.handleUpgrade(request, socket, head, websocket => {
      opened = websocket;
    });
    return opened;
  };
}

/** ws closes by itself who breaks the protocol, by a `close` without a reason: the last moment to say something. */
function tellingFaults(faultFrames: FrameRules['faultFrames']): typeof WebSocket {
  return class extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      const frame = reason === undefined && code !== undefined ? faultFrames.get(code) : undefined;
      if (frame !== undefined && this.readyState === this.OPEN) this.send(frame);
      super.close(code, reason);
    }
  };
}
