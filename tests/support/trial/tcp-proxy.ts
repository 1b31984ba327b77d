import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createLane, type Lane, type Weather } from './lane.ts';
import { readStatements } from './statements.ts';

/**
 * Where a trap closes on a statement.
 *
 * - `before`: it is held, the server has not seen it
 * - `sent`: the server has it; what it answers is held
 * - `answered`: the server has answered, so it has committed; the answer is held
 */
export type StatementPoint = 'before' | 'sent' | 'answered';

/** A statement that a trap has caught. */
export interface Trapped {
  /** Lets go what is held. */
  release(): void;
}

/** Stands between functions and PostgreSQL. */
export interface TcpProxy {
  port: number;
  /** Leads new connections to another port from now on. */
  leadTo(serverPort: number): void;
  /** Connections so far. */
  accepted(): number;
  /** From now on, for connections that are open and for new ones. `refuse` is for new ones. */
  weather(weather: Weather): void;
  /** Breaks every connection that is open. */
  cut(): void;
  /** Catches the next statement that contains the text, once. */
  trap(statement: string, at: StatementPoint): Promise<Trapped>;
  /** Good weather; traps and what they hold are let go; connections of which only one end is left are broken. */
  heal(): void;
  close(): Promise<void>;
}

interface Trap {
  statement: string;
  at: StatementPoint;
  spring: (trapped: Trapped) => void;
}

/** One connection and the proxy's own to the server. */
interface Pair {
  client: Socket;
  server: Socket;
  up: Lane;
  down: Lane;
}

/** Starts a proxy on a free port of its own, to a port of this machine. */
export async function startTcpProxy(firstPort: number): Promise<TcpProxy> {
  let serverPort = firstPort;
  const pairs = new Set<Pair>();
  let traps: Trap[] = [];
  let weather: Weather = { kind: 'pass' };
  let accepted = 0;

  const listener = createServer({ noDelay: true }, client => {
    accepted++;
    if (weather.kind === 'refuse') {
      client.on('error', () => {});
      client.destroy();
    } else pairs.add(openPair(client));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  function openPair(client: Socket): Pair {
    const server = connect({ port: serverPort, host: '127.0.0.1', noDelay: true });
    const now = () => weather;
    const up = createLane(chunk => server.write(chunk), now);
    const down = createLane(chunk => client.write(chunk), now);
    const pair = { client, server, up, down };
    const statementsOf = readStatements();
    let onAnswer: (() => void) | undefined;

    client.on('data', (chunk: Buffer) => {
      const texts = statementsOf(chunk);
      const trap = traps.find(({ statement }) => texts.some(text => text.includes(statement)));
      if (trap === undefined) return up.push(chunk);
      traps = traps.filter(other => other !== trap);
      const held = trap.at === 'before' ? up : down;
      held.hold();
      up.push(chunk);
      const spring = () => trap.spring({ release: () => held.release() });
      if (trap.at === 'answered') onAnswer = spring;
      else spring();
    });
    server.on('data', (chunk: Buffer) => {
      down.push(chunk);
      if (onAnswer === undefined || !endsReady(chunk)) return;
      onAnswer();
      onAnswer = undefined;
    });
    client.on('end', () => up.finish(() => server.end()));
    server.on('end', () => down.finish(() => client.end()));
    client.on('error', () => {});
    server.on('error', () => {});
    client.on('close', () => {
      if (weather.kind === 'half-open') return; // nobody tells the server
      up.end();
      server.end();
      pairs.delete(pair);
    });
    server.on('close', () => {
      if (weather.kind !== 'half-open') down.finish(() => client.destroy());
    });
    return pair;
  }

  function cut(): void {
    for (const { client, server, up, down } of pairs) {
      up.end();
      down.end();
      client.destroy();
      server.destroy();
    }
    pairs.clear();
  }

  return {
    port: (listener.address() as AddressInfo).port,
    leadTo(next) {
      serverPort = next;
    },
    accepted: () => accepted,
    weather(next) {
      weather = next;
    },
    cut,
    trap: (statement, at) => new Promise(spring => traps.push({ statement, at, spring })),
    heal() {
      weather = { kind: 'pass' };
      traps = [];
      for (const pair of pairs) {
        const { client, server, up, down } = pair;
        up.release();
        down.release();
        if (server.destroyed) client.destroy();
        if (!client.destroyed) continue;
        server.destroy();
        pairs.delete(pair);
      }
    },
    async close() {
      listener.close();
      cut();
      await once(listener, 'close');
    },
  };
}

/** PostgreSQL's ReadyForQuery: `Z`, the length 5, one byte of state. It comes last, once a statement is committed. */
function endsReady(chunk: Buffer): boolean {
  return chunk.length >= 6 && chunk[chunk.length - 6] === 0x5a && chunk.readUInt32BE(chunk.length - 5) === 5;
}
