import { randomBytes } from 'node:crypto';
import type * as v from 'valibot';
import { ApiError } from '../api-error.ts';
import type { Product } from '../api-server.ts';
import { action, pageOf } from '../parameters.ts';
import { openCallbacks } from './callbacks.ts';
import { openFront } from './front.ts';
import * as parameters from './parameters.ts';
import { type CallFunction, type ReleasedApis, runApis } from './release.ts';
import { checkApi } from './rules.ts';

interface StoredApi {
  id: string;
  settings: parameters.ApiSettings;
  createdAt: string;
}

interface Service {
  id: string;
  settings: v.InferOutput<typeof parameters.createService>;
  createdAt: string;
  /** Where clients reach it: `127.0.0.1:port`. */
  front: Awaited<ReturnType<typeof openFront>>;
  apis: Map<string, StoredApi>;
  released: Map<string, ReleasedApis>;
}

/** API Gateway: its calls, and what is released runs in our own gateway. */
export interface ApiGateway {
  readonly product: Product;
  isEmpty(): boolean;
  /** Services and APIs without ids, ports and times. */
  state(): object[];
  close(): Promise<void>;
}

/** Makes API Gateway without services. */
export async function createApiGateway({
  callFunction,
  hasFunction,
}: {
  callFunction: CallFunction;
  hasFunction(name: string): boolean;
}): Promise<ApiGateway> {
  const services = new Map<string, Service>();
  const callbacks = await openCallbacks(apiId => {
    for (const { released } of services.values()) {
      for (const apis of released.values()) if (apis.apiIds.has(apiId)) return apis.sendBackUrl(apiId);
    }
    return undefined;
  });

  function serviceOf(id: string): Service {
    const service = services.get(id);
    if (service === undefined)
      throw new ApiError('ResourceNotFound.InvalidService', `The service ${id} does not exist.`);
    return service;
  }
  function apiOf(serviceId: string, id: string): StoredApi {
    const api = serviceOf(serviceId).apis.get(id);
    if (api === undefined) throw new ApiError('ResourceNotFound.InvalidApi', `The API ${id} does not exist.`);
    return api;
  }

  const CreateService = action(parameters.createService, async settings => {
    if (services.size >= 50)
      throw new ApiError('LimitExceeded.ServiceCountLimitExceeded', 'There are too many services.');
    const id = `service-${randomBytes(4).toString('hex')}`;
    const released = new Map<string, ReleasedApis>();
    const front = await openFront(environment => released.get(environment));
    const service: Service = { id, settings, createdAt: now(), front, apis: new Map(), released };
    services.set(id, service);
    return describeService(service);
  });
  const ModifyService = action(parameters.modifyService, ({ ServiceId, ...changes }) => {
    const service = serviceOf(ServiceId);
    service.settings = { ...service.settings, ...withoutUndefined(changes) };
    return {};
  });
  const DescribeService = action(parameters.oneService, ({ ServiceId }) => describeService(serviceOf(ServiceId)));
  const DescribeServicesStatus = action(parameters.listServices, asked => {
    const found = [...services.values()].filter(({ id, settings }) =>
      fits(asked.Filters, { ServiceId: id, ServiceName: settings.ServiceName }),
    );
    return { Result: { TotalCount: found.length, ServiceSet: pageOf(found, asked).map(describeService) } };
  });
  const DeleteService = action(parameters.oneService, async ({ ServiceId }) => {
    const { apis, released, front } = serviceOf(ServiceId);
    if (apis.size > 0 || released.size > 0) {
      throw new ApiError('UnsupportedOperation.UnsupportedDeleteService', 'The service has APIs or is released.');
    }
    services.delete(ServiceId);
    await front.close();
    return { Result: true };
  });

  const CreateApi = action(parameters.createApi, settings => {
    const { apis } = serviceOf(settings.ServiceId);
    checkApi(settings, settingsOf([...apis.values()]), hasFunction);
    const api = { id: `api-${randomBytes(4).toString('hex')}`, settings, createdAt: now() };
    apis.set(api.id, api);
    const { Path, Method } = settings.RequestConfig;
    return { Result: { ApiId: api.id, Path, Method, CreatedTime: api.createdAt } };
  });
  const ModifyApi = action(parameters.modifyApi, ({ ApiId, ...settings }) => {
    const api = apiOf(settings.ServiceId, ApiId);
    const others = [...serviceOf(settings.ServiceId).apis.values()].filter(each => each !== api);
    checkApi(settings, settingsOf(others), hasFunction);
    if (settings.Protocol !== api.settings.Protocol)
      throw new ApiError('InvalidParameterValue', 'Protocol cannot be changed.');
    api.settings = settings;
    return {};
  });
  const DescribeApi = action(parameters.oneApi, ({ ServiceId, ApiId }) => {
    const { settings, createdAt } = apiOf(ServiceId, ApiId);
    const isWebSocket = settings.Protocol === 'WEBSOCKET';
    const Environments = [...serviceOf(ServiceId).released]
      .filter(([, { apiIds }]) => apiIds.has(ApiId))
      .map(([name]) => name);
    const InternalDomain = isWebSocket ? callbacks.urlOf(ApiId) : '';
    return {
      Result: { ...settings, ApiId, CreatedTime: createdAt, ModifiedTime: createdAt, InternalDomain, Environments },
    };
  });
  const DescribeApisStatus = action(parameters.listApis, asked => {
    const found = [...serviceOf(asked.ServiceId).apis.values()].filter(({ id, settings }) =>
      fits(asked.Filters, { ApiId: id, ApiName: settings.ApiName, ApiPath: settings.RequestConfig.Path }),
    );
    const ApiIdStatusSet = pageOf(found, asked).map(({ id, settings, createdAt }) => ({
      ServiceId: asked.ServiceId,
      ApiId: id,
      ApiName: settings.ApiName,
      ApiDesc: settings.ApiDesc,
      Path: settings.RequestConfig.Path,
      Method: settings.RequestConfig.Method,
      Protocol: settings.Protocol,
      AuthType: settings.AuthType,
      CreatedTime: createdAt,
      ModifiedTime: createdAt,
    }));
    return { Result: { TotalCount: found.length, ApiIdStatusSet } };
  });
  const DeleteApi = action(parameters.oneApi, ({ ServiceId, ApiId }) => {
    apiOf(ServiceId, ApiId);
    serviceOf(ServiceId).apis.delete(ApiId);
    return { Result: true };
  });

  const ReleaseService = action(parameters.release, async ({ ServiceId, EnvironmentName, ReleaseDesc }) => {
    const { apis, released } = serviceOf(ServiceId);
    if (apis.size === 0) throw new ApiError('FailedOperation.ServiceError', 'The service has no API to release.');
    const before = released.get(EnvironmentName);
    released.set(EnvironmentName, await runApis([...apis.values()], callFunction));
    await before?.close();
    return { Result: { ReleaseVersion: `${now()}${randomBytes(4).toString('hex')}`, ReleaseDesc } };
  });
  const UnReleaseService = action(parameters.unRelease, async ({ ServiceId, EnvironmentName }) => {
    const { released } = serviceOf(ServiceId);
    const before = released.get(EnvironmentName);
    if (before === undefined)
      throw new ApiError('ResourceNotFound.InvalidRelease', 'The service is not released there.');
    released.delete(EnvironmentName);
    await before.close();
    return { Result: true };
  });

  const actions = {
    ...{ CreateService, ModifyService, DescribeService, DescribeServicesStatus, DeleteService },
    ...{ CreateApi, ModifyApi, DescribeApi, DescribeApisStatus, DeleteApi, ReleaseService, UnReleaseService },
  };
  return {
    product: { name: 'apigateway', version: '2018-08-08', actions },
    isEmpty: () => services.size === 0,
    state: () => [...services.values()].map(stateOf).toSorted((one, other) => one.name.localeCompare(other.name)),
    async close() {
      const all = [...services.values()];
      await Promise.all(all.flatMap(({ released, front }) => [front, ...released.values()].map(each => each.close())));
      await callbacks.close();
    },
  };
}

