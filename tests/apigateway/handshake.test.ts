import { connect as connectSocket } from 'node:net';
import { allowsOrigin } from '../../apigateway/server/origin.ts';
import { connect, handshake } from './client.ts';
import { rawHttp } from './raw-http.ts';
import { acceptAll, startWorld, until, type World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.gateway.close();
  world = undefined;
});

const upgradeRequest = (path: string, more = '', key = 'dGhlIHNhbXBsZSBub25jZQ==') =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n${more}\r\n`;

test('a client is let in after register was called with the documented event', async () => {
  world = await startWorld();
  const client = await connect(`${world.socketUrl}?token=secret`, { headers: { cookie: 'a=b' } });
  const [call] = await world.called('connecting');
  expect(call?.id).toMatch(/^[\w-]{28,}$/);
  expect(call?.event).toEqual({
    requestContext: {
      serviceName: 'pgws',
      path: '/pgws',
      httpMethod: 'GET',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
      identity: {},
      sourceIp: '127.0.0.1',
      stage: 'release',
      websocketEnable: true,
    },
    websocket: { action: 'connecting', secConnectionID: call?.id },
  });
  expect(world.gateway.connections).toBe(1);
  client.socket.close();
});

test('two connections never have the same id, and the maker of ids is a setting', async () => {
  let made = 0;
  world = await startWorld({ gateway: { connectionId: () => `instance1-${made++}` } });
  await connect(world.socketUrl);
  await connect(world.socketUrl);
  expect((await world.called('connecting', 2)).map(call => call.id)).toEqual(['instance1-0', 'instance1-1']);
});

test('the offered subprotocols reach register, and the one it chooses reaches the client', async () => {
  world = await startWorld({
    register: (event: { websocket: { secConnectionID: string; secWebSocketProtocol: string } }) => {
      expect(event.websocket.secWebSocketProtocol).toBe('a,b');
      const answer = acceptAll(event) as { websocket: object };
      return { ...answer, websocket: { ...answer.websocket, secWebSocketProtocol: 'b' } };
    },
  });
  const client = await connect(world.socketUrl, { protocols: ['a', 'b'] });
  expect(client.socket.protocol).toBe('b');
});

test.each<[string, unknown, number, boolean]>([
  ['says no', { errNo: 7, errMsg: 'shop unknown to 13800000000' }, 403, false],
  ['answers nothing', undefined, 502, true],
  [
    'answers for another connection',
    { errNo: 0, websocket: { action: 'connecting', secConnectionID: 'x' } },
    502,
    true,
  ],
  ['throws', new Error('no database'), 502, true],
])('a handshake is refused when register %s', async (_, answer, status, cleansUp) => {
  world = await startWorld({
    register: () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const refused = await handshake(world.socketUrl);
  expect(refused).toMatchObject({ status, headers: { 'content-type': 'application/json' } });
  const { body } = refused as { body: string };
  expect(JSON.parse(body)).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  expect(body).not.toMatch(/13800000000|database/);
  // What failed may have kept a row; what refused has not.
  if (cleansUp) await world.called('closing');
  await world.gateway.close();
  expect(world.calls.filter(call => call.action === 'closing')).toHaveLength(cleansUp ? 1 : 0);
});

test('a register that does not answer in time refuses with 504, and cleanup follows', async () => {
  world = await startWorld({ register: () => new Promise(() => {}), gateway: { functionTimeoutSeconds: 0.1 } });
  expect(await handshake(world.socketUrl)).toMatchObject({ status: 504 });
  expect(await world.called('closing')).toHaveLength(1);
});

test('a client that leaves while register runs is cleaned up after register, once', async () => {
  const order: string[] = [];
  let finish: (() => void) | undefined;
  world = await startWorld({
    register: async (event: { websocket: { secConnectionID: string } }) => {
      await new Promise<void>(resolve => {
        finish = resolve;
      });
      order.push('registered');
      return acceptAll(event);
    },
    cleanup: () => order.push('cleaned up'),
  });
  const socket = connectSocket(world.gateway.port, '127.0.0.1', () => socket.write(upgradeRequest('/pgws')));
  await until(() => finish !== undefined);
  socket.end();
  await new Promise(resolve => socket.on('close', resolve));
  expect(order).toEqual([]);
  finish?.();
  await world.called('closing');
  await world.gateway.close();
  expect(order).toEqual(['registered', 'cleaned up']);
  expect(world.gateway.connections).toBe(0);
});

describe('Origin', () => {
  const host = 'shop.example:8080';
  const strict = { origins: ['https://tablet.example'], allowsLocal: false };

  test.each([
    ['none at all', undefined, true],
    ['one on the list', 'https://tablet.example', true],
    ['the page’s own', 'http://shop.example:8080', true],
    ['the page’s own behind TLS', 'https://shop.example:8080', true],
    ['a foreign one', 'https://evil.example', false],
    ['null', 'null', false],
    ['nothing', '', false],
    ['a longer one', 'https://tablet.example.evil.example', false],
    ['a prefix', 'https://evil-tablet.example', false],
    ['another scheme of the list', 'http://tablet.example', false],
    ['another port', 'http://shop.example:8081', false],
    ['credentials before it', 'http://shop.example:8080@evil.example', false],
    ['a path behind it', 'http://shop.example:8080/', false],
    ['another scheme', 'ftp://shop.example:8080', false],
    ['localhost', 'http://localhost:3000', false],
    ['two of them', 'https://tablet.example, https://evil.example', false],
  ])('%s is judged rightly', (_, origin, expected) => {
    expect(allowsOrigin(strict, origin, host)).toBe(expected);
  });

  test.each([
    ['http://localhost:3000', true],
    ['http://127.0.0.1', true],
    ['http://[::1]:8080', true],
    ['http://localhost.evil.example', false],
    ['http://127.0.0.1.evil.example', false],
    ['null', false],
  ])('in local mode %s is judged rightly', (origin, expected) => {
    expect(allowsOrigin({ ...strict, allowsLocal: true }, origin, host)).toBe(expected);
  });

  test('a foreign page gets 403 before register is asked; its own page, the list and no page get in', async () => {
    world = await startWorld({ gateway: { origins: ['https://tablet.example'] } });
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
      expect(await handshake(world.socketUrl, { headers: { origin } })).toMatchObject({ status: 403 });
    }
    expect(world.calls).toEqual([]);
    for (const origin of ['https://tablet.example', world.gateway.url, 'http://localhost:1']) {
      await connect(world.socketUrl, { headers: { origin } });
    }
    await connect(world.socketUrl);
    expect(world.calls).toHaveLength(4);
  });
});

test('the connections of one address are limited, and a closed one makes room', async () => {
  world = await startWorld({ gateway: { connectionsPerAddress: 2 } });
  const first = await connect(world.socketUrl);
  await connect(world.socketUrl);
  const refused = await handshake(world.socketUrl);
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(world.calls).toHaveLength(2);
  first.socket.close();
  await world.called('closing');
  await connect(world.socketUrl);
});

test('refused handshakes do not use up the room of their address', async () => {
  let mayEnter = false;
  world = await startWorld({
    register: (event: never) => (mayEnter ? acceptAll(event) : { errNo: 1 }),
    gateway: { connectionsPerAddress: 1 },
  });
  for (let i = 0; i < 3; i++) expect(await handshake(world.socketUrl)).toMatchObject({ status: 403 });
  mayEnter = true;
  await connect(world.socketUrl);
});

test.each([
  ['another path', upgradeRequest('/pgws/'), 404],
  ['an encoded path', upgradeRequest('/%70gws'), 404],
  ['a path of a route', upgradeRequest('/healthz'), 404],
  ['a key that is none', upgradeRequest('/pgws', '', 'short'), 400],
  ['another version', upgradeRequest('/pgws').replace('13', '8'), 400],
  ['another upgrade', upgradeRequest('/pgws').replace('upgrade: websocket', 'upgrade: h2c'), 400],
  ['another method', upgradeRequest('/pgws').replace('GET', 'POST'), 400],
])('%s is refused before register is asked', async (_, request, status) => {
  world = await startWorld();
  const answer = await rawHttp(world.gateway.port, request);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toMatch(/x-request-id: [\w-]{36}\r\n/);
  expect(world.calls).toEqual([]);
});
