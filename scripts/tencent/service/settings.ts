import { noOrigin, readOrigin } from '../../../apigateway/origin.ts';
import { given } from '../../../functions/runtime/environment.ts';
import type { Access, Site } from '../cloud.ts';
import { DeployError } from '../failures.ts';
import { deploymentId } from './marks.ts';
import type {
  BucketConfiguration,
  DatabaseConfiguration,
  FunctionConfiguration,
  Serverless,
  WebConfiguration,
} from './serverless.ts';

/** One stage of the service as serverless.yml describes it. */
export interface Settings {
  service: string;
  stage: string;
  /** What this stage marks as its own. */
  deployment: string;
  mode: 'webfunction' | 'apigateway';
  runtime: string;
  role: string | undefined;
  vpc: { vpcId: string; subnetId: string } | undefined;
  publicNetwork: boolean;
  database: DatabaseConfiguration | undefined;
  /** `undefined`: functions log nowhere. No `topicId`: into a topic that the stage makes. */
  logs: { topicId: string | undefined } | undefined;
  /** Where they log, once it is there. */
  logTopic: LogTopic | undefined;
  /** `undefined`: the gateway serves the pages, or a function of their own. */
  bucket: BucketConfiguration | undefined;
  /** Of pages and apps elsewhere, in the spelling of browsers. */
  origins: string[];
  demoShops: boolean;
  /** Those that belong to the mode. */
  functions: FunctionSettings[];
}

/** A topic of CLS, in its log set. */
export interface LogTopic {
  logsetId: string;
  topicId: string;
}

/** One function of the stage. Times in seconds, memory in MB. */
export interface FunctionSettings {
  /** Its key in serverless.yml. */
  key: string;
  /** Of its package, in `dist/`. */
  folder: string;
  /** Its name in the cloud: service-stage-key. */
  name: string;
  memorySize: number;
  timeout: number;
  environment: Record<string, string>;
  http: { method: 'GET' | 'POST'; path: string } | undefined;
  /** Seven fields, seconds first. */
  timer: string | undefined;
  websocket: 'register' | 'transport' | 'cleanup' | undefined;
  web: Required<WebConfiguration> | undefined;
}

/** Runtimes of SCF that run our bundles; they are built for Node.js 20. */
const runtimes = ['Nodejs20.19'];

/**
 * Reads serverless.yml, whose shape `sls` has checked already.
 * @throws DeployError that names everything that is wrong
 */
export function readSettings(
  { service: { service, provider, custom = {}, functions } }: Serverless,
  stage: string,
): Settings {
  const { gateway = 'webfunction', pages = 'gateway', origins = [] } = custom;
  const settings: Settings = {
    service,
    stage,
    deployment: deploymentId(service, stage),
    mode: gateway,
    runtime: provider.runtime ?? 'Nodejs20.19',
    role: provider.role,
    vpc: provider.vpc,
    publicNetwork: provider.publicNetwork ?? true,
    database: provider.database,
    logs: logsOf(provider.logs),
    logTopic: undefined,
    bucket: typeof pages === 'string' ? undefined : { ...pages, domain: readOrigin(pages.domain) ?? pages.domain },
    origins: origins.map(each => readOrigin(each) ?? each),
    demoShops: custom.demoShops ?? false,
    functions: Object.entries(functions).flatMap(([key, each]) => {
      const events = Object.assign({}, ...(each.events ?? [])) as NonNullable<typeof each.events>[number];
      if (gateway === 'webfunction' ? events.websocket !== undefined : each.web !== undefined) return [];
      const isForPages = each.web?.protocol === 'http';
      if (isForPages && pages !== 'function') return [];
      return {
        key,
        // It is the gateway once more, which is asked for nothing but pages.
        folder: isForPages ? 'gateway' : key,
        name: each.name,
        memorySize: each.memorySize ?? provider.memorySize ?? 256,
        timeout: each.timeout ?? provider.timeout ?? 15,
        environment: texts({ ...provider.environment, ...each.environment }),
        http: events.http,
        timer: events.timer,
        websocket: events.websocket,
        web: each.web && { protocol: 'ws', maxConcurrency: 100, idleSeconds: 600, initSeconds: 65, ...each.web },
      };
    }),
  };
  refuse([
    ...problemsOf(settings, Object.keys(custom)),
    ...wrongOriginsIn(settings),
    ...missingIn(settings, pages),
    ...doubledIn(functions),
  ]);
  return settings;
}

/**
 * Reads who deploys and where from the environment.
 * @throws DeployError that names what is missing
 */
