import { logFailure } from '../../apigateway/bounded-log.ts';
import { cleanupFunction } from '../../apigateway/tencent/cleanup-function.ts';
import { healthEvent, withHealth } from '../../apigateway/tencent/health.ts';
import { httpFunction } from '../../apigateway/tencent/http-function.ts';
import { registerFunction } from '../../apigateway/tencent/register-function.ts';
import { transportFunction } from '../../apigateway/tencent/transport-function.ts';
import { closingEvent, connectingEvent, dataSendEvent } from '../../apigateway/tencent/websocket-events.ts';
import type { HttpRequest } from '../../functions/domain/handlers.ts';
import { Refusal } from '../../functions/domain/refusal.ts';

const httpEvent = { httpMethod: 'GET', path: '/x', headers: {}, requestContext: { requestId: 'r1' } };
const connecting = connectingEvent({
  connectionId: 'c1',
  remoteAddress: '203.0.113.7',
  requestId: 'r1',
  serviceName: 'pgws',
  path: '/pgws',
  stage: 'release',
  protocols: undefined,
  extensions: undefined,
});

function failureLog() {
  const failures: [string, unknown][] = [];
  return { failures, log: (requestId: string, error: unknown) => void failures.push([requestId, error]) };
}

test('an HTTP function answers what its handler answers, with the request id and no-store', async () => {
  const handler = httpFunction(async () => ({ status: 201, headers: { location: '/y' }, body: 'made' }));
  expect(await handler(httpEvent)).toEqual({
    isBase64Encoded: false,
    statusCode: 201,
    headers: { location: '/y', 'cache-control': 'no-store', 'x-request-id': 'r1' },
    body: 'made',
  });
});

test('a handler may decide on caching itself', async () => {
  const handler = httpFunction(async () => ({ status: 200, headers: { 'cache-control': 'max-age=5' }, body: '' }));
  expect((await handler(httpEvent)).headers['cache-control']).toBe('max-age=5');
});

test('without an id of the gateway the platform’s is taken, else a fresh one', async () => {
  const ids: string[] = [];
  const handler = httpFunction(async (request: HttpRequest) => {
    ids.push(request.requestId);
    return { status: 200, headers: {}, body: '' };
  });
  await handler({ httpMethod: 'GET', path: '/x' }, { request_id: 'platform' });
  await handler({ httpMethod: 'GET', path: '/x' });
  await handler({ httpMethod: 'GET', path: '/x', requestContext: { requestId: 'a\r\nb: c' } });
  expect(ids[0]).toBe('platform');
  expect(ids[1]).toMatch(/^[\w-]{36}$/);
  expect(ids[2]).toMatch(/^[\w-]{36}$/);
});

test('a refusal is answered with its status, code, fields and retry-after, and is not logged', async () => {
  const { failures, log } = failureLog();
  const fields = [{ path: 'items[0]', message: 'is missing' }];
  const answer = await httpFunction(async () => {
    throw new Refusal('rate_limited', 'slow down', { fields, retryAfterSeconds: 7 });
  }, log)(httpEvent);
  expect(answer).toMatchObject({
    statusCode: 429,
    headers: {
      'content-type': 'application/json',
      'retry-after': '7',
      'x-request-id': 'r1',
      'cache-control': 'no-store',
    },
  });
  expect(JSON.parse(answer.body)).toEqual({ error: { code: 'rate_limited', message: 'slow down', fields } });
  expect(failures).toEqual([]);
});

test('anything else that is thrown is logged with the request id and answered 500 without a word of it', async () => {
  const { failures, log } = failureLog();
  const error = new Error('select * from secrets');
  const answer = await httpFunction(async () => {
    throw error;
  }, log)(httpEvent);
  expect(answer.statusCode).toBe(500);
  expect(JSON.parse(answer.body)).toEqual({ error: { code: 'internal', message: 'something went wrong on our side' } });
  expect(failures).toEqual([['r1', error]]);
});

test('an event of another trigger is answered 500 and logged', async () => {
  const { failures, log } = failureLog();
  const handler = httpFunction(async () => ({ status: 200, headers: {}, body: '' }), log);
  expect((await handler({ Type: 'Timer' })).statusCode).toBe(500);
  expect(failures).toHaveLength(1);
});

test('register lets in, refuses, and refuses when it fails', async () => {
  const { failures, log } = failureLog();
  const accepted = await registerFunction(async ({ connectionId, remoteAddress }) => {
    expect([connectionId, remoteAddress]).toEqual(['c1', '203.0.113.7']);
    return { accepted: true, message: 'ok' };
  })(connecting);
  expect(accepted).toMatchObject({ errNo: 0, websocket: { action: 'connecting', secConnectionID: 'c1' } });
  const refused = await registerFunction(async () => ({ accepted: false, message: 'full' }))(connecting);
  expect(refused).toMatchObject({ errNo: 1, errMsg: 'full' });
  const refusal = await registerFunction(async () => {
    throw new Refusal('forbidden', 'no');
  }, log)(connecting);
  expect(refusal).toMatchObject({ errNo: 1, errMsg: 'forbidden' });
  expect(failures).toEqual([]);
  const failed = await registerFunction(async () => {
    throw new Error('no database');
  }, log)(connecting);
  expect(failed).toMatchObject({ errNo: 1, errMsg: 'internal' });
  expect(failures).toHaveLength(1);
});

test('transport and cleanup answer even when they fail, because a throw would close the client', async () => {
  const { failures, log } = failureLog();
  const fail = async () => {
    throw new Error('no database');
  };
  expect(await transportFunction(fail, log)(dataSendEvent('c1', 'x'))).toEqual({ errNo: 0, errMsg: 'ok' });
  expect(await cleanupFunction(fail, log)(closingEvent('c1'))).toEqual({ errNo: 0, errMsg: 'ok' });
  expect(failures).toHaveLength(2);
});

test('a failure is one JSON line on stderr with time, level, event, request id, message and stack', () => {
  const lines: string[] = [];
  const { error: original } = console;
  console.error = (line: string) => void lines.push(line);
  try {
    logFailure('r1', new Error('two\nlines'));
    logFailure('r2', 'thrown text');
  } finally {
    console.error = original;
  }
  const failure = { time: expect.any(String), level: 'error', event: 'failure' };
  expect(lines.map(line => JSON.parse(line))).toEqual([
    { ...failure, requestId: 'r1', message: 'two\nlines', stack: expect.stringContaining('at ') },
    { ...failure, requestId: 'r2', message: 'thrown text' },
  ]);
});

describe('a function that a deployment asks for its health', () => {
  const handler = async () => 'its own answer';

  it('answers when it could work, and fails with what keeps it from working, without doing anything', async () => {
    const never = async () => Promise.reject(new Error('the handler was called'));
    expect(await withHealth(never, async () => 1)(healthEvent)).toEqual({ healthy: true });
    const broken = withHealth(never, async () => Promise.reject(new Error('no database')));
    await expect(broken(healthEvent)).rejects.toThrow('no database');
  });

  it.each([
    {},
    'text',
    undefined,
    { Type: 'Timer' },
    { body: JSON.stringify(healthEvent) },
  ])('answers %p itself', async event => {
    expect(await withHealth(handler, () => Promise.reject(new Error('asked')))(event)).toBe('its own answer');
  });
});
