import { type Log, messageOf } from '../../log.ts';
import type { SecurityEvents } from '../../security-events.ts';
import type { WaitingBudget } from '../waiting-budget.ts';
import { type Connection, closeClient, sendFrame } from './connection.ts';

/** Frames of one client that may wait for transport before its socket is left unread. */
const MAX_WAITING = 32;

/** What frames are brought with. */
export interface FramesOptions {
  log: Log;
  budget: WaitingBudget;
  securityEvents: SecurityEvents;
  /** Nothing more of this connection is with transport. */
  onIdle(connection: Connection): void;
}

/** Brings the frames of each connection to transport, one after another. */
export function createFrames({ log, budget, securityEvents, onIdle }: FramesOptions): {
  take(connection: Connection, data: Buffer, isBinary: boolean): void;
  /** Counts a frame that is no message, as a ping that the client sends. */
  takeControl(connection: Connection, now: number): void;
  /** Counts frames that are not the last of their message. Of a client that sends too many nothing more is read. */
  takeFragments(connection: Connection, count: number): void;
} {
  async function run(connection: Connection, first: string | Buffer) {
    const { id, session, api } = connection;
    const { dialect, turns } = api;
    connection.isBusy = true;
    try {
      for (let data: string | Buffer | undefined = first; data !== undefined; data = next(connection)) {
        const turn = turns?.take(connection.counted);
        if (turn !== undefined) await turn;
        try {
          const reply = await dialect.receive(id, session, data);
          if (reply !== undefined) sendFrame(connection, reply);
        } finally {
          turns?.done();
        }
      }
    } catch (error) {
      // The documented gateway does the same: a call of transport that fails closes the client.
      log('error', 'transport failed', { connectionId: connection.id, message: messageOf(error) });
      closeClient(connection, 1011, 'the function failed');
    }
    connection.isBusy = false;
    onIdle(connection);
  }

  function refuse(connection: Connection) {
    log('warn', 'rate limited', { connectionId: connection.id });
    securityEvents.tell('too_many_frames');
    if (connection.api.rate !== undefined) connection.socket.send(connection.api.rate.frame);
    closeClient(connection, 1008, 'too many frames');
  }

  return {
    takeControl(connection, now) {
      if (isOverRate(connection, now)) refuse(connection);
    },
    takeFragments(connection, count) {
      const now = performance.now();
      for (let each = 0; each < count; each++) {
        if (!isOverRate(connection, now)) continue;
        refuse(connection);
        return connection.socket.pause();
      }
    },
    take(connection, data, isBinary) {
      if (isOverRate(connection, connection.activeAt)) return refuse(connection);
      if (isBinary && !connection.api.takesBinary) return closeClient(connection, 1003, 'binary frames are not taken');
      const frame = isBinary ? data : data.toString();
      if (!connection.isBusy) return void run(connection, frame);
      connection.waiting ??= [];
      connection.waiting.push(frame);
      connection.waitingBytes += data.length;
      budget.add(data.length);
      if (connection.waiting.length >= MAX_WAITING) connection.socket.pause();
    },
  };
}

function next(connection: Connection): string | Buffer | undefined {
  const { waiting, socket } = connection;
  const frame = waiting?.shift();
  if (waiting === undefined || waiting.length === 0) connection.waitingBytes = 0;
  if (socket.isPaused && (waiting?.length ?? 0) < MAX_WAITING / 2) socket.resume();
  return frame;
}

/** Takes a token; says when there was none. The bucket is two numbers: it is filled when it is looked at. */
function isOverRate(connection: Connection, now: number): boolean {
  const { rate } = connection.api;
  if (rate === undefined) return false;
  connection.tokens = Math.min(rate.burst, connection.tokens + (now - connection.tokensAt) * rate.perMs) - 1;
  connection.tokensAt = now;
  return connection.tokens < 0;
}
