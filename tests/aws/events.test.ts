import { cleanupFunction } from '../../apigateway/aws/cleanup-function.ts';
import { httpFunction } from '../../apigateway/aws/http-function.ts';
import { registerFunction } from '../../apigateway/aws/register-function.ts';
import { timerFunction } from '../../apigateway/aws/timer-function.ts';
import { transportFunction } from '../../apigateway/aws/transport-function.ts';
import type { HttpRequest, IncomingFrame } from '../../functions/domain/handlers.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { connectHeaders, httpEvent, socketEvent } from './payloads.ts';

const connectionId = 'VjoqteLbDoECIpw=';
const context = { awsRequestId: '8f5a9f0e-7d6c-4c9d-9f64-000000000001' };
const requestId = context.awsRequestId;

/** Keeps what it is told of failures. */
function failures() {
  const told: unknown[] = [];
  return { told, log: (_: string, error: unknown) => told.push(error) };
}

describe('$connect', () => {
  const connect = (headers: object) => socketEvent('CONNECT', { headers: { ...connectHeaders, ...headers } });
  const accepting = async () => ({ accepted: true, message: 'ok' });
  const origins = ['https://pages.example'];

  test('tells the id, the address and the request', async () => {
    const got: unknown[] = [];
    const handler = registerFunction(async connecting => {
      got.push(connecting);
      return accepting();
    }, origins);
    expect(await handler(connect({}), context)).toEqual({ statusCode: 200 });
    expect(got).toEqual([{ connectionId, remoteAddress: '192.0.2.7', requestId }]);
  });

  test.each([
    ['a page on the list', { Origin: 'https://pages.example' }, 200],
    ['a page elsewhere', { origin: 'https://evil.example' }, 403],
    ['a page without an origin of its own', { Origin: 'null' }, 403],
    ['no browser', {}, 200],
  ])('of %s is answered as the wire says', async (_, headers, statusCode) => {
    expect(await registerFunction(accepting, origins)(connect(headers))).toEqual({ statusCode });
  });

  test('9.7: of an app is answered as the wire says', async () => {
    const register = registerFunction(accepting, ['capacitor://localhost', 'null']);
    const status = async (origin: string) => (await register(connect({ origin }))).statusCode;
    expect(await status('capacitor://localhost')).toBe(200);
    expect(await status('null')).toBe(200);
    expect(await status('capacitor://elsewhere')).toBe(403);
    expect(await status('file://')).toBe(403);
  });

  test('takes the first of the subprotocols that are offered', async () => {
    const event = connect({ 'sec-websocket-protocol': 'orders.v1, other' });
    expect(await registerFunction(accepting, origins)(event)).toEqual({
      statusCode: 200,
      headers: { 'Sec-WebSocket-Protocol': 'orders.v1' },
    });
  });

  test('is refused when register says so or throws', async () => {
    const { told, log } = failures();
    const answers = [
      async () => ({ accepted: false, message: 'too many' }),
      async () => Promise.reject(new Refusal('rate_limited', 'wait')),
      async () => Promise.reject(new Error('the database is away')),
    ].map(handler => registerFunction(handler, origins, log)(connect({})));
    expect(await Promise.all(answers)).toEqual([{ statusCode: 403 }, { statusCode: 403 }, { statusCode: 500 }]);
    expect(told).toEqual([new Error('the database is away')]);
  });

  test('is not what another route’s event is taken for', async () => {
    const { told, log } = failures();
    const event = socketEvent('MESSAGE', { body: '{}' });
    expect(await registerFunction(accepting, origins, log)(event)).toEqual({ statusCode: 500 });
    expect(told).toHaveLength(1);
  });
});

describe('a frame', () => {
  async function receivedOf(more: object): Promise<IncomingFrame[]> {
    const got: IncomingFrame[] = [];
    const answer = await transportFunction(async frame => void got.push(frame))(socketEvent('MESSAGE', more), context);
    expect(answer).toEqual({ statusCode: 200 });
    return got;
  }

  test.each([
    ['$default', '{"type":"ping"}'],
    ['sendmessage', '{"action":"sendmessage","data":"鸡蛋"}'],
  ])('of the route %s is passed on as it came', async (routeKey, body) => {
    const { requestContext } = socketEvent('MESSAGE');
    expect(await receivedOf({ requestContext: { ...requestContext, routeKey }, body })).toEqual([
      { connectionId, text: body, requestId },
    ]);
  });

  test('without a body is an empty one, and one in base64 is binary', async () => {
    expect((await receivedOf({})).map(({ text }) => text)).toEqual(['']);
    expect((await receivedOf({ body: 'AAEC', isBase64Encoded: true })).map(({ text }) => text)).toEqual([undefined]);
  });

  test('that cannot be handled is answered all the same', async () => {
    const { told, log } = failures();
    const handler = transportFunction(async () => Promise.reject(new Error('away')), log);
    expect(await handler(socketEvent('MESSAGE', { body: 'x' }))).toEqual({ statusCode: 200 });
    expect(await handler({})).toEqual({ statusCode: 200 });
    expect(told).toHaveLength(2);
  });
});

