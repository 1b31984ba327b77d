import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { managementPush } from '../../apigateway/aws/push.ts';
import { startGateway } from '../../apigateway/server/gateway.ts';
import { connect } from '../support/apigateway/client.ts';
import { withCredentials } from '../support/aws-credentials.ts';
import { until } from '../support/until.ts';
import { type AwsGateway, startAwsGateway } from './aws-gateway.ts';

// `@connections`, called by the real SDK and by hand.

withCredentials();
let world: AwsGateway | undefined;
afterEach(async () => {
  await world?.gateway.close();
  world = undefined;
});

const secretAccessKey = 'a secret key of the tests, long enough';
const accessKeys = [{ accessKeyId: 'AKIDTESTS', secretAccessKey }];

async function startWithClient(...given: Parameters<typeof startAwsGateway>) {
  world = await startAwsGateway(...given);
  const client = await connect(world.url);
  const [event] = await world.heard('$connect');
  const id = event?.requestContext.connectionId ?? '';
  return { ...world, client, id, endpoint: world.gateway.sendBackUrl('abcdef1234') };
}

function sdk(endpoint: string, key = { accessKeyId: 'anybody', secretAccessKey: 'anything' }) {
  // The SDK writes into the credentials that it is given.
  const credentials = { ...key };
  return new ApiGatewayManagementApiClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
}

const post = (ConnectionId: string, Data: string) =>
  new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(Data) });
const nameOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    error => String(error.name),
  );

it('posts, describes and closes as the SDK expects', async () => {
  const { client, id, endpoint, heard } = await startWithClient();
  const api = sdk(endpoint);
  await api.send(post(id, '鸡蛋'));
  expect(await client.received()).toEqual(['鸡蛋']);
  const { ConnectedAt, LastActiveAt, Identity } = await api.send(new GetConnectionCommand({ ConnectionId: id }));
  expect(Identity).toEqual({ SourceIp: '127.0.0.1', UserAgent: '' });
  expect(Math.abs(Date.now() - Number(ConnectedAt))).toBeLessThan(60_000);
  expect(Number(LastActiveAt)).toBeGreaterThanOrEqual(Number(ConnectedAt));
  await api.send(new DeleteConnectionCommand({ ConnectionId: id }));
  await client.closed;
  await heard('$disconnect');
  for (const Command of [GetConnectionCommand, DeleteConnectionCommand]) {
    await expect(api.send(new Command({ ConnectionId: id }))).rejects.toMatchObject({ name: 'GoneException' });
  }
  await expect(api.send(post(id, 'x'))).rejects.toMatchObject({
    name: 'GoneException',
    $metadata: { httpStatusCode: 410 },
  });
});

it('is reached with and without the stage, with an encoded @, and under no other stage', async () => {
  const { client, id, endpoint } = await startWithClient();
  const { origin } = new URL(endpoint);
  const call = async (path: string) => (await fetch(origin + path, { method: 'POST', body: path })).status;
  const paths = [`/@connections/${id}`, `/production/@connections/${id}`, `/production/%40connections/${id}`];
  for (const path of paths) expect(await call(path)).toBe(200);
  expect(await client.received(3)).toEqual(paths);
  expect(await call(`/dev/@connections/${id}`)).toBe(403);
  expect(await call(`/send-back/abcdef1234`)).toBe(404);
});

