import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** An error of the wire for which Node has no response object: the request is broken, or asks for another protocol. */
export interface SocketAnswer {
  status: number;
  code: string;
  message: string;
  requestId: string;
  headers?: Record<string, string>;
}

/** Answers on the connection itself and closes it. */
export function answerOnSocket(socket: Duplex, { status, code, message, requestId, headers }: SocketAnswer): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify({ error: { code, message } });
  const all: Record<string, string | number> = {
    date: new Date().toUTCString(),
    connection: 'close',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'x-request-id': requestId,
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}
