import { randomInt, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';

/** Who is flooded. The order is one of the flooded shop, with its token. */
export interface FloodTarget {
  url: string;
  shop: string;
  order: string;
  token: string;
}

/** A flood that runs. */
export interface Flood {
  /** What it has sent up to now: a flood that sends nothing shows nothing. */
  sent(): number;
  stop(): void;
}

/** From so many addresses of the world. */
const ADDRESSES = 20;
const address = () => `198.51.100.${randomInt(ADDRESSES)}`;

/** Something `perSecond` times a second, in bursts of a fiftieth. */
function steadily(perSecond: number, send: () => void): Flood {
  let sent = 0;
  const timer = setInterval(() => {
    for (let burst = 0; burst < perSecond / 50; burst++) {
      sent += 1;
      send();
    }
  }, 20);
  return { sent: () => sent, stop: () => clearInterval(timer) };
}

/** So many sockets that are opened again, a second later, when the gateway has cut them; `act` is called for each opened one. */
function sockets<Opened>(count: number, open: (again: () => void) => Opened, act: (opened: Opened) => void) {
  const all = new Map<number, Opened>();
  const start = (at: number) => {
    const opened = open(() => setTimeout(start, 1_000, at));
    all.set(at, opened);
    act(opened);
  };
  for (let at = 0; at < count; at++) start(at);
  return all;
}

function openSocket({ url }: FloodTarget, path: string, again: () => void): WebSocket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers: { 'x-forwarded-for': address() } });
  socket.on('error', () => {});
  socket.on('close', again);
  return socket;
}

/** Frames of many connections, 15 a second on each: below the limit on one. */
function frames(
  target: FloodTarget,
  path: string,
  hello: object | undefined,
  frame: () => object,
  count: number,
): Flood {
  const open = sockets(
    count,
    again => openSocket(target, path, again),
    socket => socket.on('open', () => hello && socket.send(JSON.stringify(hello))),
  );
  const order = () => [...open.values()].filter(({ readyState }) => readyState === WebSocket.OPEN);
  let sent = 0;
  const timer = setInterval(() => {
    for (const socket of order()) {
      sent += 1;
      socket.send(JSON.stringify(frame()));
    }
  }, 1_000 / 15);
  return { sent: () => sent, stop: () => clearInterval(timer) };
}

/** Bytes on bare sockets, whose answers nobody reads. */
function unread({ url }: FloodTarget, count: number, bytes: () => string): Flood {
  const { hostname, port } = new URL(url);
  let sent = 0;
  sockets(
    count,
    again => {
      const socket: Socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => {});
      socket.on('close', again);
      return socket;
    },
    socket => {
      socket.pause();
      const text = bytes();
      sent += text.length;
      socket.write(text);
    },
  );
  return { sent: () => sent, stop() {} };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address()}\r\n\r\n`;
const follow = ({ order, token }: FloodTarget) => ({ type: 'hello', role: 'customer', order, token });

/** The floods by their names. */
export const floods: Readonly<Record<string, (target: FloodTarget) => Flood>> = {
  orders: ({ url, shop }) =>
    steadily(400, () => {
      const phone = `138${randomInt(1e8)}`;
      const body = JSON.stringify({
        shop,
        items: [{ dish: 'dish1', quantity: 1 }],
        customer: { name: 'x', phone, address: 'y' },
      });
      const headers = {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        'x-forwarded-for': address(),
      };
      fetch(`${url}/bill`, { method: 'POST', headers, body }).then(
        answer => answer.arrayBuffer(),
        () => {},
      );
    }),
  handshakes: target =>
    steadily(300, () => {
      const socket = openSocket(target, '/pgws', () => {});
      socket.on('open', () => socket.terminate());
    }),
  pings: target => frames(target, '/pgws', follow(target), () => ({ type: 'ping' }), 100),
  'refused commands': target =>
    frames(
      target,
      '/pgws',
      follow(target),
      () => ({ type: 'command', id: randomUUID(), op: 'cancel', order: target.order, version: 7 }),
      20,
    ),
  chat: target => frames(target, '/chat', undefined, () => ({ action: 'sendmessage', data: 'x'.repeat(200) }), 50),
  'slow readers': target => unread(target, 200, () => get('/order.html').repeat(8)),
  pipelining: target => unread(target, 20, () => get('/get_shop_info').repeat(5_000)),
};
