import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../../functions/domain/frames.ts';

/** A bare client of the wire: it sends what it is told and keeps what it gets. */
export interface Client {
  frames: ServerFrame[];
  socket: WebSocket;
  send(frame: object | string): void;
  /** The first frame, among those not taken yet, of a type and matching a test. It is taken. */
  take<T extends ServerFrame['type']>(
    type: T,
    where?: (frame: Extract<ServerFrame, { type: T }>) => boolean,
  ): Promise<Extract<ServerFrame, { type: T }>>;
  /** Ends when the connection has. */
  closed: Promise<number>;
  close(): Promise<void>;
}

/** Opens a connection. @throws Error with the HTTP status when the handshake is refused */
export async function openClient(url: string, headers: Record<string, string> = {}): Promise<Client> {
  const socket = new WebSocket(url, { headers });
  const frames: ServerFrame[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', data => {
    frames.push(JSON.parse(String(data)) as ServerFrame);
    for (const wake of waiting) wake();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<number>(resolve => socket.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_, response) => reject(new Error(`handshake refused: ${response.statusCode}`)));
    socket.once('error', reject);
  });
  return {
    frames,
    socket,
    closed,
    send: frame => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    async take<T extends ServerFrame['type']>(type: T, where = (_: Extract<ServerFrame, { type: T }>) => true) {
      type Frame = Extract<ServerFrame, { type: T }>;
      const deadline = Date.now() + 10_000;
      for (;;) {
        const index = frames.findIndex(frame => frame.type === type && where(frame as Frame));
        if (index >= 0) return frames.splice(index, 1)[0] as Frame;
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`no ${type} came; there is ${JSON.stringify(frames).slice(0, 2_000)}`);
        await new Promise<void>(resolve => {
          const timer = setTimeout(done, left);
          function done() {
            clearTimeout(timer);
            waiting.delete(done);
            resolve();
          }
          waiting.add(done);
        });
      }
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** Opens a screen of a shop and takes its welcome; with a cursor it resumes. */
export async function openScreen(
  system: { websocketUrl: string; keys: Record<string, string> },
  shop: string,
  cursor: { epoch?: string; after?: number; lastId?: string } = {},
) {
  const client = await openClient(system.websocketUrl);
  client.send({ type: 'hello', role: 'shop', shop, token: system.keys[shop], device: randomUUID(), ...cursor });
  const welcome = await client.take('welcome', frame => frame.role === 'shop');
  if (welcome.role !== 'shop') throw new Error('welcomed as somebody else');
  return { ...client, welcome };
}

/** A body that the demo shops take. */
export function orderBody(shop = 'shop1', more: object = {}) {
  const dish = shop === 'shop1' ? 'rice' : 'beef-noodles';
  return {
    shop,
    items: [{ dish, quantity: 2 }],
    customer: { name: '小明', phone: '+86 138 0000 0000', address: '人民路 1 号' },
    ...more,
  };
}

/** Posts an order and answers status, headers and parsed body. */
export async function postOrder(url: string, body: unknown = orderBody(), key: string = randomUUID()) {
  const response = await fetch(`${url}/bill`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as OrderAnswer };
}

interface OrderAnswer {
  order: import('../../../functions/domain/frames.ts').Order;
  token: string;
  error: { code: string; message: string; fields?: { path: string; message: string }[] };
}
