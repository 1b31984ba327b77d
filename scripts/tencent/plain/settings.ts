import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { noOrigin, readOrigin } from '../../../apigateway/origin.ts';
import { deploymentId } from '../service/marks.ts';
import type { Serverless } from '../service/serverless.ts';
import {
  type FunctionSettings,
  logsOf,
  problemsOfFunction,
  refuse,
  type Settings,
  texts,
  type WebSocketApi,
} from '../service/settings.ts';
import type { TencentFunction, TencentHttpEvent, TencentProvider, TencentTimerEvent } from './configuration.ts';
import { type BucketSettings, bucketsOf, problemsOfBuckets } from './wanted-buckets.ts';

/** One stage of anybody's service. */
export interface PlainSettings extends Settings {
  corsOrigins: string[];
  /** Of pages that may open a WebSocket. */
  origins: string[];
  functions: PlainFunction[];
  buckets: BucketSettings[];
}

/** One of its functions, or the gateway, which is put beside them. */
export interface PlainFunction extends FunctionSettings {
  /** The folder that is its package; `undefined`: `sls` packs it. */
  folder: string | undefined;
}

/** The key of the gateway's function. */
export const gatewayKey = 'gateway';

/**
 * Reads serverless.yml, whose shape `sls` has checked already.
 * @throws DeployError that names everything that is wrong
 */
export function readPlainSettings({ service: configured, serviceDir }: Serverless, stage: string): PlainSettings {
  const { service, provider, functions = {} } = configured as unknown as Configured;
  const { gateway = {}, corsOrigins = ['*'] } = provider;
  const nameOf = (key: string) => `${service}-${stage}-${key}`;
  const webSockets = webSocketsIn(functions);
  const mode = gateway.kind ?? 'webfunction';
  const isOurs = mode === 'webfunction' && webSockets.length > 0;
  const settings: PlainSettings = {
    ...{ service, stage, deployment: deploymentId(service, stage), mode },
    publicNetwork: provider.publicNetwork ?? true,
    logs: logsOf(provider.logs),
    logTopic: undefined,
    websockets: webSockets.map(({ path: at, register, transport, cleanup }) => ({
      ...{ name: apiName(at), path: at },
      ...{ register: nameOf(register), transport: nameOf(transport), cleanup: nameOf(cleanup) },
    })),
    corsOrigins: corsOrigins.map(each => readOrigin(each) ?? each),
    origins: (gateway.origins ?? []).map(each => readOrigin(each) ?? each),
    buckets: bucketsOf(provider.buckets),
    functions: Object.entries(functions).map(([key, each]) => functionOf(key, each, nameOf(key), provider)),
  };
  refuse([
    ...Object.entries(functions).flatMap(([key, each]) => problemsIn(key, each, provider, serviceDir)),
    ...problemsOfWebSockets(webSockets, Object.keys(functions)),
    ...(isOurs ? problemsOfGateway(provider, functions) : []),
    ...[...corsOrigins.filter(each => each !== '*'), ...(gateway.origins ?? [])]
      .filter(each => readOrigin(each) === undefined)
      .map(each => `provider: the origin ${JSON.stringify(each)} ${noOrigin}`),
    ...settings.functions.flatMap(problemsOfFunction),
    ...problemsOfBuckets(settings.buckets, serviceDir),
  ]);
  return isOurs ? withGateway(settings, provider, nameOf(gatewayKey)) : settings;
}

interface Configured {
  service: string;
  provider: TencentProvider;
  functions?: Record<string, TencentFunction>;
}

type WebSocketPart = Pick<WebSocketApi, 'path' | 'register' | 'transport' | 'cleanup'>;

/** `transport` is the function that has the event, unless another is named. */
function webSocketsIn(functions: Record<string, TencentFunction>): WebSocketPart[] {
  return Object.entries(functions).flatMap(([key, { events = [] }]) =>
    events.flatMap(event => ('websocket' in event ? [{ transport: key, ...event.websocket }] : [])),
  );
}

/** Letters, digits and _; no function has such a name. */
function apiName(at: string): string {
  return `websocket_${at.replaceAll(/\W+/g, '_').replaceAll(/^_|_$/g, '')}`;
}

function functionOf(key: string, each: TencentFunction, name: string, provider: TencentProvider): PlainFunction {
  const event = Object.assign({}, ...(each.events ?? [])) as Partial<TencentHttpEvent & TencentTimerEvent>;
  return {
    ...{ key, name, handler: each.handler, folder: each.folder },
    runtime: each.runtime ?? provider.runtime ?? '',
    memorySize: each.memorySize ?? provider.memorySize ?? 256,
    timeout: each.timeout ?? provider.timeout ?? 15,
    environment: texts({ ...provider.environment, ...each.environment }),
    vpc: each.vpc ?? provider.vpc,
    role: each.role ?? provider.role,
    layers: each.layers ?? provider.layers ?? [],
    concurrency: each.concurrency,
    http: event.http && { ...event.http, cors: { headers: provider.corsHeaders ?? [], exposed: [] } },
    timer: event.timer,
    web: undefined,
  };
}

