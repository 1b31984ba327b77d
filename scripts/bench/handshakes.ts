import { connect, type Socket } from 'node:net';

/** Idle connections, opened by hand: a client library would cost more than the server that is measured. */
export interface Handshakes {
  /** Opens one and waits for its 101. @throws Error when it is refused */
  open(): Promise<void>;
  /** Cuts all of them, without leaving their ports in TIME_WAIT. */
  cut(): void;
}

/** Makes an empty set of connections to a WebSocket URL. */
export function handshakes(url: string): Handshakes {
  const { hostname, port, host, pathname } = new URL(url);
  const request = [
    `GET ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');
  const sockets: Socket[] = [];
  return {
    open: () =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: hostname, port: Number(port), noDelay: true });
        sockets.push(socket);
        socket.on('error', reject);
        socket.once('data', data => {
          if (data.toString('latin1', 9, 12) === '101') resolve();
          else reject(new Error(`refused: ${data.toString('latin1', 0, 40)}`));
        });
        socket.write(request);
      }),
    cut() {
      for (const socket of sockets.splice(0)) socket.resetAndDestroy();
    },
  };
}
