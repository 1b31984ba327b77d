import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSecurityEvents } from '../../apigateway/security-events.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { watchSlowReaders } from '../../apigateway/server/http/slow-readers.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { connect as connectClient, handshake } from '../support/apigateway/client.ts';
import { startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { until } from '../support/until.ts';
import { rawHttp } from './raw-http.ts';

// How much HTTP, and how many that do not read, a gateway has at a time.

const MEGABYTE = 'x'.repeat(1024 * 1024);
let gateway: Gateway;
let calls = 0;
let release: () => void = () => {};
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  release();
  await gateway.close();
});

/** `/quick` answers at once, `/large` with a megabyte, `/held` when the test lets it. */
async function start(options: Partial<GatewayOptions> = {}): Promise<number> {
  calls = 0;
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  const route = (path: string, answer: () => unknown) => ({
    path,
    methods: ['GET' as const],
    target: async () => {
      calls += 1;
      return { statusCode: 200, headers: {}, body: await answer() };
    },
  });
  const routes = [
    route('/quick', () => 'ok'),
    route('/large', () => MEGABYTE),
    route('/held', () => held.then(() => 'at last')),
  ];
  gateway = await startGateway({ port: 0, log: () => {}, routes, shutdownSeconds: 1, ...options });
  return gateway.port;
}

function request(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
}

/** A connection that sends bytes and reads nothing. */
function deaf(port: number, bytes: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  socket.on('error', () => {}).pause();
  sockets.push(socket);
  return socket;
}

async function statusOf(path: string): Promise<number> {
  const response = await fetch(gateway.url + path);
  await response.arrayBuffer();
  return response.status;
}

test('requests that are sent without waiting for answers are answered in order, up to eight at a time', async () => {
  const port = await start();
  const answers = await rawHttp(
    port,
    request('/quick').repeat(8) + request('/quick').replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'),
  );
  expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(8);
  expect(answers).toMatch(/HTTP\/1\.1 503 .*\r\n(.+\r\n)*connection: close/i);
});

test('ten thousand requests on a connection that reads nothing are neither answered nor kept, and others are served', async () => {
  const port = await start();
  for (let i = 0; i < 10; i++) deaf(port, request('/large').repeat(1000));
  await until('they are refused', () => (gateway.securityEvents.get('pipelining') ?? 0) >= 10);
  expect(await statusOf('/quick')).toBe(200);
  expect(calls).toBeLessThanOrEqual(81);
});

test('of one address, and in all, only so many requests wait for their answers', async () => {
  const port = await start({ requestsPerAddress: 3, trustedProxies: 1, maxRequests: 4 });
  const ask = (address: string, path = '/quick') =>
    fetch(gateway.url + path, { headers: { 'x-forwarded-for': address } });
  const held = ['192.0.2.1', '192.0.2.1', '192.0.2.1'].map(address => ask(address, '/held'));
  await until('three wait', () => calls === 3);
  const refused = await ask('192.0.2.1');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toEqual({ error: { code: 'unavailable', message: 'too many requests at a time' } });
  expect((await ask('192.0.2.2')).status).toBe(200);
  held.push(ask('192.0.2.3', '/held'));
  await until('a fourth waits', () => calls === 5);
  expect((await ask('192.0.2.2')).status).toBe(503);
  release();
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await ask('192.0.2.1')).status).toBe(200);
  expect(gateway.securityEvents.get('too_many_requests')).toBe(2);
  expect(port).toBe(gateway.port);
});

test('who takes nothing of an answer is cut', async () => {
  const port = await start({ writeTimeoutSeconds: 0.6 });
  const silent = deaf(port, request('/large').repeat(8));
  await until('it is cut', () => gateway.securityEvents.get('slow_reader') === 1);
  await once(silent.resume(), 'close');
});

