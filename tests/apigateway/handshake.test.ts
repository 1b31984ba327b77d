import { connect as connectSocket } from 'node:net';
import { allowsOrigin } from '../../apigateway/server/websocket/origin.ts';
import { connect, handshake } from '../support/apigateway/client.ts';
import { acceptAll, type RecordingGateway, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { until } from '../support/until.ts';
import { rawHttp } from './raw-http.ts';

let world: RecordingGateway | undefined;
afterEach(async () => {
  await world?.gateway.close();
  world = undefined;
});

const upgradeRequest = (path: string, more = '', key = 'dGhlIHNhbXBsZSBub25jZQ==') =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n${more}\r\n`;

test('a client is let in after register was called with the documented event', async () => {
  world = await startRecordingGateway();
  const client = await connect(`${world.socketUrl}?token=secret`, { headers: { cookie: 'a=b' } });
  const [call] = await world.called('connecting');
  expect(call?.id).toMatch(/^[\w-]{24}$/);
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

test('what else register is told of the handshake is a setting of its API', async () => {
  const opened = async (registerGets: ('headers' | 'queryString')[]) => {
    world = await startRecordingGateway({ api: { registerGets } });
    const headers = { 'X-Token': 'a', 'x-forwarded-for': '203.0.113.7' };
    const client = await connect(`${world.socketUrl}?token=%E5%8D%95&tag=1&tag=2`, { headers });
    const [call] = await world.called('connecting');
    client.socket.close();
    await world.gateway.close();
    return call?.event;
  };
  expect(await opened(['headers', 'queryString'])).toMatchObject({
    headers: { host: expect.any(String), 'x-token': 'a', upgrade: 'websocket' },
    queryString: { token: '单', tag: ['1', '2'] },
  });
  const event = await opened(['queryString']);
  expect(event).not.toHaveProperty('headers');
  expect(JSON.stringify(await opened(['headers']))).not.toContain('203.0.113.7');
});

test('transport alone suffices: who has no register lets everybody in, with the first subprotocol', async () => {
  world = await startRecordingGateway({ api: { register: undefined, cleanup: undefined } });
  const client = await connect(world.socketUrl, { protocols: ['a', 'b'] });
  expect(client.socket.protocol).toBe('a');
  client.socket.send('x');
  expect(await world.called('data send')).toMatchObject([{ data: 'x' }]);
  client.socket.close();
  await client.closed;
  await until(() => world?.gateway.connections === 0);
  expect(world.calls.map(({ action }) => action)).toEqual(['data send']);
});

test('an API is found with a stage before its path and a slash behind it, and nowhere else', async () => {
  world = await startRecordingGateway({ gateway: { stages: ['release', 'test'] } });
  const { url } = world.gateway;
  for (const path of ['/pgws/', '/release/pgws', '/release/pgws/', '/test/pgws'])
    (await connect(url.replace('http', 'ws') + path)).socket.close();
  for (const path of ['/prepub/pgws', '/release', '/pgws//', '/release/release/pgws'])
    expect(await handshake(url.replace('http', 'ws') + path)).toMatchObject({ status: 404 });
  expect((await fetch(`${url}/release/pgws`)).status).toBe(426);
  const told = (await world.called('connecting', 4)).map(({ event }) => event.requestContext);
  expect(told).toMatchObject(['release', 'release', 'release', 'test'].map(stage => ({ path: '/pgws', stage })));
});

test('two connections never have the same id, and the maker of ids is a setting', async () => {
  let made = 0;
  world = await startRecordingGateway({ gateway: { connectionId: () => `instance1-${made++}` } });
  await connect(world.socketUrl);
  await connect(world.socketUrl);
  expect((await world.called('connecting', 2)).map(call => call.id)).toEqual(['instance1-0', 'instance1-1']);
});

test('the offered subprotocols reach register, and the one it chooses reaches the client', async () => {
  world = await startRecordingGateway({
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
  world = await startRecordingGateway({
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
  world = await startRecordingGateway({
    register: () => new Promise(() => {}),
    gateway: { functionTimeoutSeconds: 0.1 },
  });
  expect(await handshake(world.socketUrl)).toMatchObject({ status: 504 });
  expect(await world.called('closing')).toHaveLength(1);
});

test('a client that leaves while register runs is cleaned up after register, once', async () => {
  const order: string[] = [];
  let finish: (() => void) | undefined;
  world = await startRecordingGateway({
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
    ['9.7: one on the list with its default port', 'https://tablet.example:443', true],
    ['9.7: an app that is not on the list', 'capacitor://localhost', false],
    ['9.7: a file', 'file://', false],
  ])('%s is judged rightly', (_, origin, expected) => {
    expect(allowsOrigin(strict, origin, host)).toBe(expected);
  });

  test.each([
    'https://any.example',
    'null',
    'file://',
    'app://-',
    'no origin at all',
  ])('with * on the list %s is let in', origin => {
    expect(allowsOrigin({ origins: ['*'], allowsLocal: false }, origin, host)).toBe(true);
  });

  test.each([
    ['https://shop.example', 'shop.example:443', true],
    ['https://shop.example', 'SHOP.example', true],
    ['http://shop.example', 'shop.example:80', true],
    ['http://shop.example', 'shop.example:', true],
    ['https://shop.example', 'shop.example.', true],
    ['https://shop.example.', 'shop.example', true],
    ['https://shop.example:444', 'shop.example:443', false],
    ['https://shop.example', 'shop.example:8443', false],
    ['http://[::1]:8080', '[0:0:0::1]:8080', true],
    ['https://xn--5krr7k.example', 'xn--5krr7k.example', true],
    ['https://shop.example', '', false],
    ['https://shop.example', undefined, false],
    ['https://shop.example', 'evil.example', false],
    ['https://shop.example', 'shop.example@evil.example', false],
    ['https://shop.example', 'evil.example/shop.example', false],
  ])('9.7: a page of %s that asks the host %s is judged rightly', (origin, ownHost, expected) => {
    expect(allowsOrigin(strict, origin, ownHost)).toBe(expected);
  });

  test.each([
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'http://tauri.localhost',
    'app://-',
    'file://',
    'null',
  ])('9.7: %s is let in when the owner names it', async origin => {
    world = await startRecordingGateway({ gateway: { origins: [origin] } });
    await connect(world.socketUrl, { headers: { origin } });
    expect(await handshake(world.socketUrl, { headers: { origin: 'app://evil' } })).toMatchObject({ status: 403 });
  });

  test.each([
    'https://*.example',
    'https://shop.example/menu',
    'wss://shop.example',
    'shop.example',
  ])('9.7: %s is no origin: the gateway does not start, and says so', async origin => {
    const start = startRecordingGateway({ gateway: { origins: ['https://a.example', origin] } });
    await expect(start).rejects.toThrow(/origins\.1: must be an origin as browsers send it/);
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
    world = await startRecordingGateway({ gateway: { origins: ['https://tablet.example'] } });
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
      expect(await handshake(world.socketUrl, { headers: { origin } })).toMatchObject({ status: 403 });
    }
    expect(world.calls).toEqual([]);
    const refused = world.logged.filter(({ event }) => event === 'origin refused').map(({ fields }) => fields);
    expect(refused[0]).toMatchObject({ origin: 'https://evil.example', hosts: `127.0.0.1:${world.gateway.port}` });
    for (const origin of ['https://tablet.example', world.gateway.url, 'http://localhost:1']) {
      await connect(world.socketUrl, { headers: { origin } });
    }
    await connect(world.socketUrl);
    expect(world.calls).toHaveLength(4);
  });
});

test('the connections of one address are limited, and a closed one makes room', async () => {
  world = await startRecordingGateway({ gateway: { connectionsPerAddress: 2 } });
  const first = await connect(world.socketUrl);
  await connect(world.socketUrl);
  const refused = await handshake(world.socketUrl);
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(world.calls).toHaveLength(2);
  first.socket.close();
  await world.called('closing');
  await connect(world.socketUrl);
});

test('9.7: a /64 of IPv6 has the connections of one address, and customers behind a proxy do not share its own', async () => {
  world = await startRecordingGateway({ gateway: { connectionsPerAddress: 1, trustedProxies: 1 } });
  const { socketUrl } = world;
  const from = (address: string) => handshake(socketUrl, { headers: { 'x-forwarded-for': address } });
  const lets = async (address: string) => 'socket' in (await from(address));
  expect(await lets('2001:db8:1:2::7')).toBe(true);
  expect(await lets('[2001:DB8:1:2:ffff::9]:41234')).toBe(false);
  expect(await lets('2001:db8:1:3::7')).toBe(true);
  expect(await lets('203.0.113.7:41234')).toBe(true);
  expect(await lets('::ffff:203.0.113.7')).toBe(false);
  expect(await lets('"203.0.113.8"')).toBe(true);
  // All whose address is not known share what one may have, less than that: no proxy of ours leaves it out.
  expect(await lets('unknown')).toBe(true);
  expect(await lets('_hidden')).toBe(false);
  expect(world.gateway.securityEvents.get('address_unknown')).toBe(2);
  const addresses = world.calls.map(({ event }) => (event.requestContext as { sourceIp: string }).sourceIp);
  expect(addresses).toEqual(['2001:db8:1:2::7', '2001:db8:1:3::7', '203.0.113.7', '203.0.113.8', '']);
});

test('the handshakes of one address are limited whatever becomes of them', async () => {
  world = await startRecordingGateway({
    register: () => ({ errNo: 1 }),
    gateway: { handshakesPerSecond: 0.01, trustedProxies: 1 },
  });
  const { socketUrl } = world;
  const from = (address: string) => handshake(socketUrl, { headers: { 'x-forwarded-for': address } });
  const statuses = [];
  for (let i = 0; i < 205; i++) statuses.push(((await from(`2001:db8:1:2::${i + 1}`)) as { status: number }).status);
  expect(statuses).toEqual([...Array(200).fill(403), ...Array(5).fill(429)]);
  expect(await from('2001:db8:1:2::1')).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
  expect(await from('2001:db8:1:3::1')).toMatchObject({ status: 403 });
});

test('refused handshakes do not use up the room of their address', async () => {
  let mayEnter = false;
  world = await startRecordingGateway({
    register: (event: never) => (mayEnter ? acceptAll(event) : { errNo: 1 }),
    gateway: { connectionsPerAddress: 1 },
  });
  for (let i = 0; i < 3; i++) expect(await handshake(world.socketUrl)).toMatchObject({ status: 403 });
  mayEnter = true;
  await connect(world.socketUrl);
});

describe('9.7: a handshake is served', () => {
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  const asking = (more: string, target = '/pgws') => `GET ${target} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

  test.each<[string, string]>([
    ['as Firefox asks', asking(`${key}Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n`)],
    [
      'in any case',
      asking(
        `${key.toUpperCase().replace('DGHLIHNHBXBSZSBUB25JZQ', 'dGhlIHNhbXBsZSBub25jZQ')}CONNECTION: UPGRADE\r\nUPGRADE: WebSocket\r\n`,
      ),
    ],
    [
      'with several Connection headers',
      asking(`${key}Connection: keep-alive\r\nConnection: upgrade\r\nUpgrade: websocket\r\n`),
    ],
    ['with empty members and tabs', asking(`${key}Connection: ,keep-alive,,\tUpgrade ,\r\nUpgrade: ,websocket,\r\n`)],
    ['offering another protocol behind', asking(`${key}Connection: Upgrade\r\nUpgrade: websocket, foo/2\r\n`)],
    [
      'offering another protocol before',
      asking(`${key}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c, websocket\r\nHTTP2-Settings: AAAA\r\n`),
    ],
    ['with several Upgrade headers', asking(`${key}Connection: Upgrade\r\nUpgrade: foo\r\nUpgrade: WEBSOCKET\r\n`)],
    ['with subprotocols and an empty member', asking(`${key}${upgrade}Sec-WebSocket-Protocol: a,, b,\r\n`)],
    [
      'with subprotocols on several lines',
      asking(`${key}${upgrade}Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\n`),
    ],
    ['with an empty list of subprotocols', asking(`${key}${upgrade}Sec-WebSocket-Protocol:\r\n`)],
    [
      'with extensions of any kind',
      asking(`${key}${upgrade}Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits="15", x-foo\r\n`),
    ],
    ['with a length of nothing', asking(`${key}${upgrade}Content-Length: 0\r\n`)],
    ['in absolute form', asking(key + upgrade, 'http://shop.example/pgws?a=b')],
    ['with an empty query', asking(key + upgrade, '/pgws?')],
    ['with an encoded letter', asking(key + upgrade, '/%70gws')],
    [
      'from the page of the host of its absolute form',
      asking(`${key}${upgrade}Origin: http://shop.example\r\n`, 'http://shop.example/pgws'),
    ],
  ])('%s', async (_, bytes) => {
    world = await startRecordingGateway({ gateway: { shutdownSeconds: 0.1 } });
    const answer = rawHttp(world.gateway.port, bytes, 5000);
    await until(() => world?.gateway.connections === 1);
    await world.gateway.close();
    expect(await answer).toMatch(/^HTTP\/1\.1 101 /);
    expect((await world.called('connecting')).length).toBe(1);
  });

  test('after the answer to what came before it on the connection', async () => {
    const slow = async () => {
      await new Promise(resolve => setTimeout(resolve, 50));
      return { statusCode: 200, headers: {}, body: '' };
    };
    world = await startRecordingGateway({
      gateway: { shutdownSeconds: 0.1, routes: [{ path: '/slow', methods: ['GET'], target: slow }] },
    });
    const answer = rawHttp(world.gateway.port, `GET /slow HTTP/1.1\r\nHost: x\r\n\r\n${asking(key + upgrade)}`, 5000);
    await until(() => world?.gateway.connections === 1);
    await world.gateway.close();
    expect([...(await answer).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '101']);
  });

  test('from its own page behind a proxy that changes Host, when we know of the proxy', async () => {
    const headers = { origin: 'https://shop.example', 'x-forwarded-host': 'shop.example' };
    world = await startRecordingGateway({ gateway: { trustedProxies: 1 } });
    await connect(world.socketUrl, { headers });
    const foreign = { ...headers, origin: 'https://evil.example' };
    expect(await handshake(world.socketUrl, { headers: foreign })).toMatchObject({ status: 403 });
    await world.gateway.close();
    world = await startRecordingGateway();
    expect(await handshake(world.socketUrl, { headers })).toMatchObject({ status: 403 });
  });
});

