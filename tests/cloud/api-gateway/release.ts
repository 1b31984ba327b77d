import { startGateway } from '../../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../../apigateway/server/options.ts';
import type { EventFunction } from '../../../apigateway/server/targets/target.ts';
import type { ApiSettings } from './parameters.ts';

/** Calls a function by name and returns what it returned. @throws Error when it failed */
export type CallFunction = (name: string, event: unknown, requestId: string) => Promise<unknown>;

/** The APIs of a service as they were when they were released, running. */
export interface ReleasedApis {
  readonly port: number;
  readonly apiIds: ReadonlySet<string>;
  /** Whether pages of other origins may call a path. */
  hasCors(path: string): boolean;
  /** Where our gateway takes pushes for an API. */
  sendBackUrl(apiId: string): string;
  close(): Promise<void>;
}

type Route = NonNullable<GatewayOptions['routes']>[number];

/** Runs APIs in our own gateway, with the deployed functions behind it. */
export async function runApis(
  apis: { id: string; settings: ApiSettings }[],
  callFunction: CallFunction,
): Promise<ReleasedApis> {
  const target = (name: string | undefined): EventFunction => {
    return (event, { request_id }) => callFunction(name ?? '', event, request_id);
  };
  const http = apis.filter(({ settings }) => settings.Protocol === 'HTTP').map(({ settings }) => settings);
  const websockets = apis.filter(({ settings }) => settings.Protocol === 'WEBSOCKET');
  const gateway = await startGateway({
    port: 0,
    logLevel: 'error',
    // The front is a proxy of ours.
    trustedProxies: 1,
    functionTimeoutSeconds: Math.max(15, ...http.map(({ ServiceTimeout }) => ServiceTimeout)),
    connectionsPerAddress: 0,
    maxBodyBytes: 6 * 1024 * 1024,
    shutdownSeconds: 0.5,
    routes: [...new Set(http.map(({ RequestConfig }) => RequestConfig.Path))].map(path => routeOf(path, http, target)),
    websockets: websockets.map(({ id, settings }) => ({
      path: settings.RequestConfig.Path,
      apiId: id,
      register: target(settings.ServiceWebsocketRegisterFunctionName),
      transport: target(settings.ServiceWebsocketTransportFunctionName),
      cleanup: target(settings.ServiceWebsocketCleanupFunctionName),
      idleSeconds: settings.ServiceTimeout,
      firstFrameSeconds: 0,
    })),
  });
  return {
    port: gateway.port,
    apiIds: new Set(websockets.map(({ id }) => id)),
    hasCors: path => http.some(({ RequestConfig, EnableCORS }) => RequestConfig.Path === path && EnableCORS),
    sendBackUrl: apiId => gateway.sendBackUrl(apiId),
    close: () => gateway.close(),
  };
}

/** One path, which may have a function for each method. */
function routeOf(path: string, http: ApiSettings[], target: (name: string | undefined) => EventFunction): Route {
  const here = http.filter(({ RequestConfig }) => RequestConfig.Path === path);
  const every: Route['methods'] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  const methods = every.filter(method =>
    here.some(({ RequestConfig: { Method } }) => Method === method || Method === 'ANY'),
  );
  const called: EventFunction = (event, context, callback) => {
    const { httpMethod } = event as { httpMethod: string };
    const api = here.find(({ RequestConfig: { Method } }) => Method === httpMethod || Method === 'ANY') ?? here[0];
    return target(api?.ServiceScfFunctionName)(event, context, callback);
  };
  return { path, methods, target: called };
}
