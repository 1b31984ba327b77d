import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Clients that count what comes in: every message begins with a number and a space. */
export interface Receivers {
  /** The connections' ids at the server. */
  readonly ids: readonly string[];
  /** Sends from one of them. */
  send(index: number, text: string): void;
  /** Waits until the message with this number has come, to `times` clients. Call it before the message is sent. */
  receipt(number: number, times?: number): Promise<void>;
  /** Opens more, up to so many. */
  grow(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens clients at a WebSocket URL, each of which asks for its id. */
export async function openReceivers(url: string, count: number): Promise<Receivers> {
  const ids: string[] = [];
  const sockets: WebSocket[] = [];
  const awaited = new Map<number, { left: number; resolve(): void }>();

  function onMessage(data: Buffer) {
    const number = Number(data.toString('latin1', 0, data.indexOf(' ')));
    const waiting = awaited.get(number);
    if (waiting === undefined) return;
    waiting.left -= 1;
    if (waiting.left > 0) return;
    awaited.delete(number);
    waiting.resolve();
  }

  async function open() {
    const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
    sockets.push(socket);
    await once(socket, 'open');
    socket.send('id');
    const [id] = (await once(socket, 'message')) as [Buffer];
    ids.push(id.toString());
    socket.on('message', onMessage);
  }

  async function grow(wanted: number) {
    while (sockets.length < wanted) await open();
  }

  await grow(count);
  return {
    ids,
    send: (index, text) => sockets[index]?.send(text),
    receipt: (number, times = 1) => new Promise(resolve => awaited.set(number, { left: times, resolve })),
    grow,
    async close() {
      const closed = sockets.map(socket => once(socket, 'close'));
      for (const socket of sockets) socket.terminate();
      await Promise.all(closed);
    },
  };
}
