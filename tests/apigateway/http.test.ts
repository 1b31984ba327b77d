import { request as httpRequest } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { decodeHttpEvent, type HttpEvent } from '../../apigateway/tencent/http-event.ts';
import { httpFunction } from '../../apigateway/tencent/http-function.ts';
import { rawHttp } from './raw-http.ts';

let gateway: Gateway | undefined;
let events: HttpEvent[] = [];
let logged: string[] = [];
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

/** A gateway whose functions write their events down: /echo answers them, the others are what a test gives. */
async function start(functions: Record<string, (event: never) => unknown> = {}, more: Partial<GatewayOptions> = {}) {
  events = [];
  logged = [];
  const echo = (event: unknown) => {
    events.push(event as HttpEvent);
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
  };
  gateway = await startGateway({
    port: 0,
    maxBodyBytes: 16 * 1024,
    log: (level, event, fields) => logged.push(JSON.stringify({ level, event, ...fields })),
    routes: [
      { path: '/echo', methods: ['GET', 'POST'], target: echo },
      ...Object.entries(functions).map(([path, target]) => ({
        path,
        methods: ['GET' as const, 'POST' as const],
        target: (event: unknown) => target(event as never),
      })),
    ],
    ...more,
  });
  return gateway;
}

const lastEvent = () => events.at(-1) as HttpEvent;

test('a request becomes the documented event, with the gateway’s own word on the address', async () => {
  const { url } = await start();
  const response = await fetch(`${url}/echo?shop=shop1&a=1&a=2&b=%E8%9B%8B&__proto__=x`, {
    method: 'POST',
    body: '{"名":"蛋"}',
    headers: {
      'Content-Type': 'application/json',
      'X-Scf-Remote-Addr': '6.6.6.6',
      'X-Forwarded-For': '6.6.6.6',
      'X-Real-IP': '6.6.6.6',
      'X-Request-Id': 'mine',
    },
  });
  expect(response.status).toBe(200);
  expect(lastEvent()).toMatchObject({
    requestContext: { path: '/echo', httpMethod: 'POST', sourceIp: '127.0.0.1' },
    httpMethod: 'POST',
    path: '/echo',
    body: '{"名":"蛋"}',
    isBase64Encoded: false,
    headers: { 'content-type': 'application/json', 'x-scf-remote-addr': '127.0.0.1' },
  });
  expect(Object.entries(lastEvent().queryString)).toEqual([
    ['shop', 'shop1'],
    ['a', ['1', '2']],
    ['b', '蛋'],
    ['__proto__', 'x'],
  ]);
  expect(JSON.stringify(lastEvent())).not.toContain('6.6.6.6');
  expect(response.headers.get('x-request-id')).toBe(lastEvent().requestContext.requestId);
  expect(response.headers.get('x-request-id')).not.toBe('mine');
});

test('a body arrives byte for byte, whatever its bytes are', async () => {
  const { url } = await start();
  for (const body of [Buffer.from('\ufeff{"a":1}'), Buffer.from([0x7b, 0xe9, 0xff]), Buffer.alloc(0)]) {
    await fetch(`${url}/echo`, { method: 'POST', body });
    expect(Buffer.from(decodeHttpEvent(lastEvent(), 'r').body)).toEqual(body);
  }
});

test('of x-forwarded-for only the hops of our own proxies are believed', async () => {
  const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.1' };
  for (const [trustedProxies, expected] of [
    [0, '127.0.0.1'],
    [1, '10.0.0.1'],
    [2, '203.0.113.7'],
    [9, '6.6.6.6'],
  ] as const) {
    const { url, close } = await start({}, { trustedProxies });
    await fetch(`${url}/echo`, { headers });
    expect(lastEvent().requestContext.sourceIp).toBe(expected);
    await fetch(`${url}/echo`, { headers: { 'x-forwarded-for': 'garbage' } });
    expect(lastEvent().requestContext.sourceIp).toBe('127.0.0.1');
    await close();
  }
});

test('a handler of ours and its refusals go through unchanged', async () => {
  const { url } = await start({
    '/bill': httpFunction(async ({ body }) => ({
      status: 201,
      headers: { a: 'b' },
      body: Buffer.from(body).toString(),
    })),
  });
  const response = await fetch(`${url}/bill`, { method: 'POST', body: '鸡蛋' });
  expect([response.status, response.headers.get('a'), response.headers.get('cache-control')]).toEqual([
    201,
    'b',
    'no-store',
  ]);
  expect(await response.text()).toBe('鸡蛋');
});