export function readAccess(region: string, environment: NodeJS.ProcessEnv): Access {
  const text = (name: string) => given(name, environment);
  const number = (name: string) => (text(name) === undefined ? undefined : Number(text(name)));
  const [secretId, secretKey] = [text('TENCENT_SECRET_ID'), text('TENCENT_SECRET_KEY')];
  const missing = [...(secretId ? [] : ['TENCENT_SECRET_ID']), ...(secretKey ? [] : ['TENCENT_SECRET_KEY'])];
  if (secretId === undefined || secretKey === undefined) {
    throw new DeployError(
      `${missing.join(' and ')} not set: make an API key at console.cloud.tencent.com/cam/capi and put it into the environment`,
    );
  }
  if (!/^[a-z]{2}-[a-z]+(-fsi|-ec)?(-\d)?$/.test(region)) {
    throw new DeployError(`provider.region "${region}" is no region: it looks like ap-guangzhou or ap-shanghai`);
  }
  return {
    secretId,
    secretKey,
    token: text('TENCENT_TOKEN'),
    region,
    site: readSite(environment),
    apiEndpoint: text('TENCENT_API_ENDPOINT'),
    cosEndpoint: text('TENCENT_COS_ENDPOINT'),
    pollMs: number('TENCENT_POLL_MS') ?? 1_000,
    retryMs: number('TENCENT_RETRY_MS') ?? 500,
    patienceMs: number('TENCENT_PATIENCE_MS'),
  };
}

/**
 * The site of the account, from `TENCENT_SITE`.
 * @throws DeployError when there is no such site
 */
function readSite(environment: NodeJS.ProcessEnv): Site {
  const site = given('TENCENT_SITE', environment) ?? 'china';
  if (site === 'china' || site === 'intl') return site;
  throw new DeployError(
    `TENCENT_SITE "${site}" is no site: leave it out for an account of cloud.tencent.com, intl is one of tencentcloud.com`,
  );
}

/** Whether a function holds the WebSockets. */
export function isGateway({ web }: FunctionSettings): boolean {
  return web?.protocol === 'ws';
}

/** Whether it is there for the pages alone. */
export function servesPages({ web }: FunctionSettings): boolean {
  return web?.protocol === 'http';
}

/**
 * The function with this key in serverless.yml.
 * @throws DeployError when the stage has none
 */
export function findFunction({ functions, mode }: Settings, key: string | undefined): FunctionSettings {
  const found = functions.find(each => each.key === key);
  if (found !== undefined) return found;
  throw new DeployError(
    `there is no function ${key} in mode ${mode}; there are ${functions.map(each => each.key).join(', ')}`,
  );
}

/** Throws all problems as one error; nothing when there are none. */
export function refuse(problems: string[]): void {
  if (problems.length === 0) return;
  throw new DeployError(['nothing was changed:', ...problems.map(problem => `  - ${problem}`)].join('\n'));
}

function problemsOf(settings: Settings, customKeys: string[]): string[] {
  const { mode, runtime, bucket, vpc, database, functions } = settings;
  const problems: string[] = [];
  const unknown = customKeys.filter(key => !['gateway', 'pages', 'demoShops', 'origins'].includes(key));
  if (unknown.length > 0)
    problems.push(`custom.${unknown.join(', custom.')}: unknown; known are gateway, pages, demoShops, origins`);
  if (!runtimes.includes(runtime)) problems.push(`provider.runtime "${runtime}": must be ${runtimes.join(' or ')}`);
  if (mode === 'apigateway' && bucket === undefined) {
    problems.push('custom.pages: API Gateway serves no pages, so name a bucket and its custom domain');
  }
  if (database !== undefined && vpc === undefined) {
    problems.push('provider.database: the database is private, so name provider.vpc (the functions are put there too)');
  }
  for (const { key, name, memorySize, timeout, web, timer } of functions) {
    if (!/^[a-zA-Z][\w-]{0,58}[a-zA-Z0-9]$/.test(name)) {
      problems.push(
        `functions.${key}: its name "${name}" must have 2 to 60 letters, digits, - and _, begin with a letter and not end with - or _`,
      );
    }
    if (memorySize !== 64 && memorySize % 128 !== 0) {
      problems.push(`functions.${key}.memorySize ${memorySize}: must be 64 or a multiple of 128 up to 3072`);
    }
    if (web !== undefined && timeout <= 20) {
      problems.push(
        `functions.${key}.timeout ${timeout}: must be above 20, since connections are closed 20 s before it`,
      );
    }
    if (web?.protocol === 'ws' && web.idleSeconds > timeout) {
      problems.push(`functions.${key}.web.idleSeconds ${web.idleSeconds}: must not exceed its timeout ${timeout}`);
    }
    if (timer !== undefined && timer.trim().split(/\s+/).length !== 7) {
      problems.push(`functions.${key}: timer "${timer}" must have seven fields, seconds first, as in */20 * * * * * *`);
    }
  }
  return problems;
}

/** Origins that no browser would ever send, so that nobody would be let in by them. */
function wrongOriginsIn({ bucket, origins, functions }: Settings): string[] {
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
function missingIn({ mode, functions }: Settings, pages: unknown): string[] {
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

function logsOf(logs: boolean | { topicId: string } = false): Settings['logs'] {
  if (logs === false) return undefined;
  return { topicId: logs === true ? undefined : logs.topicId };
}

function texts(variables: Record<string, string | number | boolean>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}
