import { createServer, type Server } from 'node:net';

/** A port that is free at this moment, for what must be known to others before anybody listens there. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** A port that nobody else can take until it is let go. */
export interface HeldPort {
  port: number;
  /** Right before somebody of ours listens there. */
  release(): Promise<void>;
}

/**
 * Takes a port, 0 for any, for what listens there only later: connections that go out meanwhile could get a port that is
 * merely free. @throws Error with the code EADDRINUSE when somebody has it
 */
export async function holdPort(host: string, port: number): Promise<HeldPort> {
  const server = await listen(host, port);
  server.on('connection', socket => socket.destroy());
  return { port: portOf(server), release: () => close(server) };
}

/** As `freePort`, several, no two of which are the same: all are held until the last has been found. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen('127.0.0.1', 0)));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return ports;
}

function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
