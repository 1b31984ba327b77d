import { noOrigin, readOrigin } from '../../apigateway/origin.ts';
import { deploymentId } from '../tencent/service/marks.ts';
import type { Serverless } from '../tencent/service/serverless.ts';
import {
  type FunctionSettings,
  isGateway,
  logsOf,
  problemsOfFunction,
  refuse,
  type Settings,
  texts,
  type Vpc,
} from '../tencent/service/settings.ts';
import type {
  BucketConfiguration,
  CustomConfiguration,
  DatabaseConfiguration,
  FunctionConfiguration,
  ProviderConfiguration,
} from './configuration.ts';

/** One stage of this project. */
export interface OrderingSettings extends Settings {
  vpc: Vpc | undefined;
  database: DatabaseConfiguration | undefined;
  /** `undefined`: the gateway serves the pages, or a function of their own. */
  bucket: BucketConfiguration | undefined;
  /** Of pages and apps elsewhere, in the spelling of browsers. */
  origins: string[];
  /** Hosts whose pictures the pages may show, besides their own. */
  imageHosts: string[];
  demoShops: boolean;
  functions: OrderingFunction[];
}

/** One of its functions. */
export interface OrderingFunction extends FunctionSettings {
  /** Of its package, in `dist/`. */
  folder: string;
  websocket: 'register' | 'transport' | 'cleanup' | undefined;
}

/** Of the headers of `bill` and `get_shop_info`. */
const cors = {
  headers: ['idempotency-key', 'order-proof'],
  exposed: ['idempotency-replayed', 'retry-after', 'x-request-id'],
};

/** Runtimes of SCF that run our bundles; they are built for Node.js 20. */
const runtimes = ['Nodejs20.19'];

/**
 * Reads serverless.yml, whose shape `sls` has checked already.
 * @throws DeployError that names everything that is wrong
 */
export function readSettings({ service: configured }: Serverless, stage: string): OrderingSettings {
  const { service, provider, custom, functions } = configured as Configured;
  const { gateway = 'webfunction', pages = 'gateway', origins = [], imageHosts = [], demoShops = false } = custom ?? {};
  const runtime = provider.runtime ?? 'Nodejs20.19';
  const settings: OrderingSettings = {
    service,
    stage,
    deployment: deploymentId(service, stage),
    mode: gateway,
    vpc: provider.vpc,
    publicNetwork: provider.publicNetwork ?? true,
    database: provider.database,
    logs: logsOf(provider.logs),
    logTopic: undefined,
    bucket: typeof pages === 'string' ? undefined : { ...pages, domain: readOrigin(pages.domain) ?? pages.domain },
    origins: origins.map(each => readOrigin(each) ?? each),
    imageHosts,
    demoShops,
    websockets: [],
    functions: Object.entries(functions).flatMap(([key, each]) => {
      const events = Object.assign({}, ...(each.events ?? [])) as NonNullable<typeof each.events>[number];
      if (gateway === 'webfunction' ? events.websocket !== undefined : each.web !== undefined) return [];
      const isForPages = each.web?.protocol === 'http';
      if (isForPages && pages !== 'function') return [];
      return {
        key,
        folder: isForPages ? 'pages' : key,
        name: each.name,
        ...{ runtime, handler: 'index.main_handler', role: provider.role, vpc: provider.vpc },
        ...{ layers: [], concurrency: undefined },
        memorySize: each.memorySize ?? provider.memorySize ?? 256,
        timeout: each.timeout ?? provider.timeout ?? 15,
        environment: texts({ ...provider.environment, ...each.environment }),
        http: events.http && { ...events.http, cors },
        timer: events.timer,
        websocket: events.websocket,
        web: each.web && { protocol: 'ws', maxConcurrency: 100, idleSeconds: 600, initSeconds: 65, ...each.web },
      };
    }),
  };
  if (gateway === 'apigateway') settings.websockets = [apiOf(settings)];
  refuse([
    ...problemsOf(settings, runtime, Object.keys(custom ?? {})),
    ...wrongOriginsIn(settings),
    ...missingIn(settings, pages),
    ...doubledIn(functions),
  ]);
  return settings;
}