it('answers what is wrong with its own status, and serves the next call', async () => {
  const { client, id, endpoint } = await startWithClient();
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${endpoint}/@connections${path}`, { method: 'POST', body: 'x', ...init });
    return [response.status, response.headers.get('x-amzn-errortype')];
  };
  expect(await call('/..%00')).toEqual([400, 'BadRequestException']);
  expect(await call('/a/b')).toEqual([400, 'BadRequestException']);
  expect(await call('/')).toEqual([400, 'BadRequestException']);
  expect(await call('')).toEqual([400, 'BadRequestException']);
  expect(await call('/nobody')).toEqual([410, 'GoneException']);
  expect(await call('/L0SM9cOFvHcCIhw%3D')).toEqual([410, 'GoneException']);
  expect(await call(`/${id}`, { method: 'PUT' })).toEqual([405, 'MethodNotAllowedException']);
  expect(await call(`/${id}`, { body: 'x'.repeat(128 * 1024 + 1) })).toEqual([413, 'PayloadTooLargeException']);
  expect(await call(`/${id}`, { body: 'x'.repeat(128 * 1024) })).toEqual([200, null]);
  expect(await call(`/${id}`, { body: Buffer.from([0xff, 0]) })).toEqual([200, null]);
  expect((await client.received(2))[1]).toEqual(Buffer.from([0xff, 0]));
});

it('says 429 for a client that does not read, which is closed', async () => {
  const { client, id, endpoint } = await startWithClient({}, {}, { maxBufferedBytes: 64 * 1024 });
  client.socket.pause();
  const api = sdk(endpoint);
  const names: string[] = [];
  await until(async () => {
    names.push(await nameOf(api.send(post(id, 'x'.repeat(128 * 1024)))));
    return names.at(-1) !== 'none';
  });
  expect(names.at(-1)).toBe('LimitExceededException');
  expect(await nameOf(api.send(post(id, 'x')))).toBe('GoneException');
  client.socket.terminate();
});

it('takes the signatures of its keys alone where it has some, and tells apart what is wrong', async () => {
  const { client, id, endpoint, gateway } = await startWithClient({}, { accessKeys });
  const [key] = accessKeys;
  await sdk(endpoint, key).send(post(id, 'signed'));
  await sdk(endpoint.replace('/production', ''), key).send(post(id, 'without a stage'));
  expect(await client.received(2)).toEqual(['signed', 'without a stage']);
  expect(await nameOf(sdk(endpoint).send(post(id, 'x')))).toBe('UnrecognizedClientException');
  const forged = { accessKeyId: 'AKIDTESTS', secretAccessKey: 'another secret key, as long' };
  expect(await nameOf(sdk(endpoint, forged).send(post(id, 'x')))).toBe('InvalidSignatureException');
  expect(await nameOf(sdk(endpoint, forged).send(new DeleteConnectionCommand({ ConnectionId: id })))).toBe(
    'InvalidSignatureException',
  );
  const bare = await fetch(`${endpoint}/@connections/${id}`, { method: 'POST', body: 'x' });
  expect([bare.status, bare.headers.get('x-amzn-errortype')]).toEqual([403, 'MissingAuthenticationTokenException']);
  const late = sdk(endpoint, key);
  late.config.systemClockOffset = -10 * 60 * 1000;
  expect(await nameOf(late.send(post(id, 'x')))).toBe('InvalidSignatureException');
  expect(gateway.securityEvents.get('wrong_send_back_secret')).toBe(5);
  expect(client.frames).toHaveLength(2);
});

it('does not take a signature for another body, path or service', async () => {
  const { client, id, endpoint } = await startWithClient({}, { accessKeys });
  const api = sdk(endpoint, accessKeys[0]);
  let signed: { path: string; headers: Record<string, string> } | undefined;
  api.middlewareStack.add(
    next => async given => {
      signed = given.request as typeof signed;
      return next(given);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await api.send(post(id, 'once'));
  const { path = '', headers: { 'content-length': _, ...headers } = {} } = signed ?? {};
  const { origin } = new URL(endpoint);
  const again = (url: string, body: string, over: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body, headers: { ...headers, ...over } }).then(({ status }) => status);
  expect(await again(origin + path, 'once')).toBe(200);
  // Of the same length, which is signed too.
  expect(await again(origin + path, 'else')).toBe(403);
  expect(await again(`${origin}${path}x`, 'once')).toBe(403);
  expect(await again(`${origin}${path}?a=b`, 'once')).toBe(403);
  const { authorization = '' } = headers as Record<string, string>;
  expect(await again(origin + path, 'once', { authorization: authorization.replace('execute-api', 's3') })).toBe(403);
  expect(await again(origin + path, 'once', { authorization: 'AWS4-HMAC-SHA256 nonsense' })).toBe(403);
  expect(await client.received()).toEqual(['once', 'once']);
});

it('reaches the connections of an API with its key alone, whatever stage it names', async () => {
  const mine = { accessKeyId: 'MINE', secretAccessKey };
  const theirs = { accessKeyId: 'THEIRS', secretAccessKey };
  const ids: string[] = [];
  const $connect = (event: unknown) => {
    ids.push((event as { requestContext: { connectionId: string } }).requestContext.connectionId);
    return { statusCode: 200 };
  };
  const api = { dialect: 'aws' as const, routes: { $connect } };
  const gateway = await startGateway({
    port: 0,
    log: () => {},
    websockets: [
      { ...api, apiId: 'one', path: '/one', stage: 'production', accessKeys: [mine] },
      { ...api, apiId: 'two', path: '/two', stage: 'production', accessKeys: [theirs] },
    ],
  });
  try {
    const client = await connect(`${gateway.url.replace('http', 'ws')}/one`);
    const [id = ''] = ids;
    const endpoint = gateway.sendBackUrl('one');
    expect(await nameOf(sdk(endpoint, theirs).send(post(id, 'x')))).toBe('GoneException');
    expect(await nameOf(sdk(endpoint, theirs).send(new GetConnectionCommand({ ConnectionId: id })))).toBe(
      'GoneException',
    );
    await sdk(endpoint, mine).send(post(id, 'mine'));
    expect(await client.received()).toEqual(['mine']);
  } finally {
    await gateway.close();
  }
});

it('does not say gone of a connection that another instance may hold', async () => {
  const { endpoint } = await startWithClient({}, {}, { elsewhere: async () => 'unknown' as const });
  expect(await managementPush({ endpoint, timeoutMs: 5_000 }).send('A'.repeat(32), 'x')).toBe('unknown');
  const described = sdk(endpoint).send(new GetConnectionCommand({ ConnectionId: 'A'.repeat(32) }));
  await expect(described).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
});

it('must have keys where other machines reach it', async () => {
  const routes = { $default: () => ({ statusCode: 200 }) };
  const websockets = [{ dialect: 'aws' as const, apiId: 'a', path: '/a', routes }];
  const options = { port: 0, sendBackHost: '0.0.0.0', log: () => {} };
  await expect(startGateway({ ...options, websockets })).rejects.toThrow('websockets.0.accessKeys: required');
  await (await startGateway({ ...options, websockets: websockets.map(api => ({ ...api, accessKeys })) })).close();
});