test('HEAD is GET without its body', async () => {
  const { url } = await start({ '/x': () => ({ statusCode: 200, headers: {}, body: '12345' }) });
  const response = await fetch(`${url}/x`, { method: 'HEAD' });
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '5', '']);
});

test('pages, errors and answers all keep the connection', async () => {
  const { port } = await start();
  const gets = ['/nothing', '/healthz', '/echo'].map(path => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  const post = 'POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}';
  const last = 'GET /echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
  const answers = await rawHttp(port, [...gets, post, last].join(''));
  const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
  expect(statuses).toEqual(['404', '200', '200', '404', '200']);
});

test.each([
  '/nothing',
  '/Echo',
  '//echo',
  '/echo%00',
  '/%2fecho',
  '/ech%c3%b3',
  '/x/../echo',
  '/order.html/../../etc/passwd',
])('at %s there is nothing', async path => {
  const { port } = await start();
  const answer = await rawHttp(port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1.1 404 /);
  expect(answer).toMatch(/\{"error":\{"code":"not_found","message":"[^"]+"\}\}/);
  expect(events).toEqual([]);
});

test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])('%s is not allowed', async method => {
  const { port } = await start();
  const answer = await rawHttp(
    port,
    `${method} /echo HTTP/1.1\r\nhost: x\r\nx-http-method-override: POST\r\nconnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 405 /);
  expect(answer).toMatch(/\r\nallow: GET, POST, HEAD\r\n/);
  expect(answer).toContain('"code":"method_not_allowed"');
  expect(events).toEqual([]);
});

test('a body above the limit is answered 413, also a huge one and one without length', async () => {
  const { url, port } = await start();
  const largest = await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(16 * 1024) });
  expect(largest.status).toBe(200);
  for (const size of [16 * 1024 + 1, 10_000_000]) {
    const response = await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(size) });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ error: { code: 'too_large', message: expect.any(String) } });
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  }
  const chunks = `5000\r\n${'x'.repeat(0x5000)}\r\n0\r\n\r\n`;
  const head = 'POST /echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n';
  expect(await rawHttp(port, head + chunks)).toMatch(/^HTTP\/1.1 413 /);
  expect(events).toHaveLength(1);
  expect((await fetch(`${url}/echo`)).status).toBe(200);
});

test('a body without end is cut off', async () => {
  const { port } = await start();
  const bytesSent = await new Promise<number>(resolve => {
    const socket = connectSocket(port, '127.0.0.1', () => {
      socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      const more = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', more);
      more();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(socket.bytesWritten));
    socket.resume();
  });
  expect(bytesSent).toBeLessThan(64 * 1024 * 1024);
});

test.each<[string, unknown, number, unknown]>([
  ['throws', new Error('select secret'), 500, { error: { code: 'internal', message: expect.any(String) } }],
  ['hangs', new Promise(() => {}), 503, { error: { code: 'unavailable', message: expect.any(String) } }],
  [
    'answers a status that is none',
    { statusCode: '200' },
    502,
    { errno: 403, error: expect.stringMatching(/^Invalid scf response/) },
  ],
  [
    'answers a header with a line break',
    { statusCode: 200, headers: { a: 'b\r\nc: d' } },
    502,
    { errno: 403, error: expect.any(String) },
  ],
])('a function that %s has an unknown outcome, so never a 4xx', async (_, outcome, status, body) => {
  const { url } = await start(
    {
      '/x': () => {
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    },
    { functionTimeoutSeconds: 0.2 },
  );
  const response = await fetch(`${url}/x`);
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual(body);
  expect(response.headers.get('retry-after')).toBe(status === 503 ? '2' : null);
  expect((await fetch(`${url}/echo`)).status).toBe(200);
});

test('nobody at a function’s URL is 503', async () => {
  const { url } = await start({}, { routes: [{ path: '/x', methods: ['GET'], target: 'http://127.0.0.1:9/f' }] });
  expect((await fetch(`${url}/x`)).status).toBe(503);
});

test('length and connection are the gateway’s own, whatever a function says', async () => {
  const headers = { 'Content-Length': '1', 'Transfer-Encoding': 'chunked', Connection: 'close', 'X-Kept': 'yes' };
  const { url } = await start({ '/x': () => ({ statusCode: 200, headers, body: '鸡蛋' }) });
  const response = await fetch(`${url}/x`);
  expect(await response.text()).toBe('鸡蛋');
  expect(response.headers.get('x-kept')).toBe('yes');
});

test('a function may answer bytes', async () => {
  const { url } = await start({ '/x': () => ({ statusCode: 200, isBase64Encoded: true, headers: {}, body: '/wA=' }) });
  expect(Buffer.from(await (await fetch(`${url}/x`)).arrayBuffer())).toEqual(Buffer.from([255, 0]));
});

describe('a function whose answer is not integrated', () => {
  const values = [{ a: '蛋' }, ['x'], 'text', 7, false, null, { body: 'x', headers: {} }];

  test.each([undefined, false])('has whatever it returns as the body, where integrated is %s', async integrated => {
    for (const value of values) {
      const { url, close } = await start(
        {},
        {
          routes: [
            { path: '/x', methods: ['GET'], target: () => value, ...(integrated === undefined ? {} : { integrated }) },
          ],
        },
      );
      const response = await fetch(`${url}/x`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
      expect(await response.text()).toBe(JSON.stringify(value));
      await close();
    }
  });

  test('is told from one whose answer is by its statusCode, unless the route says which it is', async () => {
    const target = () => ({ statusCode: 201, headers: {}, body: 'made' });
    const route = (path: string, more: object) => ({ path, methods: ['GET' as const], target, ...more });
    const routes = [route('/either', {}), route('/off', { integrated: false }), route('/on', { integrated: true })];
    const wrong = { path: '/wrong', methods: ['GET' as const], target: () => ({ body: 'x' }), integrated: true };
    const { url } = await start({}, { routes: [...routes, wrong] });
    const ask = async (path: string) => {
      const response = await fetch(url + path);
      return [response.status, await response.text()];
    };
    expect(await ask('/either')).toEqual([201, 'made']);
    expect(await ask('/on')).toEqual([201, 'made']);
    expect(await ask('/off')).toEqual([200, JSON.stringify(target())]);
    expect((await ask('/wrong'))[0]).toBe(502);
    expect(await (await fetch(`${url}/off`)).json()).toEqual(target());
  });

  test('that returns nothing is answered null', async () => {
    const { url } = await start({ '/x': () => undefined });
    expect(await (await fetch(`${url}/x`)).json()).toBe(null);
  });
});

describe('a path of a route', () => {
  const tell = (text: string) => (event: unknown) => {
    events.push(event as HttpEvent);
    return text;
  };
  const routes = [
    { path: '/user/{id}', methods: ['ANY' as const], target: tell('any') },
    { path: '/user/{id}', methods: ['POST' as const], target: tell('post') },
    { path: '/user/{id}/orders/{order_no}', methods: ['GET' as const], target: tell('order') },
    { path: '/user/me', methods: ['GET' as const], target: tell('me') },
    { path: '/files/{name}.json', methods: ['GET' as const], target: tell('file') },
    { path: '/release', methods: ['GET' as const], target: tell('release') },
    { path: '/', methods: ['GET' as const], target: tell('root') },
  ];
  const startPlaces = () => start({}, { routes, stages: ['release', 'test'] });

  test.each<[string, string, string, string, object]>([
    ['GET', '/user/7', 'any', '/user/{id}', { id: '7' }],
    ['PUT', '/user/%E8%9B%8B%2F/', 'any', '/user/{id}', { id: '蛋/' }],
    ['OPTIONS', '/user/7', 'any', '/user/{id}', { id: '7' }],
    ['POST', '/user/7', 'post', '/user/{id}', { id: '7' }],
    ['GET', '/user/me', 'me', '/user/me', {}],
    ['GET', '/user/7/orders/8', 'order', '/user/{id}/orders/{order_no}', { id: '7', order_no: '8' }],
    ['GET', '/files/a.json', 'file', '/files/{name}.json', { name: 'a' }],
    ['GET', '/test/user/7', 'any', '/user/{id}', { id: '7' }],
    ['GET', '/release/user/me/', 'me', '/user/me', {}],
    ['GET', '/release', 'release', '/release', {}],
    ['GET', '/release/', 'release', '/release', {}],
    ['GET', '/test', 'root', '/', {}],
    ['GET', '/test/', 'root', '/', {}],
  ])('is found by %s %s: %s at %s', async (method, path, text, place, pathParameters) => {
    const { url } = await startPlaces();
    const response = await fetch(url + path, { method });
    expect(await response.json()).toBe(text);
    const stage = path.startsWith('/test') ? 'test' : 'release';
    expect(lastEvent()).toMatchObject({ pathParameters, requestContext: { path: place, httpMethod: method } });
    const isStage = /^\/(test|release)\/./.test(path);
    expect(lastEvent().path).toBe(
      isStage ? path.replace(`/${stage}`, '') : path === '/test' ? '/' : path.replace('/test', ''),
    );
    if (stage === 'test') expect(lastEvent().requestContext.stage).toBe('test');
  });

  test.each([
    '/user',
    '/user/7/orders',
    '/files/.json',
    '/prepub/user/7',
    '/test/test/user/7',
    '/user//',
  ])('is not %s', async path => {
    const { url } = await startPlaces();
    expect((await fetch(url + path)).status).toBe(404);
  });

  test.each<[string, object[], RegExp]>([
    ['a variable without a name', [{ path: '/{}', methods: ['GET'], target: 'a#b' }], /variables are \{name\}/],
    ['one name for two', [{ path: '/{a}/{a}', methods: ['GET'], target: 'a#b' }], /names a variable twice/],
    ['another method', [{ path: '/a', methods: ['get'], target: 'a#b' }], /must be of ANY, GET/],
    [
      'two functions for one',
      [1, 2].map(() => ({ path: '/a', methods: ['GET'], target: 'a#b' })),
      /\/a GET is given twice/,
    ],
  ])('may not have %s', async (_, wrong, message) => {
    await expect(start({}, { routes: wrong as never })).rejects.toThrow(message);
  });
});

test('a body may be as large as the options say, also beyond 16 MiB', async () => {
  const target = (event: { body: string }) => event.body.length;
  const routes = [{ path: '/x', methods: ['POST' as const], target: target as never }];
  const { url } = await start({}, { maxBodyBytes: 64 * 1024 * 1024, maxWaitingBytes: 1024 ** 3, routes });
  const ask = (size: number) => fetch(`${url}/x`, { method: 'POST', body: Buffer.alloc(size, 'x') });
  expect(await (await ask(20 * 1024 * 1024)).json()).toBe(20 * 1024 * 1024);
});

describe('CORS', () => {
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-key' },
  });
  const corsHeaders = (response: Response) =>
    [...response.headers].filter(([name]) => name.startsWith('access-control-')).map(([name]) => name);

  test('is answered to the origins on the list alone', async () => {
    const { url } = await start(
      {},
      { corsOrigins: ['https://menu.example'], corsHeaders: ['x-key'], corsExposedHeaders: ['x-again'] },
    );
    const allowed = await fetch(`${url}/echo`, { headers: { origin: 'https://menu.example' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://menu.example');
    expect(allowed.headers.get('access-control-expose-headers')).toBe('x-again, retry-after, x-request-id');
    expect(allowed.headers.get('vary')).toBe('origin');
    const asked = await fetch(`${url}/echo`, preflight('https://menu.example'));
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toBe('x-key, content-type');
    expect(asked.headers.get('access-control-allow-methods')).toBe('GET, POST');
    for (const origin of ['https://evil.example', 'null', 'https://menu.example.evil.example']) {
      expect(corsHeaders(await fetch(`${url}/echo`, { headers: { origin } }))).toEqual([]);
      const refused = await fetch(`${url}/echo`, preflight(origin));
      expect([refused.status, corsHeaders(refused)]).toEqual([405, []]);
    }
  });

  test('9.7: is answered to apps that the owner names, on errors and preflights too', async () => {
    const apps = ['capacitor://localhost', 'tauri://localhost', 'null'];
    const failing = { '/failing': () => Promise.reject(new Error('x')), '/wrong': () => ({ statusCode: 'none' }) };
    const { url } = await start(failing, {
      origins: ['HTTPS://Menu.example:443', ...apps],
      functionTimeoutSeconds: 0.2,
    });
    const requests: [string, RequestInit, number][] = [
      ['/echo', {}, 200],
      ['/echo', preflight(''), 204],
      ['/echo', { method: 'PUT' }, 405],
      ['/echo', { method: 'POST', body: 'x'.repeat(20_000) }, 413],
      ['/failing', {}, 500],
      ['/wrong', {}, 502],
      ['/nothing', {}, 404],
      ['/healthz', {}, 200],
    ];
    for (const origin of ['https://menu.example', ...apps]) {
      for (const [path, request, status] of requests) {
        const response = await fetch(url + path, { ...request, headers: { ...request.headers, origin } });
        expect([path, response.status]).toEqual([path, status]);
        expect(response.headers.get('access-control-allow-origin')).toBe(origin);
        expect(response.headers.get('vary')).toBe('origin');
      }
    }
    const foreign = await fetch(`${url}/echo`, { headers: { origin: 'capacitor://elsewhere' } });
    expect([corsHeaders(foreign), foreign.headers.get('vary')]).toEqual([[], 'origin']);
  });

  test('9.7: is answered besides what a function says of its own answers', async () => {
    const answer = { statusCode: 200, headers: { Vary: 'accept-language' }, body: '' };
    const { url } = await start({ '/x': () => answer }, { corsOrigins: ['https://menu.example'] });
    expect((await fetch(`${url}/x`)).headers.get('vary')).toBe('origin, accept-language');
  });

  test('is off without a list', async () => {
    const { url } = await start();
    expect(corsHeaders(await fetch(`${url}/echo`, { headers: { origin: 'https://menu.example' } }))).toEqual([]);
  });
});

describe('bad and slow clients', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['no host', 'GET /echo HTTP/1.1\r\n\r\n', 400],
    ['huge headers', `GET /echo HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a line break in a header', 'GET /echo HTTP/1.1\r\nhost: x\r\na: b\rc: d\r\n\r\n', 400],
    ['two lengths', 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx', 400],
    [
      'a length and chunks',
      'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('%s is refused', async (_, bytes, status) => {
    const { port, url } = await start();
    const answer = await rawHttp(port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(events).toEqual([]);
    expect((await fetch(`${url}/echo`)).status).toBe(200);
  });

  test('headers or a body that do not come in time are answered 408', async () => {
    const { port } = await start({}, { headersTimeoutSeconds: 0.2, requestTimeoutSeconds: 0.3 });
    const answers = await Promise.all([
      rawHttp(port, 'GET /echo HTTP/1.1\r\nhost: x\r\n'),
      rawHttp(port, 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{'),
    ]);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  test('a client that leaves in the middle of its body harms nobody', async () => {
    const { port, url } = await start();
    const socket = connectSocket(port, '127.0.0.1', () => {
      socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{');
      setTimeout(() => socket.destroy(), 20);
    });
    await new Promise(resolve => socket.on('close', resolve));
    await sleep(50);
    expect(logged.filter(line => line.includes('"error"'))).toEqual([]);
    expect((await fetch(`${url}/echo`)).status).toBe(200);
  });

  test('a client that leaves before the answer harms nobody', async () => {
    const { url } = await start({
      '/slow': async () => {
        await sleep(100);
        return { statusCode: 200, headers: {}, body: 'x' };
      },
    });
    const request = httpRequest(`${url}/slow`);
    request.on('error', () => {});
    request.end();
    await sleep(30);
    request.destroy();
    await sleep(150);
    expect((await fetch(`${url}/echo`)).status).toBe(200);
  });
});

test('the log has a line for each request and nothing that a client wrote', async () => {
  const { url } = await start();
  await fetch(`${url}/echo?phone=13800000000`, {
    method: 'POST',
    body: 'secret body',
    headers: { authorization: 'token' },
  });
  await fetch(`${url}/13800000000%0a{"level":"error"}`);
  await sleep(20);
  const lines = logged.filter(line => line.includes('"request"')).map(line => JSON.parse(line));
  expect(lines).toEqual([
    {
      level: 'info',
      event: 'request',
      method: 'POST',
      path: '/echo',
      status: 200,
      ms: expect.any(Number),
      requestId: expect.any(String),
    },
  ]);
  expect(logged.join()).not.toMatch(/13800000000|secret|token/);
});
