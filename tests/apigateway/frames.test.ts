import { connect as connectSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../support/apigateway/client.ts';
import { type RecordingGateway, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';

let world: RecordingGateway | undefined;
afterEach(async () => {
  await world?.gateway.close();
  world = undefined;
});

test('a text frame arrives at transport byte for byte, as the documented event', async () => {
  world = await startRecordingGateway();
  const client = await connect(world.socketUrl);
  client.socket.send('{"名":"鸡蛋 👩‍🍳"}');
  const [call] = await world.called('data send');
  expect(call?.event).toEqual({
    websocket: {
      action: 'data send',
      secConnectionID: world.calls[0]?.id,
      dataType: 'text',
      data: '{"名":"鸡蛋 👩‍🍳"}',
    },
  });
});

test('a binary frame arrives as base64', async () => {
  world = await startRecordingGateway();
  const client = await connect(world.socketUrl);
  client.socket.send(Buffer.from([0, 255, 10]));
  expect((await world.called('data send'))[0]).toMatchObject({ dataType: 'binary', data: 'AP8K' });
});

test('frames of one connection are handled one after another, those of two side by side', async () => {
  const running = new Map<string, number>();
  let mostOfOne = 0;
  let mostOfAll = 0;
  world = await startRecordingGateway({
    transport: async ({ websocket: { secConnectionID: id } }: { websocket: { secConnectionID: string } }) => {
      running.set(id, (running.get(id) ?? 0) + 1);
      mostOfOne = Math.max(mostOfOne, running.get(id) ?? 0);
      mostOfAll = Math.max(
        mostOfAll,
        [...running.values()].reduce((sum, each) => sum + each, 0),
      );
      await sleep(Math.random() * 10);
      running.set(id, (running.get(id) ?? 0) - 1);
    },
  });
  const clients = [await connect(world.socketUrl), await connect(world.socketUrl)];
  const sent = Array.from({ length: 20 }, (_, i) => String(i));
  for (const text of sent) for (const { socket } of clients) socket.send(text);
  const calls = await world.called('data send', 40);
  const [first, second] = world.calls.filter(call => call.action === 'connecting').map(call => call.id);
  for (const id of [first, second]) expect(calls.filter(call => call.id === id).map(call => call.data)).toEqual(sent);
  expect([mostOfOne, mostOfAll]).toEqual([1, 2]);
});

test('a client faster than transport is left unread, and nothing of it is lost', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  world = await startRecordingGateway({ transport: () => held });
  const client = await connect(world.socketUrl);
  const text = 'x'.repeat(16_000);
  const total = 2000;
  for (let i = 0; i < total; i++) client.socket.send(`${i} ${text}`);
  await world.called('data send');
  await sleep(200);
  // 32 MB were sent; what is not in the kernel's buffers is still with the client.
  expect(client.socket.bufferedAmount).toBeGreaterThan(total * 4000);
  expect(world.calls).toHaveLength(2);
  release?.();
  const calls = await world.called('data send', total);
  expect(calls.map(call => Number.parseInt(call.data ?? '', 10))).toEqual(Array.from({ length: total }, (_, i) => i));
});

test.each<[string, () => unknown]>([
  ['throws', () => Promise.reject(new Error('no database'))],
  ['does not answer in time', () => new Promise(() => {})],
])('a transport that %s closes its client and nobody else', async (_, fail) => {
  world = await startRecordingGateway({
    transport: (event: { websocket: { data: string } }) => (event.websocket.data === 'bad' ? fail() : undefined),
    gateway: { functionTimeoutSeconds: 0.2 },
  });
  const bad = await connect(world.socketUrl);
  const good = await connect(world.socketUrl);
  bad.socket.send('bad');
  bad.socket.send('never handled');
  expect(await bad.closed).toMatchObject({ code: 1011 });
  await world.called('closing');
  good.socket.send('good');
  expect((await world.called('data send', 2)).map(call => call.data)).toEqual(['bad', 'good']);
  expect(good.socket.readyState).toBe(good.socket.OPEN);
});

test('cleanup is called once, after the frames that had come in', async () => {
  world = await startRecordingGateway({ transport: () => sleep(30) });
  const client = await connect(world.socketUrl);
  for (const text of ['1', '2', '3']) client.socket.send(text);
  client.socket.close();
  await world.called('closing');
  await world.gateway.close();
  expect(world.calls.map(call => call.data ?? call.action)).toEqual(['connecting', '1', '2', '3', 'closing']);
});

test.each<[string, (terminate: () => void, close: () => void) => void]>([
  ['closes', (_terminate, close) => close()],
  ['vanishes', terminate => terminate()],
])('a client that %s is cleaned up once', async (_, leave) => {
  world = await startRecordingGateway();
  const { socket } = await connect(world.socketUrl);
  leave(
    () => socket.terminate(),
    () => socket.close(),
  );
  const [call] = await world.called('closing');
  await world.gateway.close();
  expect(world.calls).toHaveLength(2);
  expect(call?.event).toEqual({ websocket: { action: 'closing', secConnectionID: world.calls[0]?.id } });
});

test('a failing cleanup is called again until it works, and harms nobody', async () => {
  world = await startRecordingGateway({
    cleanup: () => {
      if (world?.calls.filter(({ action }) => action === 'closing').length === 1) throw new Error('no database');
    },
  });
  const { socket } = await connect(world.socketUrl);
  socket.close();
  await connect(world.socketUrl);
  const [first, second] = await world.called('closing', 2);
  expect(second?.event).toEqual(first?.event);
  expect(world.logged.filter(({ event }) => event.includes('cleanup'))).toMatchObject([
    { level: 'warn', event: 'cleanup is tried again', fields: { message: expect.stringContaining('no database') } },
  ]);
  socket.terminate();
  await world.gateway.close();
  expect(world.calls.filter(({ id, action }) => action === 'closing' && id === first?.id)).toHaveLength(2);
});

test.each<[string, (socket: import('ws').WebSocket) => void, number]>([
  ['a frame that is too large', socket => socket.send('x'.repeat(16 * 1024 + 1)), 1009],
  [
    'a frame that grows too large in fragments',
    socket => {
      for (let i = 0; i < 20; i++) socket.send('x'.repeat(1024), { fin: false });
    },
    1009,
  ],
  ['text that is not UTF-8', socket => socket.send(Buffer.from([0xc3, 0x28]), { binary: false }), 1007],
])('%s closes the connection and never reaches transport', async (_, send, code) => {
  world = await startRecordingGateway();
  const client = await connect(world.socketUrl);
  send(client.socket);
  expect(await client.closed).toMatchObject({ code });
  await world.called('closing');
  expect(world.calls.map(call => call.action)).toEqual(['connecting', 'closing']);
});

test.each<[string, string | Buffer, object]>([
  ['too large', 'x'.repeat(16 * 1024 + 1), { code: 'large' }],
  ['too large by far', 'x'.repeat(4 * 1024 * 1024), { code: 'large' }],
  ['not UTF-8', Buffer.from([0xc3, 0x28]), { code: 'utf8' }],
])('who sends a frame that is %s is told so before the close, if the API has words for it', async (_, frame, told) => {
  world = await startRecordingGateway({
    api: { faultFrames: { tooLarge: { code: 'large' }, notUtf8: { code: 'utf8' } } },
  });
  const client = await connect(world.socketUrl);
  client.socket.send(frame, { binary: false });
  expect([1007, 1009]).toContain((await client.closed).code);
  expect(client.frames.map(each => JSON.parse(String(each)))).toEqual([told]);
  await world.called('closing');
});

test('a client that itself closes with the code of a fault is told nothing', async () => {
  world = await startRecordingGateway({ api: { faultFrames: { tooLarge: { code: 'large' } } } });
  const client = await connect(world.socketUrl);
  client.socket.close(1009, 'enough');
  await client.closed;
  expect(client.frames).toEqual([]);
});

test('reserved bits close the connection as a protocol error', async () => {
  world = await startRecordingGateway();
  const { socket, closed } = await connect(world.socketUrl);
  const raw = (socket as unknown as { _socket: import('node:net').Socket })._socket;
  raw.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]));
  expect((await closed).code).toBe(1002);
  await world.called('closing');
});

