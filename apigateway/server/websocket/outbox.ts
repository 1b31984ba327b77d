import type { WebSocket } from 'ws';

/** What one connection may be sent in any second: platforms cut those that get more. */
export interface OutboundLimit {
  framesPerSecond: number;
  bytesPerSecond: number;
}

/** Paces what goes to one client. Frames keep their order. */
export interface Outbox {
  /** Of frames that are not sent yet. */
  readonly waitingBytes: number;
  /** Sends at once, or as soon as the limit lets it. */
  send(data: string | Buffer): void;
  /** Lets the last frame go, without those that wait before it, and then calls back. */
  finish(then: () => void): void;
  /** Forgets what waits. */
  end(): void;
}

/** A second, and what frames may come closer to each other on their way. */
const WINDOW_MS = 1_050;

/**
 * Makes an outbox. The limit holds for every window of a second, wherever it begins, so there are no bursts above it. A
 * frame that is larger than a second's bytes goes when nothing else does.
 */
export function createOutbox(socket: Pick<WebSocket, 'send'>, limit: OutboundLimit): Outbox {
  const { framesPerSecond, bytesPerSecond } = limit;
  /** What was sent within the last window, the oldest first. */
  const sent: { at: number; bytes: number }[] = [];
  let sentBytes = 0;
  let waiting: { data: string | Buffer; bytes: number }[] = [];
  let waitingBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let onFinished: (() => void) | undefined;

  function sendWaiting() {
    timer = undefined;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const waitMs = waitFor(next.bytes);
      if (waitMs > 0) {
        timer = setTimeout(sendWaiting, waitMs);
        return;
      }
      waiting.shift();
      waitingBytes -= next.bytes;
      sentBytes += next.bytes;
      sent.push({ at: performance.now(), bytes: next.bytes });
      socket.send(next.data);
    }
    onFinished?.();
  }

  /** Milliseconds until a frame of so many bytes may go. */
  function waitFor(bytes: number): number {
    const now = performance.now();
    for (let first = sent[0]; first !== undefined && now - first.at >= WINDOW_MS; first = sent[0]) {
      sentBytes -= first.bytes;
      sent.shift();
    }
    const [oldest] = sent;
    if (oldest === undefined || (sent.length < framesPerSecond && sentBytes + bytes <= bytesPerSecond)) return 0;
    return Math.max(1, Math.ceil(oldest.at + WINDOW_MS - now));
  }

  return {
    get waitingBytes() {
      return waitingBytes;
    },
    send(data) {
      const bytes = Buffer.byteLength(data);
      waiting.push({ data, bytes });
      waitingBytes += bytes;
      if (timer === undefined) sendWaiting();
    },
    finish(then) {
      onFinished = then;
      waiting = waiting.slice(-1);
      waitingBytes = waiting[0]?.bytes ?? 0;
      if (timer === undefined) sendWaiting();
    },
    end() {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
      waitingBytes = 0;
      onFinished = undefined;
    },
  };
}
