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
  talking = count,
): Flood {
  const open = sockets(
    count,
    again => openSocket(target, path, again),
    socket => socket.on('open', () => hello && socket.send(JSON.stringify(hello))),
  );
  const order = () => [...open.values()].filter(({ readyState }) => readyState === WebSocket.OPEN);
  let sent = 0;
  const timer = setInterval(() => {
    for (const socket of order().slice(0, talking)) {
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

/** A little on each of many connections, ten times a second. */
function trickle<Opened>(open: Map<number, Opened>, act: (opened: Opened) => number): Flood {
  let sent = 0;
  const timer = setInterval(() => {
    for (const each of open.values()) sent += act(each);
  }, 100);
  return { sent: () => sent, stop: () => clearInterval(timer) };
}

/** So many requests of one address at a time, each followed by the next. */
function inFlight(count: number, ask: () => Promise<Response>): Flood {
  let [sent, isStopped] = [0, false];
  const next = async () => {
    while (!isStopped) {
      sent += 1;
      await ask().then(
        answer => answer.arrayBuffer(),
        () => {},
      );
    }
  };
  for (let each = 0; each < count; each++) void next();
  return {
    sent: () => sent,
    stop() {
      isStopped = true;
    },
  };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address()}\r\n\r\n`;
/** What anybody may read: the list of shops, a menu, the free slots of a day. */
const readings = ({ shop }: FloodTarget) => [
  '/get_shop_info',
  `/get_shop_info?shop=${shop}`,
  `/get_shop_info?shop=${shop}&slots=${new Date().toISOString().slice(0, 10)}`,
];
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
  reads: target => {
    const paths = readings(target);
    return steadily(600, () => {
      const headers = { 'x-forwarded-for': address() };
      fetch(`${target.url}${paths[randomInt(paths.length)]}`, { headers }).then(
        answer => answer.arrayBuffer(),
        () => {},
      );
    });
  },
  replays: ({ url, shop }) => {
    const body = JSON.stringify({
      shop,
      items: [{ dish: 'dish1', quantity: 1 }],
      customer: { name: 'x', phone: '13800000000', address: 'y' },
    });
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      'x-forwarded-for': '203.0.113.1',
    };
    return inFlight(60, () => fetch(`${url}/bill`, { method: 'POST', headers, body }));
  },
  bodies: ({ url }) => {
    const { hostname, port } = new URL(url);
    const open = sockets(
      400,
      again => {
        const socket: Socket = connect({ host: hostname, port: Number(port) });
        socket.on('error', () => {});
        socket.on('close', again);
        return socket;
      },
      socket => {
        const head = `POST /bill HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address()}\r\ntransfer-encoding: chunked\r\n\r\n`;
        socket.write(head);
      },
    );
    return trickle(open, socket => (socket.write('1\r\nx\r\n'.repeat(80)) ? 80 : 0));
  },
  pieces: target => {
    const open = sockets(
      400,
      again => openSocket(target, '/pgws', again),
      socket =>
        socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', role: 'visitor', shop: target.shop }))),
    );
    return trickle(open, socket => {
      if (socket.readyState !== WebSocket.OPEN) return 0;
      for (let each = 0; each < 80; each++) socket.send('x', { fin: false });
      return 80;
    });
  },
  handshakes: target =>
    steadily(300, () => {
      const socket = openSocket(target, '/pgws', () => {});
      socket.on('open', () => socket.terminate());
    }),
  hellos: target => {
    let sent = 0;
    sockets(
      400,
      again => openSocket(target, '/pgws', again),
      socket =>
        socket.on('open', () => {
          for (let each = 0; each < 30; each++) socket.send(JSON.stringify(follow(target)));
          sent += 30;
          setTimeout(() => socket.terminate(), 500);
        }),
    );
    return { sent: () => sent, stop() {} };
  },
  pings: target => frames(target, '/pgws', follow(target), () => ({ type: 'ping' }), 100),
  'refused commands': target =>
    frames(
      target,
      '/pgws',
      follow(target),
      () => ({ type: 'command', id: randomUUID(), op: 'cancel', order: target.order, version: 7 }),
      20,
    ),
  chat: target => frames(target, '/chat', undefined, () => ({ action: 'sendmessage', data: 'x'.repeat(200) }), 190, 60),
  'slow readers': target => unread(target, 200, () => get('/order.html').repeat(8)),
  pipelining: target => unread(target, 20, () => get('/get_shop_info').repeat(5_000)),
};
