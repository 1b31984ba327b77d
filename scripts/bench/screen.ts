import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { EventsFrame, OrderEvent, ServerFrame } from '../../functions/domain/frames.ts';

/** A shop's screen that acks as a page does: what it has kept without a gap, half a second after an order has come. */
export interface Screen {
  /** Waits until the order with this note has come. Call it before the order is placed. */
  arrival(note: string): Promise<void>;
  close(): Promise<void>;
}

const ackMs = 500;

/** Opens a screen and waits until it is welcome. */
export async function openScreen(url: string, shop: string, token: string): Promise<Screen> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/pgws`, { perMessageDeflate: false });
  const awaited = new Map<string, () => void>();
  const ahead = new Set<number>();
  let last = 0;
  let ackTimer: NodeJS.Timeout | undefined;

  function onEvent({ seq, order }: OrderEvent) {
    ahead.add(seq);
    while (ahead.delete(last + 1)) last += 1;
    awaited.get(order.note ?? '')?.();
    awaited.delete(order.note ?? '');
  }

  function onEvents({ events, more }: EventsFrame) {
    for (const event of events) onEvent(event);
    if (more) return ack();
    ackTimer ??= setTimeout(ack, ackMs);
  }

  function ack() {
    clearTimeout(ackTimer);
    ackTimer = undefined;
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'ack', seq: last }));
  }

  await once(socket, 'open');
  const welcomed = new Promise<void>((resolve, reject) => {
    socket.on('message', data => {
      const frame = JSON.parse(data.toString()) as ServerFrame;
      if (frame.type === 'events') onEvents(frame);
      if (frame.type === 'error') reject(new Error(`screen of ${shop}: ${frame.error.message}`));
      if (frame.type !== 'snapshot') return;
      last = frame.head;
      if (!frame.more) ack();
      if (!frame.more) resolve();
    });
  });
  socket.send(JSON.stringify({ type: 'hello', role: 'shop', shop, token, device: randomUUID() }));
  await welcomed;
  return {
    arrival: note => new Promise(resolve => awaited.set(note, resolve)),
    async close() {
      clearTimeout(ackTimer);
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** Says hello with a cursor, waits for the events after it, and answers how many milliseconds that took. */
export async function resume(
  url: string,
  shop: string,
  token: string,
  cursor: { epoch: string; after: number; lastId: string },
): Promise<number> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/pgws`, { perMessageDeflate: false });
  await once(socket, 'open');
  const begun = performance.now();
  const took = new Promise<number>((resolve, reject) => {
    socket.on('message', data => {
      const frame = JSON.parse(data.toString()) as ServerFrame;
      if (frame.type === 'events') resolve(performance.now() - begun);
      else if (frame.type !== 'welcome') reject(new Error(`not resumed but answered ${frame.type}`));
    });
  });
  socket.send(JSON.stringify({ type: 'hello', role: 'shop', shop, token, device: randomUUID(), ...cursor }));
  const ms = await took;
  socket.close();
  await once(socket, 'close');
  return ms;
}