test.each([
  ['another path', upgradeRequest('/pgws/x'), 404],
  ['a path with an encoded slash', upgradeRequest('/%2Fpgws'), 404],
  ['a path of a route', upgradeRequest('/healthz'), 404],
  ['a key that is none', upgradeRequest('/pgws', '', 'short'), 400],
  ['another version', upgradeRequest('/pgws').replace('13', '8'), 400],
  [
    '9.7: another upgrade, which is ignored',
    upgradeRequest('/pgws').replace('upgrade: websocket', 'upgrade: h2c'),
    426,
  ],
  ['another method', upgradeRequest('/pgws').replace('GET', 'POST'), 400],
  ['9.7: a handshake with a body', upgradeRequest('/pgws', 'content-length: 2\r\n').concat('{}'), 400],
  ['9.7: a handshake with chunks', upgradeRequest('/pgws', 'transfer-encoding: chunked\r\n').concat('0\r\n\r\n'), 400],
  ['9.7: two keys', upgradeRequest('/pgws', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'), 400],
  ['9.7: two versions', upgradeRequest('/pgws', 'sec-websocket-version: 13\r\n'), 400],
  ['9.7: a subprotocol twice', upgradeRequest('/pgws', 'sec-websocket-protocol: a, a\r\n'), 400],
  ['9.7: a subprotocol that is no token', upgradeRequest('/pgws', 'sec-websocket-protocol: a b\r\n'), 400],
  ['9.7: two Hosts', upgradeRequest('/pgws', 'host: y\r\n'), 400],
  ['9.7: no Host', upgradeRequest('/pgws').replace('host: x\r\n', ''), 400],
  ['9.7: HTTP/1.0', upgradeRequest('/pgws').replace('HTTP/1.1', 'HTTP/1.0'), 426],
])('%s is refused before register is asked', async (_, request, status) => {
  world = await startRecordingGateway();
  const answer = await rawHttp(world.gateway.port, request);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toMatch(/x-request-id: [\w-]{36}\r\n/);
  expect(world.calls).toEqual([]);
});

test('HTTP/1.0 opens no WebSocket, and nobody does without a Host', async () => {
  world = await startRecordingGateway();
  const asked = upgradeRequest('/pgws');
  const old = await rawHttp(world.gateway.port, asked.replace('HTTP/1.1', 'HTTP/1.0'));
  expect(old).toMatch(/^HTTP\/1\.1 426 /);
  for (const version of ['HTTP/1.1', 'HTTP/1.0']) {
    const request = asked.replace('host: x\r\n', '').replace('HTTP/1.1', version);
    expect(await rawHttp(world.gateway.port, request)).toMatch(/^HTTP\/1\.1 4\d\d /);
  }
  expect(world.calls).toEqual([]);
});

test('9.7: another version is told which one is spoken', async () => {
  world = await startRecordingGateway();
  const answer = await rawHttp(world.gateway.port, upgradeRequest('/pgws').replace('13', '8'));
  expect(answer).toMatch(/\r\nsec-websocket-version: 13\r\n/);
});
