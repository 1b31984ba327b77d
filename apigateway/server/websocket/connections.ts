import type { RawData } from 'ws';
import type { Log } from '../../log.ts';
import { countedAddress } from '../../network-address.ts';
import type { SecurityEvents } from '../../security-events.ts';
import type { AddressCount } from '../address-count.ts';
import type { Holder, WaitingBudget } from '../waiting-budget.ts';
import type { Api } from './api.ts';
import { type Connection, closeClient } from './connection.ts';
import type { Closing } from './dialect.ts';
import { createFarewells } from './farewells.ts';
import { createFrames } from './frames.ts';
import type { ClientSocket } from './handshake.ts';
import { createOutbox, type OutboundLimit } from './outbox.ts';
import { startWatch } from './watch.ts';

/** The connections of a gateway, from register to cleanup. */
export interface Connections {
  /** A handshake begins; `open` or `ended` follows. `false`: this address has too many, and nothing follows. */
  begin(id: string, address: string, api: Api): boolean;
  /** The handshake is done: from here the connection ends by itself, with cleanup. */
  open(id: string, address: string, api: Api, session: unknown, socket: ClientSocket): void;
  /** The handshake came to nothing. Where a function may have kept something, it is told so. */
  ended(id: string, address: string, api: Api, session: unknown, mustCleanUp: boolean): Promise<void>;
  find(id: string): Connection | 'connecting' | undefined;
  readonly size: number;
  /** What waits in memory for each, and from each. */
  holders(): Iterable<Holder>;
  /** Closes all and waits for their cleanups, `withinMs` at most. */
  close(withinMs: number): Promise<void>;
}

/** What the connections of a gateway have in common. */
export interface ConnectionLimits {
  addresses: AddressCount;
  budget: WaitingBudget;
  securityEvents: SecurityEvents;
  pingMs: number;
  /** How long a connection may last; 0 is for ever. */
  lifeMs: number;
  /** How long a function is told again of an end when it fails; 0 is not at all. */
  cleanupRetryMs: number;
  outbound: OutboundLimit | undefined;
  /** What clients get as close code when the gateway stops. */
  stopCode: number;
  log: Log;
}

const held = Symbol('connection');
interface HeldSocket extends ClientSocket {
  [held]?: Connection;
}