test('who takes little, but goes on taking it, is not cut, nor who has taken everything in between', async () => {
  gateway = await startGateway({ port: 0, log: () => {} });
  const cut: string[] = [];
  const client = (name: string) => {
    const socket = Object.assign(new Socket(), { name, taken: 0, waiting: 1_000_000 });
    Object.defineProperty(socket, 'writableLength', { get: () => socket.waiting });
    Object.defineProperty(socket, 'bytesWritten', { get: () => socket.taken + socket.waiting });
    return socket.once('close', () => cut.push(name));
  };
  const [steady, emptied, stuck] = [client('steady'), client('emptied'), client('stuck')];
  const { stop } = watchSlowReaders(new Set([steady, emptied, stuck]), {
    timeoutMs: 200,
    securityEvents: createSecurityEvents(() => {}),
  });
  const taking = setInterval(() => {
    steady.taken += 20;
    emptied.taken += emptied.waiting;
    emptied.waiting = emptied.waiting === 0 ? 1000 : 0;
  }, 10);
  await until('one is cut', () => cut.length > 0);
  await sleep(500);
  clearInterval(taking);
  stop();
  expect(cut).toEqual(['stuck']);
});

test('a WebSocket client that sends and never reads is cut as well', async () => {
  const world = await startRecordingGateway({
    api: { firstFrameSeconds: 0 },
    gateway: { writeTimeoutSeconds: 0.6, maxBufferedBytes: 64 * 1024 * 1024, maxSendBackBytes: 1024 * 1024 },
  });
  gateway = world.gateway;
  const client = await connectClient(world.socketUrl);
  client.socket.pause();
  const [call] = await world.called('connecting');
  const push = gateway.push('pgws');
  for (let i = 0; i < 12; i++) await push.send(call?.id ?? '', MEGABYTE);
  const chatter = setInterval(() => client.socket.send('here'), 20);
  await world.called('closing');
  clearInterval(chatter);
  client.socket.terminate();
  expect(gateway.securityEvents.get('slow_reader')).toBe(1);
});

test('network connections are bounded for each address, and in all', async () => {
  const port = await start({ connectionsPerAddress: 2, maxConnections: 5 });
  const idle = () => deaf(port, '');
  for (let i = 0; i < 4; i++) await once(idle(), 'connect');
  await once(idle().resume(), 'close');
  expect(gateway.securityEvents.get('too_many_connections')).toBe(1);
  const from = (address: string) =>
    new Promise<boolean>(resolve => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: address });
      sockets.push(socket.on('error', () => {}));
      socket.once('data', () => resolve(true)).once('close', () => resolve(false));
      socket.write(request('/quick'));
    });
  expect(await from('127.0.0.2')).toBe(true);
  expect(await from('127.0.0.3')).toBe(false);
  expect(gateway.securityEvents.get('too_many_connections')).toBe(2);
});

describe('with a list of hosts', () => {
  test.each([
    ['localhost', 200],
    ['LOCALHOST.:8080', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:8080', 200],
    ['shop.example', 200],
    ['evil.example', 400],
    ['localhost.evil.example', 400],
    ['127.0.0.1.evil.example', 400],
    ['', 400],
  ])('Host %j is answered %i', async (host, status) => {
    const port = await start({ hosts: ['localhost', '127.0.0.1', '[::1]', 'Shop.example'] });
    const ask = (target: string) =>
      rawHttp(port, `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    expect(await ask('/quick')).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(calls).toBe(status === 200 ? 1 : 0);
    expect(gateway.securityEvents.get('host_refused')).toBe(status === 200 ? 0 : 1);
  });

  test('the host of a target in absolute form counts, two Host headers are none, and a page of a stranger opens no WebSocket', async () => {
    const port = await start({ hosts: ['localhost'] });
    const absolute = 'GET http://evil.example/quick HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    expect(await rawHttp(port, absolute)).toMatch(/^HTTP\/1.1 400 /);
    const twice = 'GET /quick HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n';
    expect(await rawHttp(port, twice)).toMatch(/^HTTP\/1.1 400 /);
    const headers = { host: 'evil.example', origin: 'http://evil.example' };
    expect(await handshake(`ws://127.0.0.1:${port}/quick`, { headers })).toMatchObject({ status: 400 });
    expect(calls).toBe(0);
  });
});
