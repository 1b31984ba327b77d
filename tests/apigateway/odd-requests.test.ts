import { connect } from 'node:net';
import fc from 'fast-check';
import type { HttpEvent } from '../../apigateway/tencent/http-event.ts';
import { startRecordingGateway } from '../support/apigateway/recording-gateway.ts';

const chosen = (...values: string[]) => fc.constantFrom(...values);
const method = chosen('GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'OPTIONS', 'CONNECT', 'BREW', 'get');
const target = fc.oneof(
  chosen('/who', '/who', '/pgws', '*', 'http://h/who', '//who', '/%77ho', '/who#x', 'h:80', '/%'),
  fc.string(),
);
const name = chosen(
  'Host',
  'Connection',
  'Upgrade',
  'Content-Length',
  'Transfer-Encoding',
  'Expect',
  'Origin',
  'Forwarded',
  'X-Forwarded-For',
  'TE',
);
const value = fc.oneof(
  chosen(
    'x',
    'keep-alive, Upgrade',
    'close',
    'h2c, websocket',
    '5',
    '-1',
    'chunked',
    'gzip, chunked',
    '100-continue',
    'null',
    '"',
    '',
  ),
  fc.string(),
);
const socket = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', 'Upgrade: websocket'];
const beginning = fc.constantFrom(
  ['Host: x'],
  ['Host: x', 'Connection: Upgrade', 'Upgrade: h2c'],
  ['Host: x', 'Connection: Upgrade', ...socket],
  ['Host: x', 'Content-Length: 5'],
  ['Host: x', 'Transfer-Encoding: chunked'],
);
const body = fc.oneof(chosen('', 'hello', '5;a="b"\r\nhello\r\n0\r\nT: x\r\n\r\n', '5\r\nhel', 'zz\r\n'), fc.string());
const end = fc.oneof({ weight: 20, arbitrary: fc.constant('\r\n') }, chosen('\n', '\r', '\r\n '));
const request = fc
  .tuple(
    method,
    target,
    chosen('1.1', '1.1', '1.1', '1.0', '2.0'),
    beginning,
    fc.array(fc.tuple(name, value), { maxLength: 3 }),
    end,
    body,
  )
  .map(([verb, path, version, first, more, line, rest]) =>
    [`${verb} ${path} HTTP/${version}`, ...first, ...more.map(pair => pair.join(': ')), '', rest].join(line),
  );

/** Everything that comes back until the gateway closes; the client has said that it will send no more. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const client = connect(port, '127.0.0.1', () => client.end(bytes));
    client.setTimeout(10_000, () => client.destroy(new Error('the gateway neither answers nor closes')));
    client.on('data', data => {
      answer += data.toString('latin1');
    });
    client.on('error', error => ('code' in error ? undefined : reject(error)));
    client.on('close', () => resolve(answer));
  });
}

test('9.7: whatever comes is answered or closed, and never by an error of ours', async () => {
  const target = (event: unknown) => {
    const { body, requestContext } = event as HttpEvent;
    return { statusCode: 200, headers: {}, body: JSON.stringify([body, requestContext.sourceIp]) };
  };
  const world = await startRecordingGateway({
    gateway: {
      headersTimeoutSeconds: 1,
      requestTimeoutSeconds: 1,
      shutdownSeconds: 0.1,
      routes: [{ path: '/who', methods: ['GET', 'POST'], target }],
    },
  });
  const { port, url } = world.gateway;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(request, { minLength: 1, maxLength: 3 }), { maxLength: 20 }), async lists => {
      const all = lists.map(requests => exchange(port, Buffer.from(requests.join(''), 'latin1')));
      for (const answer of await Promise.all(all)) expect(answer).not.toMatch(/^HTTP\/1\.1 500/m);
    }),
    { numRuns: 50 },
  );
  expect((await fetch(`${url}/who`)).status).toBe(200);
  expect(world.logged.filter(({ level }) => level === 'error')).toEqual([]);
  await world.gateway.close();
});
