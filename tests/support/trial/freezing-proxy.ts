import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createLane, type Lane } from './lane.ts';

/** What does not pass a frozen link: what the client sends, what the gateway sends, or both. */
export type Way = 'up' | 'down' | 'both';

/**
 * A link to the gateway that can freeze: nothing passes, a FIN neither, so nobody is told. The connections are taken all
 * the same, as a machine's own network stack or a proxy does.
 */
export interface FreezingProxy {
  port: number;
  /** From now on nothing passes on connections that are open, nor on new ones. */
  freeze(way: Way): void;
  /** It passes again. What was kept arrives now, as TCP sends again what nobody has acknowledged. */
  thaw(): void;
  /** The client has another network: new connections pass, and those that were frozen stay so for good. */
  abandon(): void;
  isFrozen(): boolean;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
  up: Lane;
  down: Lane;
}

/** Starts one on a free port of its own, to a port of this machine. */
export async function startFreezingProxy(gatewayPort: number): Promise<FreezingProxy> {
  const pairs = new Set<Pair>();
  const sockets = new Set<Socket>();
  let frozen: Way | undefined;

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    const server = connect({ port: gatewayPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pair = { client, server, up: lane(client, server), down: lane(server, client) };
    pairs.add(pair);
    for (const socket of [client, server])
      socket.on('close', () => client.destroyed && server.destroyed && pairs.delete(pair));
    if (frozen !== undefined) hold(pair, frozen);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  /** What comes from one socket goes to the other, its end and its reset too. */
  function lane(from: Socket, to: Socket): Lane {
    const lane = createLane(
      chunk => to.write(chunk),
      () => ({ kind: 'pass' }),
    );
    sockets.add(from);
    from.on('data', chunk => lane.push(chunk as Buffer));
    from.on('end', () => lane.finish(() => to.end()));
    from.on('error', () => lane.finish(() => to.destroy()));
    from.on('close', () => sockets.delete(from));
    return lane;
  }

  return {
    port: (listener.address() as AddressInfo).port,
    freeze(way) {
      frozen = way;
      for (const pair of pairs) hold(pair, way);
    },
    thaw() {
      frozen = undefined;
      for (const { up, down } of pairs) {
        up.release();
        down.release();
      }
    },
    abandon() {
      frozen = undefined;
      pairs.clear();
    },
    isFrozen: () => frozen !== undefined,
    async close() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      await once(listener, 'close');
    },
  };
}

function hold({ up, down }: Pair, way: Way): void {
  if (way !== 'down') up.hold();
  if (way !== 'up') down.hold();
}