/** Makes the one registry of a gateway. */
export function createConnections(limits: ConnectionLimits): Connections {
  const { addresses, budget, securityEvents, pingMs, lifeMs, outbound, log } = limits;
  const farewells = createFarewells({ forMs: limits.cleanupRetryMs, log });
  const opening = new Set<string>();
  const connections = new Map<string, Connection>();
  /** Those that have sent nothing yet. */
  const silent = new Set<Connection>();
  let unfinished = 0;
  let onEmpty: (() => void) | undefined;
  /** Connections by API, those that are opening among them. */
  const counts = new Map<Api, number>();
  const frames = createFrames({
    log,
    budget,
    securityEvents,
    onIdle: ({ id, api, session, closed }) => closed !== undefined && void finish(id, api, session, closed),
  });

  const watch = startWatch({ connections, silent, pingMs, lifeMs });

  function onMessage(this: HeldSocket, data: RawData, isBinary: boolean) {
    const connection = this[held];
    if (connection === undefined || connection.isClosing) return;
    if (!connection.hasSpoken) {
      connection.hasSpoken = true;
      silent.delete(connection);
    }
    connection.isAlive = true;
    connection.activeAt = performance.now();
    frames.take(connection, data as Buffer, isBinary);
  }

  /** A pong that was asked for costs nothing. */
  function onPong(this: HeldSocket) {
    const connection = this[held];
    if (connection === undefined || connection.isClosing) return;
    if (connection.isAlive) frames.takeControl(connection, performance.now());
    connection.isAlive = true;
  }

  function onPing(this: HeldSocket) {
    const connection = this[held];
    if (connection === undefined || connection.isClosing) return;
    connection.isAlive = true;
    frames.takeControl(connection, performance.now());
  }

  function onFragments(this: HeldSocket, count: number) {
    const connection = this[held];
    if (connection !== undefined && !connection.isClosing) frames.takeFragments(connection, count);
  }

  function onClose(this: HeldSocket, code: number, reason: Buffer) {
    const connection = this[held];
    if (connection === undefined) return;
    connection.closed = { code, reason: reason.toString() };
    connections.delete(connection.id);
    connection.outbox?.end();
    silent.delete(connection);
    release(connection.address, connection.api);
    const { id, api, session, openedAt, isBusy, closed } = connection;
    log('info', 'connection closed', {
      connectionId: id,
      code,
      seconds: Math.round((performance.now() - openedAt) / 1000),
    });
    if (!isBusy) void finish(id, api, session, closed);
  }

  async function finish(id: string, api: Api, session: unknown, closing: Closing) {
    await cleanup(id, api, session, closing);
    done();
  }

  function cleanup(id: string, api: Api, session: unknown, closing: Closing): Promise<void> {
    return farewells.tell(id, () => api.dialect.disconnect(id, session, closing));
  }

  function release(address: string, api: Api) {
    counts.set(api, (counts.get(api) ?? 1) - 1);
    addresses.release(address);
  }

  function done() {
    unfinished -= 1;
    if (unfinished === 0) onEmpty?.();
  }

  return {
    begin(id, address, api) {
      const count = counts.get(api) ?? 0;
      if (api.maxConnections > 0 && count >= api.maxConnections) return false;
      if (!addresses.admit(address)) return false;
      counts.set(api, count + 1);
      opening.add(id);
      unfinished += 1;
      return true;
    },
    open(id, address, api, session, socket: HeldSocket) {
      const now = performance.now();
      const connection: Connection = {
        id,
        api,
        session,
        socket,
        outbox: outbound && createOutbox(socket, outbound),
        openedAt: now,
        address,
        counted: countedAddress(address) ?? '',
        activeAt: now,
        sentAt: now,
        hasShownAlive: false,
        hasSpoken: false,
        isAlive: true,
        isBusy: false,
        isClosing: false,
        closed: undefined,
        waiting: undefined,
        waitingBytes: 0,
        tokens: api.rate?.burst ?? 0,
        tokensAt: now,
      };
      opening.delete(id);
      connections.set(id, connection);
      if (api.firstFrameMs > 0) silent.add(connection);
      socket[held] = connection;
      socket.on('message', onMessage);
      socket.on('ping', onPing);
      socket.on('pong', onPong);
      socket.on('fragments', onFragments);
      socket.on('close', onClose);
      // ws closes the connection itself, with the code of the fault.
      socket.on('error', ignore);
    },
    async ended(id, address, api, session, mustCleanUp) {
      opening.delete(id);
      release(address, api);
      if (mustCleanUp) await cleanup(id, api, session, neverOpened);
      done();
    },
    find: id => connections.get(id) ?? (opening.has(id) ? 'connecting' : undefined),
    *holders() {
      for (const { socket, outbox, waitingBytes } of connections.values()) {
        const fromClient = waitingBytes + (socket.incoming?.heldBytes ?? 0);
        const bytes = fromClient + socket.bufferedAmount + (outbox?.waitingBytes ?? 0);
        if (bytes > 0) yield { bytes, cut: () => socket.terminate() };
      }
    },
    get size() {
      return connections.size;
    },
    async close(withinMs) {
      watch.stop();
      farewells.hurry();
      for (const connection of connections.values())
        closeClient(connection, limits.stopCode, 'the gateway is stopping');
      // The first half of the time is the clients', to answer the close frame, the second that of the cleanups.
      await waitUntilEmpty(withinMs / 2);
      for (const connection of connections.values()) connection.socket.terminate();
      await waitUntilEmpty(withinMs / 2);
    },
  };

  function waitUntilEmpty(withinMs: number): Promise<void> {
    if (unfinished === 0) return Promise.resolve();
    return new Promise(resolve => {
      const timer = setTimeout(resolve, withinMs);
      onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** As a connection that broke. */
const neverOpened: Closing = { code: 1006, reason: '' };

function ignore() {}
