import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendBackPush } from '../../apigateway/tencent/push.ts';

type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A send-back URL that behaves as a test says. */
async function startSendBack(behaviour: Behaviour) {
  const bodies: unknown[] = [];
  const seen = { sockets: 0, mostAtOnce: 0, now: 0, authorization: [] as (string | undefined)[] };
  const server = createServer((request, response) => {
    seen.now += 1;
    seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.now);
    seen.authorization.push(request.headers.authorization);
    response.on('close', () => {
      seen.now -= 1;
    });
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      bodies.push(JSON.parse(body));
      behaviour(request, response, body);
    });
  });
  server.on('connection', () => {
    seen.sockets += 1;
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    bodies,
    seen,
    port,
    url: `http://127.0.0.1:${port}/send-back/pgws`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

const answer =
  (status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);
const ok = answer(200, '{"errNo":0,"errMsg":"ok"}');

test('a push is the documented body, and errNo 0 means that it was sent', async () => {
  await using sendBack = await startSendBack(ok);
  const push = sendBackPush({ url: sendBack.url, timeoutMs: 1000 });
  expect(await push.send('c1', '鸡蛋 "2"')).toBe('sent');
  expect(await push.close('c1')).toBe('sent');
  expect(sendBack.bodies).toEqual([
    { websocket: { action: 'data send', secConnectionID: 'c1', dataType: 'text', data: '鸡蛋 "2"' } },
    { websocket: { action: 'closing', secConnectionID: 'c1' } },
  ]);
});

test.each<[string, Behaviour, string]>([
  ['200 with our number for a dead connection', answer(200, '{"errNo":90404}'), 'gone'],
  ['410 of the contract', answer(410, '{"errNo":90404}'), 'gone'],
  ['9.1 F51: 410 of a proxy', answer(410, '<html>Gone</html>'), 'unknown'],
  ['9.1 F51: 410 with nothing', answer(410, ''), 'unknown'],
  ['9.1 F51: 404 of a proxy', answer(404, '<html>not found</html>'), 'unknown'],
  ['9.1 F51: 410 that says that all is well', answer(410, '{"errNo":0}'), 'unknown'],
  ['200 with another errNo', answer(200, '{"errNo":1,"errMsg":"connection not found"}'), 'unknown'],
  ['200 with an errNo in words', answer(200, '{"errNo":"90404"}'), 'unknown'],
  ['200 without errNo', answer(200, '{}'), 'unknown'],
  ['200 with garbage', answer(200, '<html>errNo: 0</html>'), 'unknown'],
  ['200 with nothing', answer(200, ''), 'unknown'],
  ['200 with more than the documented answer', answer(200, `{"errNo":0,"x":"${'x'.repeat(5000)}"}`), 'unknown'],
  ['201', answer(201, '{"errNo":0}'), 'unknown'],
  ['404', answer(404, '{"errNo":90405}'), 'unknown'],
  ['429', answer(429, '{"errNo":0}'), 'unknown'],
  ['500', answer(500, '{"errNo":90404}'), 'unknown'],
  ['503', answer(503, ''), 'unknown'],
  ['a redirect', answer(307, '', { location: '/elsewhere' }), 'unknown'],
  ['a connection cut', (_request, response) => response.destroy(), 'unknown'],
  [
    'an answer cut',
    (_request, response) => void response.writeHead(200, { 'content-length': '50' }).write('{'),
    'unknown',
  ],
])('F30: %s is answered as it should be', async (_, behaviour, outcome) => {
  await using sendBack = await startSendBack(behaviour);
  const push = sendBackPush({ url: sendBack.url, timeoutMs: 300 });
  expect(await push.send('c1', 'x')).toBe(outcome);
  expect(sendBack.bodies).toHaveLength(1);
});

test('F30: a send-back that hangs, or answers byte by byte, is unknown after the time-out', async () => {
  await using silent = await startSendBack(() => {});
  await using slow = await startSendBack((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  });
  for (const { url } of [silent, slow]) {
    const startedAt = Date.now();
    expect(await sendBackPush({ url, timeoutMs: 200 }).send('c1', 'x')).toBe('unknown');
    expect(Date.now() - startedAt).toBeLessThan(3000);
  }
});

test('nobody at the address is unknown', async () => {
  const closed = await startSendBack(ok);
  await closed[Symbol.asyncDispose]();
  expect(await sendBackPush({ url: closed.url, timeoutMs: 500 }).send('c1', 'x')).toBe('unknown');
});

test('which answers mean gone is a setting', async () => {
  await using byNumber = await startSendBack(answer(200, '{"errNo":77}'));
  expect(await sendBackPush({ url: byNumber.url, timeoutMs: 500, goneErrNos: [77] }).close('c1')).toBe('gone');
  await using byStatus = await startSendBack(answer(404, '{"errNo":1}'));
  expect(await sendBackPush({ url: byStatus.url, timeoutMs: 500, goneStatuses: [404] }).close('c1')).toBe('gone');
});

test('the secret travels as Bearer, or as Basic when it is the password of the URL', async () => {
  await using sendBack = await startSendBack(ok);
  const withPassword = sendBack.url.replace('http://', 'http://any:p%40ss@');
  await sendBackPush({ url: sendBack.url, secret: 'secret', timeoutMs: 500 }).send('c1', 'x');
  await sendBackPush({ url: withPassword, timeoutMs: 500 }).send('c1', 'x');
  await sendBackPush({ url: withPassword, secret: 'secret', timeoutMs: 500 }).send('c1', 'x');
  await sendBackPush({ url: sendBack.url, timeoutMs: 500 }).send('c1', 'x');
  const basic = `Basic ${Buffer.from('any:p@ss').toString('base64')}`;
  expect(sendBack.seen.authorization).toEqual(['Bearer secret', basic, 'Bearer secret', undefined]);
});

test('one connection serves pushes one after another, and 32 may be in flight', async () => {
  const held: ServerResponse[] = [];
  let isHolding = false;
  // Of those that come side by side, none is answered before the last that may be in flight has come.
  await using sendBack = await startSendBack((_request, response) => {
    held.push(response);
    if (isHolding && held.length < 32) return;
    isHolding = false;
    for (const each of held.splice(0)) each.end('{"errNo":0}');
  });
  const push = sendBackPush({ url: sendBack.url, timeoutMs: 10_000 });
  for (let i = 0; i < 5; i++) await push.send('c1', 'x');
  expect(sendBack.seen.sockets).toBe(1);
  isHolding = true;
  const outcomes = await Promise.all(Array.from({ length: 40 }, () => push.send('c1', 'x')));
  expect(outcomes).toEqual(Array.from({ length: 40 }, () => 'sent'));
  expect(sendBack.seen.mostAtOnce).toBeGreaterThanOrEqual(32);
});

test('kept connections that the other side has closed are not what a push fails by; a new one that breaks is', async () => {
  const served = new WeakMap<object, number>();
  let isCutting = false;
  await using sendBack = await startSendBack((request, response) => {
    const before = served.get(request.socket) ?? 0;
    served.set(request.socket, before + 1);
    if (isCutting || before > 0) request.socket.destroy();
    else setTimeout(() => response.end('{"errNo":0}'), 20);
  });
  const { send } = sendBackPush({ url: sendBack.url, timeoutMs: 2_000 });
  await Promise.all(['a', 'b', 'c'].map(text => send('c1', text))); // leaves three kept connections
  expect(await send('c1', 'after a while')).toBe('sent');
  expect(sendBack.bodies).toHaveLength(3 + 3 + 1);
  isCutting = true;
  expect(await send('c1', 'cut')).toBe('unknown');
  expect(sendBack.bodies).toHaveLength(7 + 2);
});

test('a proxy of the environment is not asked', async () => {
  await using sendBack = await startSendBack(ok);
  process.env.http_proxy = 'http://127.0.0.1:1';
  try {
    expect(await sendBackPush({ url: sendBack.url, timeoutMs: 500 }).send('c1', 'x')).toBe('sent');
  } finally {
    delete process.env.http_proxy;
  }
});

test('a URL that is none is refused at the start, not in a push', () => {
  expect(() => sendBackPush({ url: 'nowhere', timeoutMs: 500 })).toThrow('Invalid URL');
});
