import { randomUUID } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import { closingEvent } from '../tencent/websocket-events.ts';
import { createAddressLimit } from './address-limit.ts';
import type { Api } from './api.ts';
import { type Connection, closeClient } from './connection.ts';
import { createFrames } from './frames.ts';
import { type Log, messageOf } from './log.ts';
import { createOutbox, type OutboundLimit } from './outbox.ts';
import { startWatch } from './watch.ts';

/** The connections of a gateway, from register to cleanup. */
export interface Connections {
  /** A handshake begins; `open` or `ended` follows. `false`: this address has too many, and nothing follows. */
  begin(id: string, address: string): boolean;
  /** The handshake is done: from here the connection ends by itself, with cleanup. */
  open(id: string, address: string, api: Api, socket: WebSocket): void;
  /** The handshake came to nothing. With an `api`, register may have kept something: cleanup is called. */
  ended(id: string, address: string, api?: Api): Promise<void>;
  find(id: string): Connection | 'connecting' | undefined;
  readonly size: number;
  /** Closes all and waits for their cleanups, `withinMs` at most. */
  close(withinMs: number): Promise<void>;
}

/** What the connections of a gateway have in common. */
export interface ConnectionLimits {
  /** 0 is no limit. */
  perAddress: number;
  pingMs: number;
  /** How long a connection may last; 0 is for ever. */
  lifeMs: number;
  outbound: OutboundLimit | undefined;
  /** What clients get as close code when the gateway stops. */
  stopCode: number;
  log: Log;
}

const held = Symbol('connection');
interface HeldSocket extends WebSocket {
  [held]?: Connection;
}

/** Makes the one registry of a gateway. */
export function createConnections(limits: ConnectionLimits): Connections {
  const { perAddress, pingMs, lifeMs, outbound, log } = limits;
  const opening = new Set<string>();
  const connections = new Map<string, Connection>();
  /** Those that have sent nothing yet. */
  const silent = new Set<Connection>();
  const addresses = createAddressLimit(perAddress);
  let unfinished = 0;
  let onDrained: (() => void) | undefined;
  const frames = createFrames({ log, onIdle: connection => connection.isClosed && void finish(connection) });

  const watch = startWatch({ connections, silent, pingMs, lifeMs });

  function onMessage(this: HeldSocket, data: RawData, isBinary: boolean) {
    const connection = this[held];
    if (connection === undefined || connection.isClosing) return;
    if (!connection.hasSpoken) {
      connection.hasSpoken = true;
      silent.delete(connection);
    }
    connection.isAlive = true;
    connection.activeAt = Date.now();
    frames.take(connection, data as Buffer, isBinary);
  }

  function onPong(this: HeldSocket) {
    if (this[held] !== undefined) this[held].isAlive = true;
  }

  function onClose(this: HeldSocket, code: number) {
    const connection = this[held];
    if (connection === undefined) return;
    connection.isClosed = true;
    connections.delete(connection.id);
    connection.outbox?.end();
    silent.delete(connection);
    addresses.release(connection.address);
    const { id, openedAt, isBusy } = connection;
    log('info', 'connection closed', { connectionId: id, code, seconds: Math.round((Date.now() - openedAt) / 1000) });
    if (!isBusy) void finish(connection);
  }

  async function finish({ id, api }: Connection) {
    await cleanup(id, api);
    done();
  }

  async function cleanup(id: string, api: Api) {
    try {
      await api.cleanup.call(closingEvent(id), randomUUID());
    } catch (error) {
      log('error', 'cleanup failed', { connectionId: id, message: messageOf(error) });
    }
  }

  function done() {
    unfinished -= 1;
    if (unfinished === 0) onDrained?.();
  }

  return {
    begin(id, address) {
      if (!addresses.admit(address)) return false;
      opening.add(id);
      unfinished += 1;
      return true;
    },
    open(id, address, api, socket: HeldSocket) {
      const now = Date.now();
      const connection: Connection = {
        id,
        api,
        socket,
        outbox: outbound && createOutbox(socket, outbound),
        openedAt: now,
        address,
        activeAt: now,
        hasSpoken: false,
        isAlive: true,
        isBusy: false,
        isClosing: false,
        isClosed: false,
        waiting: undefined,
        tokens: api.rate?.burst ?? 0,
        tokensAt: now,
      };
      opening.delete(id);
      connections.set(id, connection);
      if (api.firstFrameMs > 0) silent.add(connection);
      socket[held] = connection;
      socket.on('message', onMessage);
      socket.on('pong', onPong);
      socket.on('close', onClose);
      // ws closes the connection itself, with the code of the fault.
      socket.on('error', ignore);
    },
    async ended(id, address, api) {
      opening.delete(id);
      addresses.release(address);
      if (api !== undefined) await cleanup(id, api);
      done();
    },
    find: id => connections.get(id) ?? (opening.has(id) ? 'connecting' : undefined),
    get size() {
      return connections.size;
    },
    async close(withinMs) {
      watch.stop();
      for (const connection of connections.values())
        closeClient(connection, limits.stopCode, 'the gateway is stopping');
      // The first half of the time is the clients', to answer the close frame, the second that of the cleanups.
      await drained(withinMs / 2);
      for (const connection of connections.values()) connection.socket.terminate();
      await drained(withinMs / 2);
    },
  };

  function drained(withinMs: number): Promise<void> {
    if (unfinished === 0) return Promise.resolve();
    return new Promise(resolve => {
      const timer = setTimeout(resolve, withinMs);
      onDrained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function ignore() {}
