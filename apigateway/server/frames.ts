import { randomUUID } from 'node:crypto';
import { dataSendEvent } from '../tencent/websocket-events.ts';
import { type Connection, closeClient } from './connection.ts';
import { type Log, messageOf } from './log.ts';

/** Frames of one client that may wait for transport before its socket is left unread. */
const MAX_WAITING = 32;

/** Brings the frames of each connection to transport, one after another. */
export function createFrames({ log, onIdle }: { log: Log; onIdle(connection: Connection): void }): {
  take(connection: Connection, data: Buffer, isBinary: boolean): void;
} {
  async function run(connection: Connection, first: object) {
    connection.isBusy = true;
    try {
      for (let event: object | undefined = first; event !== undefined; event = next(connection)) {
        await connection.api.transport.call(event, randomUUID());
      }
    } catch (error) {
      // The documented gateway does the same: a call of transport that fails closes the client.
      log('error', 'transport failed', { connectionId: connection.id, message: messageOf(error) });
      closeClient(connection, 1011, 'the function failed');
    }
    connection.isBusy = false;
    onIdle(connection);
  }

  return {
    take(connection, data, isBinary) {
      if (isOverRate(connection)) {
        log('warn', 'rate limited', { connectionId: connection.id });
        if (connection.api.rate !== undefined) connection.socket.send(connection.api.rate.frame);
        return closeClient(connection, 1008, 'too many frames');
      }
      const event = dataSendEvent(connection.id, isBinary ? data : data.toString());
      if (!connection.isBusy) return void run(connection, event);
      connection.waiting ??= [];
      connection.waiting.push(event);
      if (connection.waiting.length >= MAX_WAITING) connection.socket.pause();
    },
  };
}

function next({ waiting, socket }: Connection): object | undefined {
  const event = waiting?.shift();
  if (socket.isPaused && (waiting?.length ?? 0) < MAX_WAITING / 2) socket.resume();
  return event;
}

/** Takes a token; says when there was none. The bucket is two numbers: it is filled when it is looked at. */
function isOverRate(connection: Connection): boolean {
  const { rate } = connection.api;
  if (rate === undefined) return false;
  const { activeAt: now } = connection;
  connection.tokens = Math.min(rate.burst, connection.tokens + (now - connection.tokensAt) * rate.perMs) - 1;
  connection.tokensAt = now;
  return connection.tokens < 0;
}
