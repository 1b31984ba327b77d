import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Where a line is cut. Counted are the bytes on their way to the screen. */
export interface Cut {
  /** `down`: what lies behind is lost. `up`: the next bytes of the screen are; it has received, and nobody learns of it. */
  way: 'down' | 'up';
  afterBytes: number;
}

/** Stands between a screen and the gateway, and cuts the line at chosen bytes. */
export interface CuttingProxy {
  /** `ws://…/pgws`, through here. */
  url: string;
  /** From the next connection on: what becomes of the n-th one, from 0. Without a cut it stays. */
  cutBy(plan: (connection: number) => Cut | undefined): void;
  /** Cuts so far. */
  cuts(): number;
}

/** Starts one, for one screen at a time. It closes when `ending` is aborted. */
export async function startCuttingProxy(webSocketUrl: string, ending: AbortSignal): Promise<CuttingProxy> {
  const gateway = new URL(webSocketUrl);
  const sockets = new Set<Socket>();
  let plan: (connection: number) => Cut | undefined = () => undefined;
  let connections = 0;
  let cuts = 0;

  const server = createServer({ noDelay: true }, client => {
    const upstream = connect({ port: Number(gateway.port), host: gateway.hostname, noDelay: true });
    const both = [client, upstream];
    const cut = plan(connections++);
    let left = cut?.afterBytes ?? Number.POSITIVE_INFINITY;
    const end = () => {
      for (const socket of both) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    const cutNow = () => {
      cuts++;
      client.end(); // what has been written arrives
      upstream.destroy();
    };
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', end);
    }
    upstream.on('data', (chunk: Buffer) => {
      const isLast = cut?.way === 'down' && chunk.length >= left;
      client.write(isLast ? chunk.subarray(0, left) : chunk);
      left -= chunk.length;
      if (isLast) cutNow();
    });
    client.on('data', (chunk: Buffer) => {
      if (cut?.way === 'up' && left <= 0) cutNow();
      else upstream.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.addEventListener('abort', () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}${gateway.pathname}`,
    cutBy(next) {
      plan = next;
      connections = 0;
    },
    cuts: () => cuts,
  };
}