/** Connections that one gateway takes when it is alone leave room for the calls that push to them. */
export const roomForPushes = 20;

function withGateway(settings: PlainSettings, provider: TencentProvider, name: string): PlainSettings {
  const { gateway = {}, role, vpc } = provider;
  const { memorySize = 256, timeout = 900, maxConcurrency = 100, environment = {} } = gateway;
  const isAlone = !('REDIS_URL' in environment || 'DATABASE_URL' in environment);
  const web = { protocol: 'ws' as const, maxConcurrency, idleSeconds: Math.min(timeout, 900), initSeconds: 65 };
  const own: PlainFunction = {
    ...{ key: gatewayKey, name, handler: '', folder: undefined, runtime: 'Nodejs20.19', memorySize, timeout },
    ...{ environment: texts(environment), vpc, role, layers: [], http: undefined, timer: undefined, web },
    // Instances that do not know of each other could not push to each other's connections.
    concurrency: isAlone ? 1 : undefined,
  };
  return { ...settings, functions: [...settings.functions, own] };
}

function problemsIn(key: string, each: TencentFunction, provider: TencentProvider, serviceDir: string): string[] {
  const { handler, folder, events = [], package: packed = {} } = each;
  const runtime = each.runtime ?? provider.runtime;
  const kinds = events.flatMap(event => Object.keys(event));
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  const isPacked = packed.artifact !== undefined || packed.patterns !== undefined;
  return [
    ...(runtime === undefined ? [`functions.${key}.runtime: say which, as Nodejs20.19, or say provider.runtime`] : []),
    ...problemsOfHandler(key, handler, runtime),
    ...(folder === undefined ? [] : problemsOfFolder(key, path.resolve(serviceDir, folder), handler)),
    ...(folder !== undefined && isPacked
      ? [
          `functions.${key}: folder says all that is packed, so leave out package.${Object.keys(packed).join(', package.')}`,
        ]
      : []),
    ...(twice === undefined ? [] : [`functions.${key}: two ${twice} events, of which a function can have one`]),
  ];
}

function problemsOfHandler(key: string, handler: string, runtime = ''): string[] {
  if (runtime === 'Go1' && /^[\w-]{1,60}$/.test(handler)) return [];
  if (/^[A-Za-z][\w-]{0,58}[A-Za-z0-9]?\.[A-Za-z]\w{0,58}[A-Za-z0-9]$/.test(handler)) return [];
  const hint = /[\\/]/.test(handler) ? `; say the folder as folder: ${path.posix.dirname(handler)}` : '';
  const form = runtime === 'Go1' ? 'the name of the program, as main' : 'file.function, as index.main_handler';
  return [`functions.${key}.handler "${handler}": must be ${form}${hint}`];
}

function problemsOfFolder(key: string, folder: string, handler: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    return [`functions.${key}.folder: there is no folder ${folder}`];
  const name = handler.split('.')[0] ?? '';
  const endings = ['', '.js', '.cjs', '.mjs', '.py', '.php'];
  if (endings.some(ending => existsSync(path.join(folder, name + ending)))) return [];
  return [`functions.${key}.handler "${handler}": there is no ${name} in ${folder}`];
}

function problemsOfWebSockets(webSockets: WebSocketPart[], keys: string[]): string[] {
  const problems: string[] = [];
  const roles = ['register', 'transport', 'cleanup'] as const;
  for (const each of webSockets) {
    for (const role of roles)
      if (!keys.includes(each[role]))
        problems.push(`websocket ${each.path}: ${role} names ${each[role]}, and there is no such function`);
  }
  const names = webSockets.map(({ path: at }) => apiName(at));
  const twice = webSockets.find(({ path: at }, index) => names.indexOf(apiName(at)) !== index);
  if (twice !== undefined) problems.push(`websocket ${twice.path}: the path is given twice, or two are too much alike`);
  for (const key of keys) {
    const of = webSockets.filter(each => roles.some(role => each[role] === key));
    if (of.length > 1)
      problems.push(
        `functions.${key}: is behind ${of.map(({ path: at }) => at).join(' and ')}, and could not know where to push`,
      );
  }
  return problems;
}

function problemsOfGateway({ role }: TencentProvider, functions: Record<string, TencentFunction>): string[] {
  return [
    ...(role === undefined
      ? [
          'provider.role: the gateway calls the functions with a role; name one that allows scf:Invoke (policy QcloudSCFFullAccess)',
        ]
      : []),
    ...(gatewayKey in functions
      ? [`functions.${gatewayKey}: the gateway has this name; call the function another`]
      : []),
  ];
}
