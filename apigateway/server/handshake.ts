import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** Completes the handshake with the subprotocol that was chosen; `undefined` when the client has left meanwhile. */
export type Handshake = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | undefined,
) => WebSocket | undefined;

/** How long a client may take to answer a close frame, milliseconds. */
const CLOSE_TIMEOUT_MS = 5000;

/** Makes the handshakes of one API. A frame above `maxFrameBytes` closes the connection with 1009. */
export function createHandshake(maxFrameBytes: number): Handshake {
  let chosen: string | undefined;
  const options = {
    noServer: true,
    clientTracking: false,
    // Compression costs each connection some hundred kilobytes.
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
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
