import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Cloud, startCloud } from '../cloud.ts';
import { clientsOf, deploy } from '../sdk-clients.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startCloud({ timers: 'on demand', stateDelayMs: 5 });
});
afterEach(() => cloud.close());

const http = `exports.main_handler = async event => ({
  isBase64Encoded: false, statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event),
});`;
const register = `exports.main_handler = async ({ websocket }) => ({
  errNo: 0, errMsg: 'ok', websocket: { action: 'connecting', secConnectionID: websocket.secConnectionID },
});`;
const transport = `exports.main_handler = async ({ websocket }) => {
  const answer = { websocket: { ...websocket, data: 'pushed ' + websocket.data } };
  const response = await fetch(process.env.SEND_BACK_URL, { method: 'POST', body: JSON.stringify(answer) });
  console.log(await response.text());
};`;

async function service(): Promise<{ ServiceId: string; address: string }> {
  const { ServiceId = '', OuterSubDomain } = await clientsOf(cloud).apigateway.CreateService({
    ServiceName: 'orders_dev',
    Protocol: 'http&https',
  });
  return { ServiceId, address: `127.0.0.1:${OuterSubDomain?.split(':')[1]}/release` };
}

function httpApi(ServiceId: string, over: object = {}) {
  const base = {
    ServiceId,
    ServiceType: 'SCF',
    Protocol: 'HTTP',
    ServiceTimeout: 15,
    RequestConfig: { Path: '/bill', Method: 'POST' },
  };
  const scf = { ServiceScfFunctionName: 'bill', ServiceScfIsIntegratedResponse: true, EnableCORS: true };
  return clientsOf(cloud).apigateway.CreateApi({ ...base, ...scf, ...over });
}

const webSocket = (ServiceId: string) => ({
  ServiceId,
  ServiceType: 'SCF',
  Protocol: 'WEBSOCKET',
  ServiceTimeout: 900,
  RequestConfig: { Path: '/pgws', Method: 'GET' },
  ServiceWebsocketRegisterFunctionName: 'register',
  ServiceWebsocketTransportFunctionName: 'transport',
  ServiceWebsocketCleanupFunctionName: 'cleanup',
});

const release = (ServiceId: string) =>
  clientsOf(cloud).apigateway.ReleaseService({ ServiceId, EnvironmentName: 'release', ReleaseDesc: 'test' });

test('an HTTP API reaches its function once it is released, under the name of the environment', async () => {
  await deploy(cloud, http, { FunctionName: 'bill' });
  const { ServiceId, address } = await service();
  await httpApi(ServiceId);
  expect((await fetch(`http://${address}/bill`, { method: 'POST' })).status).toBe(404);
  await release(ServiceId);
  const response = await fetch(`http://${address}/bill?a=b`, {
    method: 'POST',
    body: 'x',
    headers: { origin: 'https://a.example' },
  });
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(await response.json()).toMatchObject({
    httpMethod: 'POST',
    path: '/bill',
    body: 'x',
    queryString: { a: 'b' },
  });
  const headers = { origin: 'https://a.example', 'access-control-request-method': 'POST' };
  expect((await fetch(`http://${address}/bill`, { method: 'OPTIONS', headers })).status).toBe(200);
});

test('a WebSocket API calls its three functions, and its InternalDomain pushes', async () => {
  const { ServiceId, address } = await service();
  const { apigateway } = clientsOf(cloud);
  await deploy(cloud, register, { FunctionName: 'register' });
  await deploy(cloud, 'exports.main_handler = async () => {};', { FunctionName: 'cleanup' });
  await deploy(cloud, '', { FunctionName: 'transport' });
  const { Result } = await apigateway.CreateApi(webSocket(ServiceId));
  const ApiId = Result?.ApiId ?? '';
  const api = await apigateway.DescribeApi({ ServiceId, ApiId });
  const Value = api.Result?.InternalDomain ?? '';
  expect(Value).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api-/);
  await clientsOf(cloud).scf.DeleteFunction({ FunctionName: 'transport' });
  while (cloud.state().functions.length === 3) await new Promise(resolve => setTimeout(resolve, 5));
  await deploy(cloud, transport, {
    FunctionName: 'transport',
    Environment: { Variables: [{ Key: 'SEND_BACK_URL', Value }] },
  });
  await release(ServiceId);

  const socket = new WebSocket(`ws://${address}/pgws`);
  await once(socket, 'open');
  const answer = once(socket, 'message');
  socket.send('hello');
  expect(String((await answer)[0])).toBe('pushed hello');
  socket.close();
  await once(socket, 'close');
  while (!cloud.invocations.some(({ functionName }) => functionName === 'cleanup'))
    await new Promise(resolve => setTimeout(resolve, 5));
  expect(cloud.invocations.map(({ functionName }) => functionName)).toEqual(['register', 'transport', 'cleanup']);
});

test('services and APIs are found by name, changed, and removed in order', async () => {
  await deploy(cloud, http, { FunctionName: 'bill' });
  const { apigateway } = clientsOf(cloud);
  const { ServiceId } = await service();
  const { Result } = await httpApi(ServiceId);
  const ApiId = Result?.ApiId ?? '';
  await release(ServiceId);
  const services = await apigateway.DescribeServicesStatus({
    Filters: [{ Name: 'ServiceName', Values: ['orders_dev'] }],
  });
  expect(services.Result?.ServiceSet?.[0]).toMatchObject({ ServiceId, AvailableEnvironments: ['release'] });
  await apigateway.ModifyService({ ServiceId, ServiceDesc: 'changed' });
  expect(cloud.state().services).toMatchObject([{ description: 'changed', released: ['release'] }]);
  const apis = await apigateway.DescribeApisStatus({ ServiceId });
  expect(apis.Result?.ApiIdStatusSet?.map(api => api.ApiId)).toEqual([ApiId]);

  await expect(apigateway.DeleteService({ ServiceId })).rejects.toMatchObject({
    code: 'UnsupportedOperation.UnsupportedDeleteService',
  });
  await apigateway.UnReleaseService({ ServiceId, EnvironmentName: 'release' });
  await apigateway.DeleteApi({ ServiceId, ApiId });
  await apigateway.DeleteService({ ServiceId });
  await expect(apigateway.DescribeApi({ ServiceId, ApiId })).rejects.toMatchObject({
    code: 'ResourceNotFound.InvalidService',
  });
  expect(cloud.state().services).toEqual([]);
});

test.each([
  [{ ServiceTimeout: 1801 }, 'InvalidParameterValue'],
  [{ ServiceScfFunctionName: 'nobody' }, 'InvalidParameterValue'],
  [{ ServiceScfFunctionName: undefined }, 'MissingParameter'],
  [{ RequestConfig: { Path: 'bill', Method: 'POST' } }, 'InvalidParameterValue'],
  [{ ServiceId: 'service-none' }, 'ResourceNotFound.InvalidService'],
  [{ Colour: 'red' }, 'UnknownParameter'],
])('an API with %j is refused with %s', async (over, code) => {
  await deploy(cloud, http, { FunctionName: 'bill' });
  const { ServiceId } = await service();
  await expect(httpApi(ServiceId, over)).rejects.toMatchObject({ code });
});
