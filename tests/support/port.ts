import { once } from 'node:events';
import { createServer } from 'node:net';

/** Each of up to eight workers of jest has ports of its own: what is free is not yet taken by whom it was given to. */
const SHARE = 2_500;
const worker = Number(process.env.JEST_WORKER_ID ?? 0) % 8;
const given = new Set<number>();

/**
 * A free port for something that will be killed and started again on it. Below the range the system takes ports of
 * outgoing connections from: there, a client that keeps trying a dead port may end up connected to itself, and hold it.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = 12_000 + SHARE * worker + Math.floor(Math.random() * SHARE);
    if (given.has(port)) continue;
    const server = createServer();
    const outcome = new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!(await outcome)) continue;
    server.close();
    await once(server, 'close');
    given.add(port);
    return port;
  }
}