/** Whether it is there for the pages alone. */
export function servesPages({ web }: FunctionSettings): boolean {
  return web?.protocol === 'http';
}

const customNames = ['gateway', 'pages', 'demoShops', 'origins', 'imageHosts'];

function problemsOf(settings: OrderingSettings, runtime: string, customKeys: string[]): string[] {
  const { mode, bucket, vpc, database, functions } = settings;
  const problems: string[] = [];
  const unknown = customKeys.filter(key => !customNames.includes(key));
  if (unknown.length > 0)
    problems.push(`custom.${unknown.join(', custom.')}: unknown; known are ${customNames.join(', ')}`);
  if (!runtimes.includes(runtime)) problems.push(`provider.runtime "${runtime}": must be ${runtimes.join(' or ')}`);
  if (mode === 'apigateway' && bucket === undefined) {
    problems.push('custom.pages: API Gateway serves no pages, so name a bucket and its custom domain');
  }
  if (database !== undefined && vpc === undefined) {
    problems.push('provider.database: the database is private, so name provider.vpc (the functions are put there too)');
  }
  return [...problems, ...functions.flatMap(problemsOfFunction)];
}

/** Where clients open a WebSocket, below the environment's path. */
function apiOf({ functions }: OrderingSettings): Settings['websockets'][number] {
  const named = (role: string) => functions.find(({ websocket }) => websocket === role)?.name ?? '';
  return {
    name: 'pgws',
    path: '/pgws',
    register: named('register'),
    transport: named('transport'),
    cleanup: named('cleanup'),
  };
}

/** What `sls` has checked to be of this shape. */
interface Configured {
  service: string;
  provider: ProviderConfiguration;
  custom?: CustomConfiguration;
  functions: Record<string, FunctionConfiguration>;
}

/** Origins that no browser would ever send, so that nobody would be let in by them. */
function wrongOriginsIn({ bucket, origins, functions }: OrderingSettings): string[] {
  const inVariables = functions.flatMap(({ key, environment: { ORIGINS = '' } }) =>
    ORIGINS.split(',').map(each => [`functions.${key}.environment.ORIGINS`, each.trim()] as const),
  );
  const named = [
    ...(bucket === undefined ? [] : [['custom.pages.domain', bucket.domain] as const]),
    ...origins.map(each => ['custom.origins', each] as const),
    ...inVariables.filter(([, each]) => each !== ''),
  ];
  return named
    .filter(([, each]) => readOrigin(each) === undefined)
    .map(([where, each]) => `${where} ${JSON.stringify(each)}: ${noOrigin}`);
}

/** What a deployment cannot work without; said now, not when half of it is there. */
function missingIn({ mode, functions }: OrderingSettings, pages: unknown): string[] {
  const problems: string[] = [];
  for (const key of ['bill', 'get_shop_info']) {
    if (functions.find(each => each.key === key)?.http === undefined)
      problems.push(`functions.${key}: pages call it, so name it, with an \`http\` event`);
  }
  if (!functions.some(({ key }) => key === 'init_db'))
    problems.push('functions.init_db: it sets the database up, so name it');
  const gateways = functions.filter(isGateway);
  if (mode === 'webfunction' && gateways.length !== 1)
    problems.push(`functions: ${gateways.length} have \`web\`; one has to be the gateway`);
  if (pages === 'function' && functions.filter(servesPages).length !== 1)
    problems.push('custom.pages: function: one function has to have `web: { protocol: http }`');
  if (mode === 'webfunction') return problems;
  for (const role of ['register', 'transport', 'cleanup'] as const) {
    if (functions.filter(({ websocket }) => websocket === role).length !== 1)
      problems.push(`functions: one has to have the event \`websocket: ${role}\``);
  }
  return problems;
}

function doubledIn(functions: Record<string, FunctionConfiguration>): string[] {
  return Object.entries(functions).flatMap(([key, { events = [], web }]) => {
    const kinds = [...events.flatMap(event => Object.keys(event)), ...(web === undefined ? [] : ['http'])];
    const doubled = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
    if (doubled === undefined) return [];
    return [`functions.${key}: two ${doubled} events, of which a function can have one${web ? ' (`web` is one)' : ''}`];
  });
}
