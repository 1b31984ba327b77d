import { WebSocket } from 'ws';
import { readAddresses } from '../../../web/connection/addresses.ts';
import { connect, type Socket, type Surroundings } from '../../../web/connection/connect.ts';
import { newShopStream, type ShopEffect, type ShopInput, type ShopStream } from '../../../web/connection/shop/state.ts';
import { shopMachine } from '../../../web/connection/shop/stream.ts';
import { startTimer } from '../../../web/connection/timer.ts';
import { type FakeServer, startFakeServer } from '../../support/browser/fake-server.ts';
import { until } from '../../support/until.ts';

let server: FakeServer;
const ends: (() => void)[] = [];

beforeEach(async () => {
  server = await startFakeServer('/nowhere');
});

afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await server.close();
});

/** A screen on real sockets and timers. */
function screen(part: Partial<Surroundings> = {}, token = server.key) {
  const applied: number[] = [];
  let wake = () => {};
  const connection = connect<ShopStream, ShopInput, ShopEffect>(
    shopMachine,
    newShopStream({ shop: 'shop1', token, device: '6f1de3b0-7a4c-4a0e-9c0b-0a1b2c3d4e5f' }),
    {
      openSocket: () => new WebSocket(server.webSocketUrl) as unknown as Socket,
      now: Date.now,
      random: () => 0.01,
      startTimer,
      onWake(callback) {
        wake = callback;
        return () => {};
      },
      ...part,
    },
    {
      onEffect(effect) {
        if (effect.type === 'applied') applied.push(effect.event.seq);
      },
    },
  );
  ends.push(connection.end);
  return { connection, applied, wake: () => wake() };
}

describe('a stream on a real socket', () => {
  test('connects, applies what happens, and carries commands out', async () => {
    const { connection, applied } = screen();
    await until(() => connection.state().cursor !== undefined);
    server.place();
    await until(() => applied.length === 1);
    const [order] = connection.state().orders.values();
    connection.put({ type: 'command', id: 'c', operation: { op: 'accept', order: order?.id ?? '', version: 1 } });
    await until(() => [...connection.state().orders.values()][0]?.status === 'accepted');
    await until(() => applied.length === 2);
    expect(connection.state().outbox).toEqual([]);
  });

  test('comes back after a cut and applies what it missed, once and in order', async () => {
    const { connection, applied } = screen();
    await until(() => connection.state().cursor !== undefined);
    server.place();
    await until(() => applied.length === 1);
    server.cutSockets(true);
    await until(() => connection.state().link.phase !== 'live');
    for (let count = 0; count < 120; count++) server.place();
    server.openDoor();
    await until(() => applied.length === 121);
    expect(applied).toEqual(Array.from({ length: 121 }, (_, index) => index + 1));
  });

  test('asks for a push that was lost as soon as the next one shows it', async () => {
    const { connection, applied } = screen();
    await until(() => connection.state().cursor !== undefined);
    server.losePushes(1);
    server.place();
    server.place();
    await until(() => applied.length === 2);
    expect(applied).toEqual([1, 2]);
  });

  test('stays away when the key is refused', async () => {
    const { connection } = screen({}, 'wrong');
    await until(() => connection.state().link.phase === 'stopped');
    expect(connection.state().link.stoppedBy).toBe('unauthorized');
  });

  test('does not fall over an address that is none, and tries again', async () => {
    let tries = 0;
    const { connection } = screen({
      openSocket() {
        tries += 1;
        if (tries < 3) throw new SyntaxError('not an address');
        return new WebSocket(server.webSocketUrl) as unknown as Socket;
      },
    });
    await until(() => connection.state().cursor !== undefined);
    expect(tries).toBe(3);
  });

  test('comes back at once when the tab or the network does, however long it would have waited', async () => {
    const { connection, wake } = screen({ random: () => 0.99 });
    await until(() => connection.state().cursor !== undefined);
    server.cutSockets(true);
    for (let count = 0; count < 6; count++) {
      await until(() => connection.state().link.phase === 'waiting');
      wake();
    }
    await until(() => connection.state().link.phase === 'waiting');
    server.openDoor();
    wake();
    await until(() => connection.state().link.phase === 'live', 500);
  });

  test('is not confused by a clock that is set back', async () => {
    let offset = 0;
    const { connection, applied } = screen({ now: () => Date.now() + offset });
    await until(() => connection.state().cursor !== undefined);
    offset = -3_600_000;
    server.cutSockets();
    await until(() => connection.state().link.phase !== 'live');
    await until(() => connection.state().link.phase === 'live');
    server.place();
    await until(() => applied.length === 1);
  });

  test('listens to one socket only: what an earlier one still says is nobody’s business', async () => {
    const sockets: Socket[] = [];
    const { connection } = screen({
      openSocket() {
        const socket = new WebSocket(server.webSocketUrl) as unknown as Socket;
        sockets.push(socket);
        return socket;
      },
    });
    await until(() => connection.state().cursor !== undefined);
    const [first] = sockets;
    const { onmessage, onclose } = first as unknown as {
      onmessage: (event: object) => void;
      onclose: (event: object) => void;
    };
    server.cutSockets();
    await until(() => sockets.length === 2 && connection.state().link.phase === 'live');
    onmessage({ data: '{"type":"error","error":{"code":"replaced","message":""}}' });
    onclose({});
    expect(connection.state().link.phase).toBe('live');
  });

  test('leaves nothing behind when it is ended', async () => {
    const { connection } = screen();
    await until(() => connection.state().cursor !== undefined);
    connection.end();
    const before = connection.state();
    server.place();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(connection.state()).toBe(before);
  });
});

describe('config.json', () => {
  test('9.2: what is empty means this origin', () => {
    const here = {
      bill: 'https://shop.example/bill',
      getShopInfo: 'https://shop.example/get_shop_info',
      webSocket: 'wss://shop.example/pgws',
      chat: 'wss://shop.example/chat',
    };
    for (const config of [{ api: '', websocket: '' }, { api: ' ' }])
      expect(readAddresses(config, 'https://shop.example/order.html#x')).toEqual(here);
  });

  test.each([
    ['nothing', undefined],
    ['a number', 7],
    ['a list', [{ api: '' }]],
    ['an empty object', {}],
    ['an api that is no text', { api: 7 }],
    ['a WebSocket that is no text', { api: '', websocket: null }],
    ['one of the two functions', { bill: 'https://b.example/' }],
    ['an address that is none', { api: 'http://[', websocket: '' }],
    ['somebody else’s JSON', { error: { code: 'not_found', message: 'there is nothing at this path' } }],
  ])('9.2: %s is not the file, and no address is guessed', (_, config) => {
    expect(readAddresses(config, 'https://shop.example/order.html')).toBeUndefined();
  });

  test('names one place for the functions, or one for each', () => {
    const page = 'http://bucket.example/order.html';
    expect(readAddresses({ api: 'https://api.example/release/', websocket: 'wss://gw.example/pgws' }, page)).toEqual({
      bill: 'https://api.example/release/bill',
      getShopInfo: 'https://api.example/release/get_shop_info',
      webSocket: 'wss://gw.example/pgws',
      chat: 'ws://bucket.example/chat',
    });
    expect(readAddresses({ bill: 'https://b.example/', getShopInfo: 'https://g.example/' }, page)).toEqual({
      bill: 'https://b.example/',
      getShopInfo: 'https://g.example/',
      webSocket: 'ws://bucket.example/pgws',
      chat: 'ws://bucket.example/chat',
    });
  });
});
