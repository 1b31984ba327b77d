import type { Socket } from 'node:net';
import type { SecurityEvents } from '../../security-events.ts';

/** What a client has to take in a second of what waits for it, bytes: less than the slowest phone does. */
const LEAST_BYTES_PER_SECOND = 256;

/** How often clients are looked at, milliseconds. */
const SWEEP_MS = 1000;

/** How far a client that something waits for had got, and when. */
interface Mark {
  at: number;
  /** Bytes it had taken. */
  taken: number;
}

/**
 * Cuts clients, over HTTP or a WebSocket, that do not take what is sent to them: those that for `timeoutMs` always had
 * something waiting and took less than 256 bytes a second of it. One timer serves all.
 */
export function watchSlowReaders(
  sockets: ReadonlySet<Socket>,
  { timeoutMs, securityEvents }: { timeoutMs: number; securityEvents: SecurityEvents },
): { stop(): void } {
  const marks = new Map<Socket, Mark>();
  const leastBytes = (timeoutMs / 1000) * LEAST_BYTES_PER_SECOND;

  function sweep() {
    const now = performance.now();
    for (const socket of marks.keys()) if (socket.writableLength === 0 || socket.destroyed) marks.delete(socket);
    for (const socket of sockets) {
      if (socket.writableLength === 0) continue;
      const taken = socket.bytesWritten - socket.writableLength;
      const mark = marks.get(socket);
      if (mark !== undefined && now - mark.at < timeoutMs) continue;
      if (mark === undefined || taken - mark.taken >= leastBytes) {
        marks.set(socket, { at: now, taken });
        continue;
      }
      marks.delete(socket);
      securityEvents.tell('slow_reader');
      socket.destroy();
    }
  }

  const timer = setInterval(sweep, Math.min(SWEEP_MS, timeoutMs / 2));
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