test('$disconnect tells the id, and is answered even when nothing can be done about it', async () => {
  const { told, log } = failures();
  const got: unknown[] = [];
  const handler = cleanupFunction(async closing => {
    got.push(closing);
    throw new Error('away');
  }, log);
  expect(await handler(socketEvent('DISCONNECT'), context)).toEqual({ statusCode: 200 });
  expect(got).toEqual([{ connectionId, requestId }]);
  expect(told).toHaveLength(1);
});

describe('a request of the HTTP API', () => {
  async function requestOf(event: object): Promise<HttpRequest | undefined> {
    let got: HttpRequest | undefined;
    await httpFunction(async request => {
      got = request;
      return { status: 200, headers: {}, body: '' };
    })(event, context);
    return got;
  }

  test('keeps method, path, headers, address and the bytes of the body', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    const request = await requestOf(
      httpEvent({ headers: { 'idempotency-key': 'k' }, body: bytes.toString('base64'), isBase64Encoded: true }),
    );
    expect(request).toMatchObject({ method: 'POST', path: '/bill', remoteAddress: '192.0.2.7', requestId });
    expect(request?.headers).toEqual({ 'content-type': 'application/json', 'idempotency-key': 'k' });
    expect(Buffer.from(request?.body ?? [])).toEqual(bytes);
    expect(Buffer.from((await requestOf(httpEvent({ body: '鸡蛋' })))?.body ?? []).toString()).toBe('鸡蛋');
    expect((await requestOf(httpEvent()))?.body).toHaveLength(0);
  });

  test('tells a parameter with a comma from one that was given twice', async () => {
    const request = await requestOf(httpEvent({ query: 'shop=a%2Cb&after=1&after=2&empty=' }));
    expect(request?.query).toEqual({ shop: 'a,b', empty: '' });
    expect(request?.repeatedQuery).toEqual(['after']);
  });

  test('is answered with the code of a refusal, and with 500 when something else is thrown', async () => {
    const { told, log } = failures();
    const refused = await httpFunction(async () => {
      throw new Refusal('rate_limited', 'wait', { retryAfterSeconds: 7 });
    }, log)(httpEvent(), context);
    expect(refused).toMatchObject({
      isBase64Encoded: false,
      statusCode: 429,
      headers: { 'retry-after': '7', 'x-request-id': requestId, 'cache-control': 'no-store' },
    });
    const failed = await httpFunction(async () => Promise.reject(new Error('secret')), log)(httpEvent());
    expect([failed.statusCode, JSON.parse(failed.body).error.code]).toEqual([500, 'internal']);
    expect(failed.body).not.toContain('secret');
    const event = socketEvent('MESSAGE');
    expect((await httpFunction(async () => ({ status: 200, headers: {}, body: '' }), log)(event)).statusCode).toBe(500);
    expect(told).toHaveLength(2);
  });
});

describe('the timer', () => {
  const options = { passes: 3, everyMs: 5, neededMs: 1_000 };

  test('makes three passes in one invocation, and one that fails keeps no other from being made', async () => {
    const { told, log } = failures();
    let count = 0;
    const handler = timerFunction(
      async () => {
        count += 1;
        if (count === 2) throw new Error('away');
        return count;
      },
      options,
      log,
    );
    expect(await handler({}, { ...context, getRemainingTimeInMillis: () => 60_000 })).toEqual([1, undefined, 3]);
    expect(told).toEqual([new Error('away')]);
  });

  test('begins no pass that the time-out would cut', async () => {
    const left = [60_000, 900];
    const handler = timerFunction(async () => 'done', options);
    expect(await handler({}, { getRemainingTimeInMillis: () => left.shift() })).toEqual(['done']);
  });
});