function stateOf({ settings, apis, released }: Service) {
  const { ServiceName: name, ServiceDesc: description, Protocol: protocol } = settings;
  const each = [...apis.values()].map(({ settings: { ServiceId: _, ...rest } }) => rest);
  const sorted = each.toSorted((one, other) => one.RequestConfig.Path.localeCompare(other.RequestConfig.Path));
  return { name, description, protocol, apis: sorted, released: [...released.keys()].sort() };
}

function describeService({ id, settings, createdAt, front, released }: Service): object {
  return {
    ServiceId: id,
    ServiceName: settings.ServiceName,
    ServiceDesc: settings.ServiceDesc,
    Protocol: settings.Protocol,
    NetTypes: settings.NetTypes ?? ['OUTER'],
    OuterSubDomain: front.address,
    InnerSubDomain: '',
    IpVersion: 'IPv4',
    CreatedTime: createdAt,
    ModifiedTime: createdAt,
    AvailableEnvironments: [...released.keys()],
    Tags: settings.Tags ?? [],
  };
}

function settingsOf(apis: StoredApi[]): parameters.ApiSettings[] {
  return apis.map(({ settings }) => settings);
}

function fits(asked: { Name: string; Values: string[] }[], has: Record<string, string>): boolean {
  return asked.every(({ Name, Values }) => {
    const value = has[Name];
    if (value === undefined) throw new ApiError('InvalidParameterValue', `The filter ${Name} is not known.`);
    return Values.includes(value);
  });
}

function withoutUndefined<T extends object>(all: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
