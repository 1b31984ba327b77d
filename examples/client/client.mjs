// A shop's screen in a terminal: shows orders as they come, and accepts them. Written from PROTOCOL.md alone.
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

const link = new URL(process.argv[2]);
const { shop, key } = Object.fromEntries(new URLSearchParams(link.hash.slice(1)));
const device = randomUUID(); // it prints no tickets, so it may be another device every time
const versions = new Map(); // of the orders that were shown, by id
const commands = new Map(); // by id, until their result has come (rule 10)
let cursor = {}; // epoch, after, lastId: what was applied; empty before the first snapshot

function connect(attempt = 0) {
  const socket = new WebSocket(`${link.origin.replace('http', 'ws')}/pgws`);
  const now = Date.now();
  let [isLive, seen, pages, heardAt, pingedAt, pingMs, silentMs] = [false, 0, [], now, now, Infinity, 10_000];
  const send = frame => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame));
  const show = order => {
    if ((versions.get(order.id) ?? 0) >= order.version) return;
    versions.set(order.id, order.version);
    console.log(`#${order.number} ${order.status}: ${order.items.map(item => `${item.quantity} × ${item.name}`)}`);
    if (order.status !== 'placed') return;
    const accept = { type: 'command', id: randomUUID(), op: 'accept', order: order.id, version: order.version };
    commands.set(accept.id, accept);
    send(accept);
  };
  const take = {
    welcome({ head, resumed, pingSeconds }) {
      [isLive, seen, pingedAt, pingMs] = [resumed, head, Date.now(), pingSeconds * 1_000];
      silentMs = pingMs + 10_000; // until an `alive` says less (rule 23)
      for (const command of commands.values()) send(command);
    },
    snapshot({ epoch, head, index, orders, more, lastId }) {
      if (pages[0]?.head !== head || pages[0].epoch !== epoch) pages = [];
      pages[index] = { epoch, head, orders };
      if (more || Object.keys(pages).length <= index) return; // not complete (rule 5)
      [cursor, isLive, seen] = [{ epoch, after: head, lastId }, true, head];
      for (const order of pages.flatMap(page => page.orders)) show(order);
      send({ type: 'ack', seq: head });
    },
    events({ epoch, events, head }) {
      const isOurs = isLive && epoch === cursor.epoch;
      if (!isOurs) pingedAt = 0; // asks soon, with our own cursor (rules 2 and 15)
      for (const { seq, id, order } of isOurs ? events : []) {
        if (seq !== cursor.after + 1) continue;
        cursor = { epoch, after: seq, lastId: id };
        show(order);
      }
      if (isOurs) seen = Math.max(seen, head);
      if (isOurs) send({ type: 'ack', seq: cursor.after }); // brings the next page, too (rule 4)
    },
    pong: ({ head }) => (seen = Math.max(seen, head)),
    alive: ({ everySeconds }) => (silentMs = everySeconds * 2_000 + 10_000),
    result: ({ id }) => commands.delete(id),
    error({ error: { code, message }, retryAfterMs = 5_000 }) {
      if (/^(unauthorized|shop_not_found|replaced|protocol_error)$/.test(code)) throw new Error(`${code}: ${message}`);
      setTimeout(() => socket.close(), retryAfterMs); // the next hello asks for everything again
    },
  };
  const clock = setInterval(() => {
    const [silence, sincePing] = [Date.now() - heardAt, Date.now() - pingedAt];
    if (silence > silentMs) return socket.terminate();
    const isBehind = isLive && seen > cursor.after && Math.min(silence, sincePing) > 2_000;
    if (!isBehind && sincePing < pingMs) return;
    pingedAt = Date.now();
    send({ type: 'ping', ...cursor });
  }, 1_000);
  socket.on('open', () => send({ type: 'hello', role: 'shop', shop, token: key, device, ...cursor }));
  socket.on('message', data => {
    heardAt = Date.now();
    const frame = JSON.parse(data);
    take[frame.type]?.(frame);
  });
  socket.on('error', () => {}); // `close` follows
  socket.on('close', () => {
    clearInterval(clock);
    const next = Date.now() - now > 10_000 ? 0 : attempt + 1;
    setTimeout(connect, Math.random() * Math.min(30_000, 500 * 2 ** next), next); // full jitter
  });
}
connect();
