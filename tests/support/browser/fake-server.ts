import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { policyFor } from '../../../apigateway/server/http/pages.ts';
import type { ClientFrame, Operation, Order, ServerFrame, ShopSettings } from '../../../functions/domain/frames.ts';
import { withoutCustomer } from '../../../functions/domain/without-customer.ts';
import { contentPolicy } from '../../../web/policy.ts';
import { type Bill, type FakeShop, fakeShop } from './fake-shop.ts';

/** How the next posts to `/bill` are answered: as they should be; stored, but the answer is lost; or not at all. */
export type BillFault = 'lose-answer' | 'refuse-connection' | 429 | 500 | 503;

type Bound =
  | { role: 'shop'; shop: FakeShop; device: string; pageEnd: number | undefined }
  | { role: 'visitor'; shop: FakeShop }
  | { role: 'customer'; orders: Map<string, FakeShop> };

const KEY = 'key';
/** What tells the token of a read-only link from the order's other token. */
const SHARED = 'share-';
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/**
 * The pages from `pagesDir`, and enough of the wire contract to use them: two shops, kept in memory, on a loopback port.
 * The shops' key is `key`.
 */
export async function startFakeServer(pagesDir: string) {
  const sockets = new Map<WebSocket, Bound>();
  const shops = new Map(['shop1', 'shop2'].map(id => [id, watchedShop(id)]));
  const billFaults: BillFault[] = [];
  /** Every post to `/bill`, whatever became of it. */
  const posts: { key: string; body: string }[] = [];
  /** Came by a read-only link. */
  const viewers = new WeakSet<WebSocket>();
  let pushesLost = 0;
  let acceptsSockets = true;
  let visitorsPerShop = 200;
  let offensive: Operation['op'] | undefined;
  let offences = 0;

  function watchedShop(id: string): FakeShop {
    const shop: FakeShop = fakeShop(id, {
      onEvent(event) {
        for (const [socket, bound] of sockets) {
          if (bound.role === 'customer' && bound.orders.has(event.order.id))
            push(socket, { type: 'order', order: shown(socket, event.order) });
          if (bound.role === 'shop' && bound.shop === shop)
            push(socket, { type: 'events', epoch: shop.epoch, events: [event], head: event.seq, more: false });
        }
      },
      onSettings: settings => tellSettings(shop, settings),
    });
    return shop;
  }

  function tellSettings(shop: FakeShop, settings: ShopSettings): void {
    for (const [socket, bound] of sockets) {
      if (bound.role === 'shop' && bound.shop === shop) push(socket, { type: 'shop', shop: settings });
      if (bound.role === 'visitor' && bound.shop === shop)
        socket.send(JSON.stringify({ type: 'shop', shop: shop.asCustomersSeeIt() }));
    }
  }

  function push(socket: WebSocket, frame: ServerFrame): void {
    if (pushesLost > 0) pushesLost -= 1;
    else socket.send(JSON.stringify(frame));
  }

  const server = createServer((request, response) => void answer(request, response));
  const gateway = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (!acceptsSockets || new URL(request.url ?? '/', 'http://x').pathname !== '/pgws') {
      socket.destroy();
      return;
    }
    gateway.handleUpgrade(request, socket, head, client => {
      client.on('message', data => receive(client, JSON.parse(String(data)) as ClientFrame));
      client.on('close', () => sockets.delete(client));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    if (pathname === '/bill') {
      await answerBill(request, response);
      return;
    }
    if (pathname === '/get_shop_info') {
      const wanted = searchParams.get('shop');
      const slots = searchParams.get('slots');
      if (slots !== null) return send(response, 200, { slots: fakeSlots(slots) });
      const found = [...shops.values()].filter(({ settings }) => wanted === null || settings.id === wanted);
      if (found.length === 0) send(response, 404, { error: { code: 'shop_not_found', message: '' } });
      else send(response, 200, { shops: found.map(shop => shop.asCustomersSeeIt()) });
      return;
    }
    const file = path.join(pagesDir, path.normalize(pathname));
    if (!file.startsWith(pagesDir) || !existsSync(file) || path.extname(file) === '') {
      send(response, 404, { error: { code: 'not_found', message: '' } });
      return;
    }
    response.writeHead(200, {
      'content-type': `${types[path.extname(file)] ?? 'text/plain'}; charset=utf-8`,
      'content-security-policy': policyFor(contentPolicy({}), request.headers.host),
    });
    response.end(readFileSync(file));
  }

  async function answerBill(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const key = String(request.headers['idempotency-key'] ?? '');
    posts.push({ key, body });
    const fault = billFaults.shift();
    if (fault === 'refuse-connection') {
      response.destroy();
      return;
    }
    if (typeof fault === 'number') {
      response.setHeader('retry-after', '1');
      send(response, fault, { error: { code: 'unavailable', message: '' } });
      return;
    }
    const bill = JSON.parse(body) as Bill;
    const placed = shops.get(bill.shop)?.place(key, bill);
    if (fault === 'lose-answer') response.destroy();
    else send(response, placed?.status ?? 404, placed?.body ?? { error: { code: 'shop_not_found', message: '' } });
  }

  function send(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  function receive(socket: WebSocket, frame: ClientFrame): void {
    if (frame.type === 'hello') {
      hello(socket, frame);
      return;
    }
    const bound = sockets.get(socket);
    if (bound === undefined) refuse(socket, 'hello_required');
    else if (frame.type === 'command' && frame.op === offensive) {
      offences += 1;
      refuse(socket, 'protocol_error');
    } else if (frame.type === 'command') {
      const of = 'order' in frame ? [...shops.values()].find(({ orders }) => orders.has(frame.order)) : undefined;
      const shop = bound.role === 'shop' ? bound.shop : of;
      const { type: _, id, after: __, ...operation } = frame;
      const device = bound.role === 'shop' ? bound.device : undefined;
      if (shop !== undefined) push(socket, shop.command(id, operation, device));
    } else if (bound.role === 'visitor') {
      push(socket, { type: 'pong', shopVersion: bound.shop.settings.version });
    } else if (bound.role === 'customer') {
      for (const [id, shop] of bound.orders) {
        const order = shop.orders.get(id);
        if (order !== undefined) push(socket, { type: 'order', order: shown(socket, order) });
      }
      push(socket, { type: 'pong' });
    } else if (frame.type === 'ping') {
      const { epoch, settings, head } = bound.shop;
      push(socket, { type: 'pong', epoch, head: head(), shopVersion: settings.version });
      page(socket, bound, frame.after ?? 0);
    } else if (bound.pageEnd !== undefined && frame.seq >= bound.pageEnd) page(socket, bound, frame.seq);
  }

  function shown(socket: WebSocket, order: Order): Order {
    if (!viewers.has(socket)) return order;
    return JSON.parse(withoutCustomer(JSON.stringify(order))) as Order;
  }

  function hello(socket: WebSocket, frame: Extract<ClientFrame, { type: 'hello' }>): void {
    if (frame.role === 'customer') {
      const token = frame.token.replace(SHARED, '');
      const shop = [...shops.values()].find(one => one.isToken(frame.order, token));
      const order = shop?.orders.get(frame.order);
      const bound = sockets.get(socket);
      if (shop === undefined || order === undefined) {
        if (bound === undefined) refuse(socket, 'unauthorized');
        else push(socket, { type: 'error', error: { code: 'unauthorized', message: '' }, order: frame.order });
        return;
      }
      const orders = bound?.role === 'customer' ? bound.orders : new Map<string, FakeShop>();
      sockets.set(socket, { role: 'customer', orders: orders.set(order.id, shop) });
      if (token !== frame.token) viewers.add(socket);
      const welcome = { type: 'welcome', role: 'customer', resumed: false, pingSeconds: 240 } as const;
      push(
        socket,
        token === frame.token
          ? { ...welcome, order, shareToken: `${SHARED}${token}` }
          : { ...welcome, order: shown(socket, order), readOnly: true },
      );
      return;
    }
    const shop = shops.get(frame.shop);
    if (frame.role === 'visitor') {
      welcomeVisitor(socket, shop);
      return;
    }
    if (shop === undefined || frame.token !== KEY) {
      refuse(socket, 'unauthorized');
      return;
    }
    const bound: Bound = { role: 'shop', shop, device: frame.device, pageEnd: undefined };
    sockets.set(socket, bound);
    const { epoch, settings } = shop;
    const head = shop.head();
    const resumed = frame.epoch === epoch && frame.after !== undefined && frame.after <= head;
    push(socket, { type: 'welcome', role: 'shop', epoch, head, resumed, pingSeconds: 240, shop: settings });
    if (resumed) {
      page(socket, bound, frame.after ?? 0);
      return;
    }
    const lastId = shop.log.at(-1)?.id;
    const orders = shop.openOrders();
    const id = lastId === undefined ? {} : { lastId };
    push(socket, { type: 'snapshot', epoch, head, index: 0, orders, more: false, ...id });
  }

  function welcomeVisitor(socket: WebSocket, shop: FakeShop | undefined): void {
    const others = [...sockets].filter(([one, bound]) => one !== socket && bound.role === 'visitor');
    if (shop === undefined) refuse(socket, 'shop_not_found');
    else if (others.length >= visitorsPerShop) refuse(socket, 'rate_limited');
    else {
      sockets.set(socket, { role: 'visitor', shop });
      push(socket, {
        type: 'welcome',
        role: 'visitor',
        resumed: false,
        pingSeconds: 240,
        shop: shop.asCustomersSeeIt(),
      });
    }
  }

  function page(socket: WebSocket, bound: Extract<Bound, { role: 'shop' }>, after: number): void {
    const events = bound.shop.log.slice(after, after + 50);
    const end = events.at(-1)?.seq ?? after;
    const head = bound.shop.head();
    bound.pageEnd = end < head ? end : undefined;
    if (events.length > 0) push(socket, { type: 'events', epoch: bound.shop.epoch, events, head, more: end < head });
  }

  function refuse(socket: WebSocket, code: string): void {
    push(socket, { type: 'error', error: { code, message: code } });
    socket.close();
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    webSocketUrl: `ws://127.0.0.1:${port}/pgws`,
    key: KEY,
    posts,
    billFaults,
    shop(id = 'shop1'): FakeShop {
      const shop = shops.get(id);
      if (shop === undefined) throw new Error(`no shop ${id}`);
      return shop;
    },
    /** An order that was placed by somebody else. */
    place(part: Partial<Bill> = {}, minutesAgo = 0): void {
      const customer = { name: '李雷', phone: '138 0000 0000', address: '中山路 1 号 2 单元 301' };
      const items = [
        { dish: 'mapo', quantity: 1 },
        { dish: 'rice', quantity: 2 },
      ];
      this.shop(part.shop).place(randomUUID(), { shop: 'shop1', items, customer, ...part }, minutesAgo);
    },
    /** How many visitors a shop may have; beyond that they get `rate_limited`. */
    limitVisitors(count: number): void {
      visitorsPerShop = count;
    },
    /** Whoever sends a command of this kind gets `protocol_error` and is closed. */
    takeOffenceAt(op: Operation['op']): void {
      offensive = op;
    },
    /** How often somebody did. */
    offences: () => offences,
    /** How many visitors are connected. */
    visitors: () => [...sockets.values()].filter(({ role }) => role === 'visitor').length,
    losePushes(count: number): void {
      pushesLost = count;
    },
    /** Cuts all connections; with `stay` nobody gets in any more. */
    cutSockets(stay = false): void {
      acceptsSockets = !stay;
      for (const client of gateway.clients) client.terminate();
    },
    openDoor(): void {
      acceptsSockets = true;
    },
    sendToShops(frame: ServerFrame): void {
      for (const [socket, bound] of sockets) if (bound.role === 'shop') push(socket, frame);
    },
    async close(): Promise<void> {
      for (const client of gateway.clients) client.terminate();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

export type FakeServer = Awaited<ReturnType<typeof startFakeServer>>;

/** Times of a day in Shanghai for which orders are taken; the first of them is full. */
function fakeSlots(day: string): { at: string; free: number }[] {
  const start = Date.parse(`${day}T03:00:00Z`);
  return [0, 1, 2].map(index => ({ at: new Date(start + index * 1_800_000).toISOString(), free: index * 2 }));
}
