import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A free port for something that will be killed and started again on it. Below the range the system takes ports of
 * outgoing connections from: there, a client that keeps trying a dead port may end up connected to itself, and hold it.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const outcome = new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!(await outcome)) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
