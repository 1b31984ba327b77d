import { once } from 'node:events';
import { connect as connectTo, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { readBody } from '../../apigateway/server/http/body.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { IncomingFrames } from '../../apigateway/server/websocket/incoming-frames.ts';
import { createTurns } from '../../apigateway/server/websocket/turns.ts';
import { type Client, connect, handshake } from '../support/apigateway/client.ts';
import { type RecordingGateway, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { until } from '../support/until.ts';

// What all clients of a gateway together may make it hold and do.

const PART = 'x'.repeat(256 * 1024);
let world: RecordingGateway;
afterEach(() => world?.gateway.close());

const count = (kind: Parameters<RecordingGateway['gateway']['securityEvents']['get']>[0]) =>
  world.gateway.securityEvents.get(kind);

test('when too much waits for all together, those go for whom most waits, and who reads stays', async () => {
  world = await startRecordingGateway({
    api: { firstFrameSeconds: 0 },
    gateway: { maxWaitingBytes: 16 * 1024 * 1024, maxBufferedBytes: 64 * 1024 * 1024 },
  });
  const clients: Client[] = [];
  for (let i = 0; i < 4; i++) clients.push(await connect(world.socketUrl));
  const ids = (await world.called('connecting', 4)).map(({ id }) => id);
  const [reader, ...deaf] = clients;
  for (const { socket } of deaf) socket.pause();
  const push = world.gateway.push('pgws');
  let sent = 0;
  while (count('memory_full') === 0) {
    if ((await push.send(ids[0] ?? '', PART)) === 'sent') sent += 1;
    await reader?.received(sent);
    for (const id of ids.slice(1)) await push.send(id, PART);
  }
  expect(await push.send(ids[0] ?? '', 'still here')).toBe('sent');
  await until('the reader has it', () => reader?.frames.at(-1) === 'still here');
  expect(world.gateway.connections).toBeLessThan(4);
  for (const { socket } of clients) socket.terminate();
});

test('frames that wait for transport count as well', async () => {
  world = await startRecordingGateway({
    transport: () => new Promise(() => {}),
    gateway: { maxWaitingBytes: 100_000, shutdownSeconds: 0.2 },
  });
  const [greedy, modest] = [await connect(world.socketUrl), await connect(world.socketUrl)];
  for (let i = 0; i < 2; i++) modest?.socket.send('x'.repeat(10_000));
  await world.called('data send');
  for (let i = 0; i < 12; i++) greedy?.socket.send('x'.repeat(10_000));
  await greedy?.closed;
  expect(modest?.socket.readyState).toBe(1);
});

describe('bodies that are still coming', () => {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  async function start(options: Partial<GatewayOptions>) {
    const routes = [
      { path: '/taken', methods: ['ANY' as const], target: (event: unknown) => bytesIn(event as { body: string }) },
    ];
    world = await startRecordingGateway({ gateway: { routes, maxBodyBytes: 1_000_000, ...options } });
  }
  const bytesIn = ({ body }: { body: string }) => String(body.length);
  const status = async () => (await fetch(`${world.gateway.url}/taken`, { method: 'POST', body: 'x' })).status;

  /** A request whose body has no end; says when it was cut. */
  async function endless(pieces: number, size = 100): Promise<Socket> {
    const socket = connectTo(world.gateway.port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    socket.write('POST /taken HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    await new Promise(resolve =>
      socket.write(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`.repeat(pieces), resolve),
    );
    return socket;
  }

  test('one that comes in small pieces arrives whole, and takes little more memory than its bytes', async () => {
    const held: number[] = [];
    const request = new PassThrough();
    const read = readBody(request as never, {} as never, 100_000, bytes => held.push(bytes));
    for (let at = 0; at < 100_000; at += 80) request.write(Buffer.alloc(80, at / 80));
    request.end();
    const body = await read;
    expect(body).toEqual(Buffer.from(Array.from({ length: 100_000 }, (_, at) => Math.floor(at / 80))));
    expect(Math.max(...held)).toBe(100_000);
    // Each time it is copied it doubles.
    expect(new Set(held).size).toBeLessThan(10);
  });

  test('one of more bytes than may be is none', async () => {
    const request = new PassThrough();
    const read = readBody(request as never, {} as never, 10);
    for (let at = 0; at < 11; at++) request.write('x');
    request.end();
    expect(await read).toBeUndefined();
  });

  test('one that comes byte by byte is cut off, and a short one is not', async () => {
    await start({});
    const short = await endless(60, 1);
    short.write('0\r\n\r\n');
    const [answer] = await once(short, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 200 /);
    const long = await endless(200, 1);
    if (!long.destroyed) await once(long, 'close');
    expect(count('small_pieces')).toBe(1);
  });

  test('bodies that are still coming count, and the largest go first', async () => {
    await start({ maxWaitingBytes: 200_000 });
    const modest = await endless(10);
    const greedy = [await endless(600), await endless(600), await endless(600), await endless(600)];
    await until('one is cut', () => greedy.some(socket => socket.destroyed || socket.readableEnded));
    expect(count('memory_full')).toBeGreaterThan(0);
    expect(modest.destroyed).toBe(false);
    expect(await status()).toBe(200);
  });

  test('many that do not come keep nobody out: the one that has taken longest goes', async () => {
    await start({ maxRequests: 3, requestsPerAddress: 0 });
    const [first] = [await endless(1), await endless(1), await endless(1)];
    expect(await status()).toBe(200);
    await until('the first is cut', () => first?.destroyed === true);
    expect(await status()).toBe(200);
    expect((await fetch(`${world.gateway.url}/healthz`)).status).toBe(200);
  });
});

test('pieces of messages count: who sends many small ones and never the last goes', async () => {
  world = await startRecordingGateway({
    api: { firstFrameSeconds: 0 },
    gateway: { maxWaitingBytes: 1_000_000 },
  });
  const [modest, greedy] = [await connect(world.socketUrl), await connect(world.socketUrl)];
  modest?.socket.send('x', { fin: false });
  while (count('memory_full') === 0 && greedy?.socket.readyState === 1) {
    for (let i = 0; i < 100; i++) greedy.socket.send('x', { fin: false });
    await new Promise(resolve => setImmediate(resolve));
  }
  await greedy?.closed;
  expect(count('memory_full')).toBe(1);
  modest?.socket.send('y');
  expect(await world.called('data send')).toMatchObject([{ data: 'xy' }]);
});

test('frames that are not the last of their message count towards the rate', async () => {
  world = await startRecordingGateway({ api: { rateLimit: { framesPerSecond: 0.1, burst: 10 } } });
  const { socket, frames, closed } = await connect(world.socketUrl);
  for (let i = 0; i < 8; i++) socket.send('x', { fin: i === 7 });
  await world.called('data send');
  for (let i = 0; i < 4; i++) socket.send('x', { fin: false });
  expect((await closed).code).toBe(1008);
  expect(String(frames.at(-1))).toContain('rate_limited');
});

test('how much is held of messages is known, however their frames are cut', () => {
  const frame = (first: number, size: number) => {
    const length = size < 126 ? [0x80 | size] : [0x80 | 126, size >> 8, size & 255];
    return Buffer.from([first, ...length, 1, 2, 3, 4, ...Array<number>(size).fill(7)]);
  };
  const [FINAL, MORE, GOES_ON, LAST, PING] = [0x81, 0x01, 0x00, 0x80, 0x89];
  const bytes = Buffer.concat([
    frame(FINAL, 3),
    frame(MORE, 200),
    frame(PING, 5),
    frame(GOES_ON, 0),
    frame(LAST, 0),
    frame(FINAL, 300),
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 20 }), cuts => {
      const told: number[] = [];
      let fragments = 0;
      const incoming = new IncomingFrames('client', {
        maxBytes: 300,
        onTooLarge: fail,
        onHeld: bytes => told.push(bytes),
        onFragments: (_, count) => {
          fragments += count;
        },
      });
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        incoming.read(bytes.subarray(at, at + cut));
        at += cut;
        if (at >= bytes.length) break;
      }
      expect([incoming.heldBytes, fragments]).toEqual([0, 2]);
      expect(told.length).toBeGreaterThan(0);
    }),
  );
});

test('a control frame that comes in two pieces is held no longer than it takes', () => {
  const rules = { maxBytes: 300, onTooLarge: fail, onHeld() {}, onFragments: fail };
  const incoming = new IncomingFrames('client', rules);
  const ping = Buffer.from([0x89, 0x82, 1, 2, 3, 4, 5, 6]);
  for (let times = 0; times < 3; times++) {
    incoming.read(ping.subarray(0, 4));
    expect(incoming.heldBytes).toBeGreaterThan(0);
    incoming.read(ping.subarray(4));
    expect(incoming.heldBytes).toBe(0);
  }
});

function fail(): never {
  throw new Error('no frame was too large, and none was part of a message');
}

describe('control frames', () => {
  const limits = { rateLimit: { framesPerSecond: 0.1, burst: 10 } };

  test.each<['ping' | 'pong']>([['ping'], ['pong']])('a flood of %ss is over the rate', async kind => {
    world = await startRecordingGateway({ api: limits });
    const { socket, frames, closed } = await connect(world.socketUrl);
    for (let i = 0; i < 12; i++) socket[kind]('x'.repeat(100));
    expect((await closed).code).toBe(1008);
    expect(String(frames.at(-1))).toContain('rate_limited');
    expect(count('too_many_frames')).toBe(1);
  });

  test('the answers to our own pings are not', async () => {
    world = await startRecordingGateway({ api: { ...limits, firstFrameSeconds: 0 }, gateway: { pingSeconds: 0.4 } });
    const { socket } = await connect(world.socketUrl);
    let pings = 0;
    socket.on('ping', () => {
      pings += 1;
    });
    // More than the burst. A client that is late with an answer counts as dead, so the pings must not come too fast.
    await until('it has answered more than it may send', () => pings > 11);
    expect(socket.readyState).toBe(1);
  });
});

test('an API has no more connections than it may, and one that ends makes room', async () => {
  world = await startRecordingGateway({ api: { maxConnections: 1 } });
  const first = await connect(world.socketUrl);
  expect(await handshake(world.socketUrl)).toMatchObject({ status: 503 });
  first.socket.close();
  await world.called('closing');
  (await connect(world.socketUrl)).socket.close();
});

describe('turns', () => {
  test('only so many run at once, and addresses take turns with each other', async () => {
    const turns = createTurns({ atOnce: 1, perSecond: 0 });
    const ran: string[] = [];
    const frame = async (address: string, name: string) => {
      await turns.take(address);
      ran.push(name);
      await sleep(1);
      turns.done();
    };
    const flood = ['f1', 'f2', 'f3', 'f4'].map(name => frame('198.51.100.1', name));
    await Promise.all([...flood, frame('192.0.2.1', 'honest'), frame('192.0.2.2', 'another')]);
    expect(ran).toEqual(['f1', 'f2', 'honest', 'another', 'f3', 'f4']);
  });

  test('a flood on one API takes no more of the process than its turns', async () => {
    let called = 0;
    world = await startRecordingGateway({
      transport: () => {
        called += 1;
      },
      api: { turns: { perSecond: 50 } },
    });
    const { socket } = await connect(world.socketUrl);
    const startedAt = performance.now();
    for (let i = 0; i < 75; i++) socket.send('x');
    await until('all have come through', () => called === 75);
    // Fifty at once, and the others in half a second.
    expect(performance.now() - startedAt).toBeGreaterThan(400);
  });
});
