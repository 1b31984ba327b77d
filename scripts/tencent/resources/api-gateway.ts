import type { Service } from 'tencentcloud-sdk-nodejs/tencentcloud/services/apigateway/v20180808/apigateway_models.js';
import type { Cloud } from '../cloud.ts';
import { CallFailure, DeployError, isMissing } from '../failures.ts';
import { sleep } from '../patience.ts';
import { describeMarks, hashOf, readMarks } from '../service/marks.ts';
import type { Settings } from '../service/settings.ts';
import { apisOf, type WantedApi } from './wanted-apis.ts';

/** What API Gateway gave. */
export interface ApiGatewayAddresses {
  /** Base of the HTTP APIs, without a slash at the end. */
  http: string;
  /** Of the WebSocket APIs, by their names, with their paths. */
  webSockets: Readonly<Record<string, string>>;
  /** Where functions push to, by the names of the WebSocket APIs. */
  sendBackUrls: Readonly<Record<string, string>>;
}

/** The environment that is released to. */
const released = 'release';

/** The send-back URLs of a gateway that is there already; empty before the first deployment is through. */
export async function readSendBackUrls(cloud: Cloud, settings: Settings): Promise<Record<string, string>> {
  const service = await findService(cloud, settings);
  return service === undefined ? {} : sendBackUrlsOf(cloud, settings, service);
}

/** Makes and changes the service and its APIs until they are as wanted and released. Their functions must be there. */
export async function convergeApiGateway(
  cloud: Cloud,
  settings: Settings,
  changed: (text: string) => void,
): Promise<ApiGatewayAddresses> {
  const service = (await findService(cloud, settings)) ?? (await createService(cloud, settings, changed));
  const wanted = apisOf(settings);
  for (let round = 1; ; round++) {
    const found = await findApis(cloud, service);
    const steps = wanted.filter(api => found.find(({ name }) => name === api.name)?.hash !== hashOf(api.request));
    const superfluous = found.filter(({ name }) => !wanted.some(api => api.name === name));
    if (steps.length + superfluous.length === 0) break;
    if (round === 5)
      throw new DeployError(
        `the APIs of ${service.ServiceName} do not become what they should: look at them in the console`,
      );
    for (const api of steps)
      await changeApi(cloud, settings, service, api, found.find(({ name }) => name === api.name)?.id, changed);
    for (const { id, name } of superfluous) {
      await deleteApi(cloud, service, id);
      changed(`API ${name} removed`);
    }
  }
  await release(cloud, settings, service, hashOf(wanted), changed);
  const sendBackUrls = await sendBackUrlsOf(cloud, settings, service);
  if (settings.websockets.some(({ name }) => sendBackUrls[name] === undefined))
    throw new DeployError(
      'API Gateway gave no send-back URL (InternalDomain) for the WebSocket API: is it a region that offers it?',
    );
  return { ...addressesOf(settings, service), sendBackUrls };
}

/** Where the stage's service is; `undefined` when it has none. */
export async function readApiGateway(
  cloud: Cloud,
  settings: Settings,
): Promise<Omit<ApiGatewayAddresses, 'sendBackUrls'> | undefined> {
  const service = await findService(cloud, settings);
  return service && addressesOf(settings, service);
}

/** Whether the stage has a service, whatever serverless.yml says today. */
export async function hasApiGateway(cloud: Cloud, settings: Settings): Promise<boolean> {
  return (await findService(cloud, settings)) !== undefined;
}

/** Removes the service with all it holds; says whether there was one. */
export async function removeApiGateway(cloud: Cloud, settings: Settings): Promise<boolean> {
  const service = await findService(cloud, settings);
  if (service === undefined) return false;
  const ServiceId = service.ServiceId ?? '';
  await orMissing(cloud.apigateway('UnReleaseService', { ServiceId, EnvironmentName: released }, service.ServiceName));
  for (const { id } of await findApis(cloud, service)) await deleteApi(cloud, service, id);
  await orMissing(cloud.apigateway('DeleteService', { ServiceId }, service.ServiceName));
  return true;
}

/** Addresses that a service gives its APIs. A loopback host, as in tests, speaks plain HTTP. */
function addressesOf(
  { websockets }: Settings,
  { OuterSubDomain = '' }: Service,
): Omit<ApiGatewayAddresses, 'sendBackUrls'> {
  const isLocal = /^(127\.|localhost)/.test(OuterSubDomain);
  const base = `://${OuterSubDomain}/${released}`;
  const opened = websockets.map(({ name, path }) => [name, `${isLocal ? 'ws' : 'wss'}${base}${path}`]);
  return { http: `${isLocal ? 'http' : 'https'}${base}`, webSockets: Object.fromEntries(opened) };
}

