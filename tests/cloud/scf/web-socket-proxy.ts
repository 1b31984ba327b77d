import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { createFrameMeter } from '../frame-limits.ts';

/** What ends a connection of a web function from the platform's side. */
export interface ProxySettings {
  /** Port of the instance. */
  port: number;
  idleMs: number;
  timeoutMs: number;
  /** What happens beyond the limits of rate and size: the documents do not say. */
  overLimit: 'close' | 'record';
  headers: Record<string, string>;
}

/** How a connection ended: the function's status, the close code, and who closed first. */
export interface ProxyEnd {
  status: number;
  code: number;
  by: 'function' | 'client' | 'platform';
  message: string;
}

/** Close codes that count as a success, whoever closes. */
const regularCodes = new Set([1000, 1010, 1011]);

/**
 * Passes a WebSocket on to an instance, frame by frame, and resolves when it has ended. 200: closed with 1000, 1010 or
 * 1011; 439: the function closed otherwise; 456: the client did; 455: idle; 433: the execution time-out.
 */
export function proxyWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  settings: ProxySettings,
): Promise<ProxyEnd> {
  const { port, headers } = settings;
  const offered = request.headers['sec-websocket-protocol']?.split(/,\s*/) ?? [];
  const backend = new WebSocket(`ws://127.0.0.1:${port}${request.url}`, offered, {
    headers: { ...headersToPass(request), ...headers },
    perMessageDeflate: false,
    autoPong: false,
  });
  return new Promise(resolve => {
    const refused = (message: string) => {
      // As has been seen there: whatever the function answers, a refused handshake is a 500.
      socket.end('HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      resolve({ status: 439, code: 1006, by: 'function', message });
    };
    socket.once('error', () => backend.terminate());
    backend.once('unexpected-response', (_, { statusCode }) => {
      refused(`the handshake was answered with ${statusCode}`);
      backend.terminate();
    });
    backend.on('error', error => refused(error.message));
    backend.once('open', () => {
      backend.removeAllListeners('error');
      const server = new WebSocketServer({
        noServer: true,
        perMessageDeflate: false,
        autoPong: false,
        handleProtocols: () => backend.protocol || false,
      });
      let end: Promise<ProxyEnd> | undefined;
      // Without an asynchronous check ws is done before it returns; it does nothing for a client that has left.
      server.handleUpgrade(request, socket, head, client => {
        end = connect(client, backend, settings);
      });
      if (end === undefined) backend.terminate();
      resolve(end ?? { status: 456, code: 1006, by: 'client', message: 'the client did not wait' });
    });
  });
}

function connect(
  client: WebSocket,
  backend: WebSocket,
  { idleMs, timeoutMs, overLimit }: ProxySettings,
): Promise<ProxyEnd> {
  return new Promise(resolve => {
    let end: ProxyEnd | undefined;
    let idle: NodeJS.Timeout;
    const deadline = setTimeout(() => cut(433, 'the execution time-out'), timeoutMs);

    function finish(found: ProxyEnd) {
      if (end !== undefined) return;
      end = found;
      clearTimeout(idle);
      clearTimeout(deadline);
      resolve(found);
    }
    /** What the client sees of it is not documented: here the connection is just gone. */
    function cut(status: number, message: string) {
      finish({ status, code: 1006, by: 'platform', message });
      client.terminate();
      backend.terminate();
    }
    function isActive() {
      clearTimeout(idle);
      if (end !== undefined) return;
      idle = setTimeout(() => cut(455, 'idle'), idleMs);
    }
    function pass(from: WebSocket, to: WebSocket, by: 'function' | 'client') {
      const meter = createFrameMeter();
      from.on('message', (data: RawData, isBinary: boolean) => {
        isActive();
        const broken = meter((data as Buffer).length, Date.now());
        if (broken !== undefined && overLimit === 'close')
          return cut(by === 'client' ? 456 : 439, `over the limit of ${broken}`);
        to.send(data, { binary: isBinary });
      });
      from.on('ping', data => to.readyState === WebSocket.OPEN && to.ping(data));
      from.on('pong', data => to.readyState === WebSocket.OPEN && to.pong(data));
      from.on('close', (code, reason) => {
        const other = by === 'client' ? 456 : 439;
        finish({ status: regularCodes.has(code) ? 200 : other, code, by, message: reason.toString() });
        closeLike(to, code, reason);
      });
      from.on('error', () => {});
    }
    isActive();
    pass(client, backend, 'client');
    pass(backend, client, 'function');
  });
}

function closeLike(socket: WebSocket, code: number, reason: Buffer): void {
  if (code === 1006) socket.terminate();
  else if (code === 1005) socket.close();
  else socket.close(code, reason);
}

/** All but what belongs to this one hop. */
function headersToPass({ headers }: IncomingMessage): Record<string, string> {
  const own = /^(connection|upgrade|host|sec-websocket-.*)$/;
  const passed = Object.entries(headers).filter(([name]) => !own.test(name));
  return Object.fromEntries(passed.map(([name, value]) => [name, String(value)]));
}
