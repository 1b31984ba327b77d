import { type Connection, closeClient, sendFrame } from './connection.ts';
import type { Closing } from './dialect.ts';

/** How often time limits are looked at, milliseconds: what is due ends at most so much later. */
const SWEEP_MS = 500;

/** What is watched. */
export interface Watched {
  connections: ReadonlyMap<string, Connection>;
  /** Those that have sent nothing yet and have to. */
  silent: ReadonlySet<Connection>;
  pingMs: number;
  /** How long a connection may last; 0 is for ever. */
  lifeMs: number;
}

/**
 * Ends clients that have vanished, say nothing, are idle, or have lasted as long as they may, and shows the others that
 * the link is alive. Two timers serve all connections.
 */
export function startWatch({ connections, silent, pingMs, lifeMs }: Watched): { stop(): void } {
  const pingTimer = setInterval(pingAll, pingMs);
  const sweepTimer = setInterval(sweep, Math.min(SWEEP_MS, pingMs));

  function pingAll() {
    for (const connection of connections.values()) {
      // While transport holds up a client we do not read its pongs either: that is our doing.
      if (connection.socket.isPaused) continue;
      if (connection.isAlive) connection.socket.ping();
      else connection.socket.terminate();
      connection.isAlive = false;
    }
  }

  function sweep() {
    const now = performance.now();
    for (const connection of silent) {
      const { firstFrameMs } = connection.api;
      if (now - connection.openedAt >= firstFrameMs) closeClient(connection, 1008, 'no frame in time');
    }
    for (const connection of connections.values()) {
      const { idleMs, alive, farewells } = connection.api;
      const mostMs = lifeMs === 0 ? connection.api.lifeMs : Math.min(lifeMs, connection.api.lifeMs || lifeMs);
      if (mostMs > 0 && now - connection.openedAt >= mostMs) dismiss(connection, farewells.life);
      if (idleMs > 0 && now - connection.activeAt >= idleMs) dismiss(connection, farewells.idle);
      if (alive !== undefined && now - quietSince(connection) >= alive.everyMs) showAlive(connection, alive.frame, now);
    }
  }

  return {
    stop() {
      clearInterval(pingTimer);
      clearInterval(sweepTimer);
    },
  };
}

function dismiss(connection: Connection, { code, reason }: Closing): void {
  closeClient(connection, code, reason);
}

/** The first alive frame goes whatever else was sent: until a client has met one, it cannot tell what silence means. */
function quietSince({ hasShownAlive, sentAt, openedAt }: Connection): number {
  return hasShownAlive ? sentAt : openedAt;
}

/** Nothing is added to what a client has not read yet: the link is not alive then, or it is busy with other frames. */
function showAlive(connection: Connection, frame: string, now: number): void {
  const { socket, outbox, isClosing } = connection;
  if (isClosing || socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > 0 || (outbox !== undefined && outbox.waitingBytes > 0)) return;
  connection.sentAt = now;
  connection.hasShownAlive = true;
  sendFrame(connection, frame);
}
