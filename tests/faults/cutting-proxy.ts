import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a screen and the gateway, and cuts the line at a chosen byte. */
export interface CuttingProxy {
  /** `ws://…/pgws`, through here. */
  url: string;
  /** After so many more bytes on their way to the screen, the line is cut; what lies behind is lost. */
  cutDown(afterBytes: number): void;
  /** The next bytes of the screen are lost, and the line is cut: it has received, and nobody learns of it. */
  cutUp(): void;
  /** Cuts so far. */
  cuts(): number;
}

/** Starts one, for one screen at a time. It closes when `ending` is aborted. */
export async function startCuttingProxy(webSocketUrl: string, ending: AbortSignal): Promise<CuttingProxy> {
  const gateway = new URL(webSocketUrl);
  const sockets = new Set<Socket>();
  let downLeft = Number.POSITIVE_INFINITY;
  let isUpCut = false;
  let cuts = 0;

  const server = createServer({ noDelay: true }, client => {
    const upstream = connect({ port: Number(gateway.port), host: gateway.hostname, noDelay: true });
    const both = [client, upstream];
    const end = () => {
      for (const socket of both) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    const cut = () => {
      cuts++;
      downLeft = Number.POSITIVE_INFINITY;
      isUpCut = false;
      client.end(); // what has been written arrives
      upstream.destroy();
    };
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', end);
    }
    upstream.on('data', (chunk: Buffer) => {
      const passed = chunk.subarray(0, Math.min(chunk.length, downLeft));
      downLeft -= chunk.length;
      client.write(passed);
      if (downLeft <= 0) cut();
    });
    client.on('data', (chunk: Buffer) => {
      if (isUpCut) cut();
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
    cutDown(afterBytes) {
      downLeft = afterBytes;
    },
    cutUp() {
      isUpCut = true;
    },
    cuts: () => cuts,
  };
}
