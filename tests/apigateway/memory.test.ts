import { setTimeout as sleep } from 'node:timers/promises';
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
