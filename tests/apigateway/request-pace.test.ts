import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createSecurityEvents } from '../../apigateway/security-events.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { createRequestPace } from '../../apigateway/server/http/request-pace.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { until } from '../support/until.ts';

// How much of the time of a gateway one address has, which asks over HTTP as fast as it is answered.

let gateway: Gateway;
let calls = 0;
// One test has none.
afterEach(() => (gateway as Gateway | undefined)?.close());

/** Three requests of an address at once, and then two a second. */
async function start(options: Partial<GatewayOptions> = {}): Promise<void> {
  calls = 0;
  const quick = {
    path: '/quick',
    methods: ['GET' as const],
    target: async () => {
      calls += 1;
      return { statusCode: 200, headers: {}, body: 'ok' };
    },
  };
  const limits = { requestsPerAddress: 3, requestsPerSecond: 2, trustedProxies: 1 };
  gateway = await startGateway({ port: 0, log: () => {}, routes: [quick], shutdownSeconds: 1, ...limits, ...options });
}

const exchange = {
  requestId: '',
  remoteAddress: '',
  isSecure: false,
  bodyBytes: 0,
  answerBytes: 0,
  path: '/',
  search: '',
};
const headersOf = (address: string) => ({ 'x-forwarded-for': address });

async function ask(address: string, path = '/quick') {
  const response = await fetch(gateway.url + path, { headers: headersOf(address) });
  await response.arrayBuffer();
  return response;
}

/** Uses up what an address may have at once. */
async function useUp(address: string): Promise<void> {
  for (let i = 0; i < 3; i++) expect((await ask(address)).status).toBe(200);
}

const told = () => gateway.securityEvents.get('too_many_requests');

test('who asks too often waits for each answer, for a refusal too, and nobody else does', async () => {
  await start();
  await useUp('192.0.2.1');
  const order: string[] = [];
  const said = async (name: string, address: string) => {
    const { status, headers } = await ask(address);
    order.push(name);
    return [status, headers.get('retry-after')];
  };
  const own = Promise.all(['first', 'second', 'third'].map(name => said(name, '192.0.2.1')));
  await until('all of them are there', () => told() === 3);
  expect(calls).toBe(3);
  expect(await said('other', '192.0.2.2')).toEqual([200, null]);
  const answers = await own;
  expect(order[0]).toBe('other');
  expect(answers.map(([status]) => status).sort()).toEqual([200, 200, 429]);
  expect(answers.find(([status]) => status === 429)).toEqual([429, '1']);
  expect(calls).toBe(6);
});

test('only so many wait for their turn, of all addresses together', async () => {
  await start({ maxRequests: 4 });
  await useUp('192.0.2.1');
  await useUp('192.0.2.2');
  const waits = ask('192.0.2.1');
  await until('it waits', () => told() === 1);
  const refused = await fetch(`${gateway.url}/quick`, { headers: headersOf('192.0.2.2') });
  expect(calls).toBe(6);
  expect([refused.status, await refused.json()]).toEqual([
    429,
    { error: { code: 'rate_limited', message: 'too many requests of your address, wait a moment' } },
  ]);
  expect((await waits).status).toBe(200);
});

test('one that leaves while it waits is not served, and makes room', () => {
  jest.useFakeTimers();
  const securityEvents = createSecurityEvents(() => {});
  const rate = { take: () => false, turn: () => 500 };
  const pace = createRequestPace({ rate, waitingInAll: 1, securityEvents });
  const served = jest.fn();
  const serve = () => {
    const request = new IncomingMessage(new Socket());
    const response = new ServerResponse(request);
    pace.serve({ ...exchange, request, response }, served);
    return response;
  };
  const first = serve();
  expect(serve().statusCode).toBe(429);
  first.emit('close');
  const next = serve();
  expect(next.statusCode).toBe(200);
  next.emit('close');
  jest.runAllTimers();
  jest.useRealTimers();
  expect(served).not.toHaveBeenCalled();
});

test('whoever asks how we are does not wait, and without limits nobody does', async () => {
  await start();
  await useUp('192.0.2.1');
  for (let i = 0; i < 10; i++) expect((await ask('192.0.2.1', '/healthz')).status).toBe(200);
  expect(told()).toBe(0);
  await gateway.close();
  await start({ connectionsPerAddress: 0 });
  for (let i = 0; i < 20; i++) await ask('192.0.2.1');
  expect(told()).toBe(0);
});