async function sendBackUrlsOf(cloud: Cloud, { websockets }: Settings, service: Service) {
  const urls: Record<string, string> = {};
  const apis = await findApis(cloud, service);
  for (const { name } of websockets) {
    const id = apis.find(api => api.name === name)?.id;
    const url = id && (await sendBackUrlOf(cloud, service, id));
    if (url) urls[name] = url;
  }
  return urls;
}

/** Service names need not be unique: the description tells which is ours. */
async function findService({ apigateway }: Cloud, settings: Settings): Promise<Service | undefined> {
  const name = nameOf(settings);
  const { Result } = await apigateway(
    'DescribeServicesStatus',
    { Filters: [{ Name: 'ServiceName', Values: [name] }], Limit: 100 },
    name,
  );
  return Result?.ServiceSet?.find(({ ServiceDesc }) => readMarks(ServiceDesc)?.deployment === settings.deployment);
}

async function createService(cloud: Cloud, settings: Settings, changed: (text: string) => void): Promise<Service> {
  const name = nameOf(settings);
  const ServiceDesc = describeMarks({ deployment: settings.deployment, configuration: '0'.repeat(16) });
  try {
    await cloud.apigateway(
      'CreateService',
      { ServiceName: name, Protocol: 'http&https', ServiceDesc, NetTypes: ['OUTER'] },
      name,
    );
    changed(`API Gateway service ${name} created`);
  } catch (error) {
    // Perhaps it was made: look before another is, since names are not unique.
    if (!(error instanceof CallFailure && error.isUnknown)) throw error;
    await sleep(cloud.patience.pollMs);
  }
  const service = await findService(cloud, settings);
  if (service === undefined)
    throw new DeployError(`the service ${name} is not there after it was created: deploy again`);
  return service;
}

async function findApis({ apigateway }: Cloud, { ServiceId = '' }: Service) {
  const { Result } = await apigateway('DescribeApisStatus', { ServiceId, Limit: 100 }, ServiceId);
  return (Result?.ApiIdStatusSet ?? []).map(({ ApiId, ApiName, ApiDesc, Path }) => ({
    id: ApiId,
    name: ApiName,
    path: Path,
    hash: readMarks(ApiDesc)?.configuration,
  }));
}

async function changeApi(
  { apigateway, patience }: Cloud,
  { deployment }: Settings,
  { ServiceId = '' }: Service,
  { name, request }: WantedApi,
  id: string | undefined,
  changed: (text: string) => void,
): Promise<void> {
  const marked = {
    ...request,
    ServiceId,
    ApiName: name,
    ApiDesc: describeMarks({ deployment, configuration: hashOf(request) }),
  };
  try {
    if (id === undefined) await apigateway('CreateApi', marked, name);
    else await apigateway('ModifyApi', { ...marked, ApiId: id }, name);
    changed(`API ${name} ${id === undefined ? 'created' : 'changed'}`);
  } catch (error) {
    if (!(error instanceof CallFailure && error.isUnknown)) throw error;
    await sleep(patience.pollMs);
  }
}

/** What was released last stands in the service's description, so that an interrupted release is made up for. */
async function release(
  { apigateway }: Cloud,
  { deployment }: Settings,
  service: Service,
  configuration: string,
  changed: (text: string) => void,
): Promise<void> {
  const { ServiceId = '', ServiceName, ServiceDesc, AvailableEnvironments } = service;
  const isReleased =
    AvailableEnvironments?.includes(released) && readMarks(ServiceDesc)?.configuration === configuration;
  if (isReleased) return;
  await apigateway(
    'ReleaseService',
    { ServiceId, EnvironmentName: released, ReleaseDesc: `configuration ${configuration}` },
    ServiceName,
  );
  await apigateway(
    'ModifyService',
    { ServiceId, ServiceDesc: describeMarks({ deployment, configuration }) },
    ServiceName,
  );
  changed('APIs released');
}

async function sendBackUrlOf(
  { apigateway }: Cloud,
  { ServiceId = '' }: Service,
  ApiId: string,
): Promise<string | undefined> {
  const { Result } = await apigateway('DescribeApi', { ServiceId, ApiId }, ApiId);
  return Result?.InternalDomain || undefined;
}

async function deleteApi({ apigateway }: Cloud, { ServiceId = '' }: Service, ApiId: string): Promise<void> {
  await orMissing(apigateway('DeleteApi', { ServiceId, ApiId }, ApiId));
}

async function orMissing(call: Promise<unknown>): Promise<void> {
  await call.catch(error => {
    if (!isMissing(error)) throw error;
  });
}

/** At most 50 letters, digits, - and _, beginning with a letter. */
function nameOf({ service, stage }: Settings): string {
  return `${service}-${stage}`.replaceAll('-', '_').slice(0, 50);
}