test('a frame of the largest size passes', async () => {
  world = await startRecordingGateway();
  const { socket } = await connect(world.socketUrl);
  socket.send('x'.repeat(16 * 1024));
  expect((await world.called('data send'))[0]?.data).toHaveLength(16 * 1024);
});

describe('rate limit', () => {
  const api = { rateLimit: { framesPerSecond: 20, burst: 60 } };

  test('a burst passes; more gets the frame of the wire and is closed', async () => {
    world = await startRecordingGateway({ api });
    const client = await connect(world.socketUrl);
    for (let i = 0; i < 60; i++) client.socket.send(String(i));
    await world.called('data send', 60);
    for (let i = 0; i < 20; i++) client.socket.send('more');
    expect((await client.closed).code).toBe(1008);
    expect(client.frames.map(frame => JSON.parse(String(frame)))).toEqual([
      {
        type: 'error',
        error: { code: 'rate_limited', message: expect.any(String) },
        retryAfterMs: expect.any(Number),
      },
    ]);
    await world.called('closing');
    expect(world.calls.filter(call => call.action === 'data send').length).toBeLessThan(70);
  });

  test('tokens come back with time', async () => {
    world = await startRecordingGateway({ api: { rateLimit: { framesPerSecond: 100, burst: 2 } } });
    const client = await connect(world.socketUrl);
    for (let i = 0; i < 6; i++) {
      client.socket.send(String(i));
      await sleep(25);
    }
    await world.called('data send', 6);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

test('a client that says nothing is closed in time, one that has spoken is not', async () => {
  world = await startRecordingGateway({ api: { firstFrameSeconds: 0.2 } });
  const silent = await connect(world.socketUrl);
  const speaking = await connect(world.socketUrl);
  speaking.socket.send('hello');
  expect((await silent.closed).code).toBe(1008);
  await sleep(100);
  expect(speaking.socket.readyState).toBe(speaking.socket.OPEN);
});

test('13.4 with tellCaller functions hear who sent a frame and whether one who left had spoken; without, what is documented', async () => {
  const heard = async (tellCaller: boolean) => {
    world = await startRecordingGateway({ api: { tellCaller } });
    const [silent, speaking] = [await connect(world.socketUrl), await connect(world.socketUrl)];
    speaking.socket.send('hello');
    await world.called('data send');
    silent.socket.close();
    await world.called('closing');
    speaking.socket.close();
    await world.called('closing', 2);
    const extras = world.calls.map(({ action, id, data, dataType, event, ...rest }) => ({ action, ...rest }));
    await world.gateway.close();
    return extras;
  };
  expect(await heard(true)).toEqual([
    { action: 'connecting', framesTellCaller: true },
    { action: 'connecting', framesTellCaller: true },
    { action: 'data send', sourceIp: '127.0.0.1' },
    { action: 'closing', hasSpoken: false },
    { action: 'closing', hasSpoken: true },
  ]);
  expect(await heard(false)).toEqual(
    ['connecting', 'connecting', 'data send', 'closing', 'closing'].map(action => ({ action })),
  );
});

test('nothing in either direction for the idle limit closes; a push or a frame keeps it open', async () => {
  world = await startRecordingGateway({
    api: { idleSeconds: 0.6, firstFrameSeconds: 0 },
    gateway: { pingSeconds: 0.1 },
  });
  const idle = await connect(world.socketUrl);
  const pushed = await connect(world.socketUrl);
  const [, { id } = { id: '' }] = await world.called('connecting', 2);
  const { gateway } = world;
  const timer = setInterval(() => void gateway.push('pgws').send(id, 'x'), 100);
  expect((await idle.closed).code).toBe(1000);
  await sleep(300);
  clearInterval(timer);
  expect(pushed.socket.readyState).toBe(pushed.socket.OPEN);
});

test('9.3 F53: a half-open client, which answers no ping, is cut and cleaned up; one that answers stays', async () => {
  world = await startRecordingGateway({ gateway: { pingSeconds: 0.3 }, api: { firstFrameSeconds: 0 } });
  await connect(world.socketUrl, { autoPong: false });
  const alive = await connect(world.socketUrl);
  const [first] = await world.called('connecting', 2);
  const [closing] = await world.called('closing');
  expect(closing?.id).toBe(first?.id);
  await sleep(700);
  expect(alive.socket.readyState).toBe(alive.socket.OPEN);
});

test('a client held up by a slow transport is not taken for dead', async () => {
  world = await startRecordingGateway({ gateway: { pingSeconds: 0.1 }, transport: () => sleep(20) });
  const client = await connect(world.socketUrl);
  for (let i = 0; i < 50; i++) client.socket.send(`${i} ${'x'.repeat(15_000)}`);
  await world.called('data send', 50);
  expect(client.socket.readyState).toBe(client.socket.OPEN);
});

test('frames sent with the handshake are not lost', async () => {
  world = await startRecordingGateway();
  const { port } = world.gateway;
  const socket = connectSocket(port, '127.0.0.1');
  const frame = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
  const head = `GET /pgws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head), frame]));
  expect((await world.called('data send'))[0]?.data).toBe('hi');
  socket.destroy();
});

describe('9.3: an alive frame', () => {
  const aliveFrame = { everySeconds: 0.2, frame: { type: 'alive', everySeconds: 0.2 } };

  test('goes to whoever was sent nothing else for so long, and calls no function', async () => {
    world = await startRecordingGateway({ api: { aliveFrame, firstFrameSeconds: 0 }, gateway: { pingSeconds: 0.05 } });
    const quiet = await connect(world.socketUrl);
    expect((await quiet.received(3)).slice(0, 3)).toEqual(Array(3).fill(JSON.stringify(aliveFrame.frame)));
    expect(world.calls.map(({ action }) => action)).toEqual(['connecting']);
  });

  test('is sent once where other frames go, so that the client knows what silence means', async () => {
    world = await startRecordingGateway({ api: { aliveFrame, firstFrameSeconds: 0 }, gateway: { pingSeconds: 0.05 } });
    const busy = await connect(world.socketUrl);
    const quiet = await connect(world.socketUrl);
    const [{ id } = { id: '' }] = await world.called('connecting');
    const { gateway } = world;
    const timer = setInterval(() => void gateway.push('pgws').send(id, 'x'), 20);
    await quiet.received(3);
    clearInterval(timer);
    expect(busy.frames.filter(frame => frame !== 'x')).toEqual([JSON.stringify(aliveFrame.frame)]);
  });

  test('does not keep a client that is idle', async () => {
    world = await startRecordingGateway({
      api: { aliveFrame, firstFrameSeconds: 0, idleSeconds: 1 },
      gateway: { pingSeconds: 0.05 },
    });
    const idle = await connect(world.socketUrl);
    expect((await idle.closed).code).toBe(1000);
    expect(idle.frames.length).toBeGreaterThan(0);
  });

  test('is not sent where none is configured', async () => {
    world = await startRecordingGateway({
      api: { firstFrameSeconds: 0, idleSeconds: 0.5 },
      gateway: { pingSeconds: 0.05 },
    });
    const client = await connect(world.socketUrl);
    await client.closed;
    expect(client.frames).toEqual([]);
  });
});
