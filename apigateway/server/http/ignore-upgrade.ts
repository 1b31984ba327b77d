import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { tokensIn } from './list.ts';

/** Whether a request asks for a WebSocket, perhaps among other protocols. HTTP/1.0 cannot (RFC 9110, section 7.8). */
export function asksForWebSocket({ headers, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMinor > 0 && tokensIn(headers.upgrade).includes('websocket');
}

/**
 * Serves a request that offers a protocol we do not speak as if it had not, which RFC 9110, section 7.8, allows: Java's
 * HttpClient offers h2c with the first request of each connection. To Node every such request is an upgrade, so it is
 * written once more without that header, and the connection is handed to the server again.
 */
export function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.unshift(Buffer.concat([headWithoutUpgrade(request), head]));
  server.emit('connection', socket);
}

function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${rawHeaders[at + 1]}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
