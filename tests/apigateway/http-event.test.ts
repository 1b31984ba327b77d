import fc from 'fast-check';
import { encodeHttpAnswer, readHttpAnswer } from '../../apigateway/tencent/http-answer.ts';
import { decodeHttpEvent, httpEvent } from '../../apigateway/tencent/http-event.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const parts = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  path: fc.stringMatching(/^\/[a-z_/]{0,20}$/),
  queryString: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 2, maxLength: 3 }))),
  headers: fc.dictionary(name, fc.string()),
  body: fc.oneof(
    fc.uint8Array(),
    fc.string({ unit: 'grapheme' }).map(text => new Uint8Array(Buffer.from(text))),
  ),
  remoteAddress: fc.option(fc.ipV4(), { nil: undefined }),
  requestId: fc.uuid(),
  serviceId: name,
  stage: name,
});

test('decoding a built HTTP event gives the request again, through JSON too', () => {
  fc.assert(
    fc.property(parts, request => {
      const decoded = decodeHttpEvent(JSON.parse(JSON.stringify(httpEvent(request))), request.requestId);
      const query = Object.entries(request.queryString);
      const { 'x-scf-remote-addr': byHeader } = request.headers;
      expect(decoded).toEqual({
        method: request.method,
        path: request.path,
        query: Object.fromEntries(query.filter(([, value]) => typeof value === 'string')),
        repeatedQuery: query.filter(([, value]) => Array.isArray(value)).map(([key]) => key),
        headers: request.headers,
        body: request.body,
        remoteAddress: request.remoteAddress ?? byHeader,
        requestId: request.requestId,
      });
    }),
  );
});

test('a body that is not UTF-8 travels as base64 and arrives byte for byte', () => {
  const body = new Uint8Array([0x7b, 0xe9, 0x22, 0xff]);
  const event = httpEvent({
    method: 'POST',
    path: '/bill',
    queryString: {},
    headers: {},
    body,
    remoteAddress: undefined,
    requestId: 'r1',
    serviceId: 's',
    stage: 'release',
  });
  expect(event).toMatchObject({ isBase64Encoded: true, body: 'e+ki/w==' });
  expect(decodeHttpEvent(event, 'r1').body).toEqual(body);
});

// From the documentation: a function URL sends five fields only.
const functionUrlEvent = {
  body: '{"a":1}',
  headers: { 'Content-Type': 'application/json', 'X-Scf-Remote-Addr': '203.0.113.7', Accept: ['a', 'b'] },
  httpMethod: 'post',
  path: '/bill',
  queryString: { shop: 'shop1', twice: ['1', '2'], once: ['3'] },
};

test('the event of a function URL is read: header names in any case, the address from its header', () => {
  expect(decodeHttpEvent(functionUrlEvent, 'r1')).toEqual({
    method: 'POST',
    path: '/bill',
    query: { shop: 'shop1', once: '3' },
    repeatedQuery: ['twice'],
    headers: { 'content-type': 'application/json', 'x-scf-remote-addr': '203.0.113.7', accept: 'a, b' },
    body: new Uint8Array(Buffer.from('{"a":1}')),
    remoteAddress: '203.0.113.7',
    requestId: 'r1',
  });
});

test.each([
  ['absent', {}],
  ['null', { body: null }],
  ['empty', { body: '' }],
])('a body that is %s is no bytes', (_, body) => {
  const { body: _given, ...event } = functionUrlEvent;
  expect(decodeHttpEvent({ ...event, ...body }, 'r1').body).toEqual(new Uint8Array());
});

test('isBase64Encoded may be the string "true"', () => {
  const event = { ...functionUrlEvent, body: Buffer.from('鸡蛋').toString('base64'), isBase64Encoded: 'true' };
  expect(Buffer.from(decodeHttpEvent(event, 'r1').body).toString()).toBe('鸡蛋');
});

test('the address the gateway names wins over a header of the same request', () => {
  const event = { ...functionUrlEvent, requestContext: { sourceIp: '198.51.100.1' } };
  expect(decodeHttpEvent(event, 'r1').remoteAddress).toBe('198.51.100.1');
});

test.each([
  [null],
  ['x'],
  [{}],
  [{ httpMethod: 'GET' }],
  [{ httpMethod: 'GET', path: '/', body: 1 }],
  [{ websocket: {} }],
])('%j is not an HTTP event', event => {
  expect(() => decodeHttpEvent(event, 'r1')).toThrow(TypeError);
});

test('of a header nothing but text is read, also where JSON holds what makes no text', () => {
  const headers = { A: ['x', { toString: 0 }, 'y'], b: { toString: 0 }, c: [[{ toString: 0 }]], d: 1, e: null, F: 'z' };
  expect(decodeHttpEvent({ httpMethod: 'GET', path: '/', headers }, 'r').headers).toEqual({ a: 'x, y', f: 'z' });
});

test('an answer survives encoding and the gateway’s check', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 200, max: 599 }),
      fc.dictionary(name, fc.string()),
      fc.string({ unit: 'grapheme' }),
      (status, headers, body) => {
        const encoded = JSON.parse(JSON.stringify(encodeHttpAnswer({ status, headers, body })));
        expect(readHttpAnswer(encoded, true)).toEqual({ status, headers, body });
      },
    ),
  );
});

test('an answer in base64 is bytes', () => {
  expect(readHttpAnswer({ statusCode: 200, isBase64Encoded: true, body: '/w==' }, true)?.body).toEqual(
    Buffer.from([255]),
  );
});

test.each([
  [undefined],
  [null],
  ['ok'],
  [[]],
  [{}],
  [{ statusCode: '200' }],
  [{ statusCode: 200.5 }],
  [{ statusCode: 101 }],
  [{ statusCode: 600 }],
  [{ statusCode: 200, headers: { a: 1 } }],
  [{ statusCode: 200, headers: [] }],
  [{ statusCode: 200, headers: null }],
  [{ statusCode: 200, body: {} }],
  [{ statusCode: 200, isBase64Encoded: 'true' }],
])('%j is not an answer', answer => {
  expect(readHttpAnswer(answer, true)).toBeUndefined();
});
