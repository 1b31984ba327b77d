import type { Access } from './cloud.ts';
import { DeployError } from './failures.ts';
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
  /** `undefined`: the gateway serves the pages. */
  bucket: BucketConfiguration | undefined;
  demoShops: boolean;
  /** Those that belong to the mode. */
  functions: FunctionSettings[];
}

/** One function of the stage. Times in seconds, memory in MB. */
export interface FunctionSettings {
  /** Its key in serverless.yml, which is its folder in `dist/` too. */
  key: string;
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
  const { gateway = 'webfunction', pages = 'gateway' } = custom;
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
    bucket: pages === 'gateway' ? undefined : pages,
    demoShops: custom.demoShops ?? false,
    functions: Object.entries(functions).flatMap(([key, each]) => {
      const events = Object.assign({}, ...(each.events ?? [])) as NonNullable<typeof each.events>[number];
      if (gateway === 'webfunction' ? events.websocket !== undefined : each.web !== undefined) return [];
      return {
        key,
        name: each.name,
        memorySize: each.memorySize ?? provider.memorySize ?? 256,
        timeout: each.timeout ?? provider.timeout ?? 15,
        environment: texts({ ...provider.environment, ...each.environment }),
        http: events.http,
        timer: events.timer,
        websocket: events.websocket,
        web: each.web && { maxConcurrency: 100, idleSeconds: 600, initSeconds: 65, ...each.web },
      };
    }),
  };
  refuse([...problemsOf(settings, Object.keys(custom)), ...missingIn(settings), ...doubledIn(functions)]);
  return settings;
}

/**
 * Reads who deploys and where from the environment.
 * @throws DeployError that names what is missing
 */
export function readAccess(region: string, environment: NodeJS.ProcessEnv): Access {
  const given = (name: string) => environment[name]?.trim() || undefined;
  const [secretId, secretKey] = [given('TENCENT_SECRET_ID'), given('TENCENT_SECRET_KEY')];
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
    token: given('TENCENT_TOKEN'),
    region,
    apiEndpoint: given('TENCENT_API_ENDPOINT'),
    cosEndpoint: given('TENCENT_COS_ENDPOINT'),
    pollMs: Number(given('TENCENT_POLL_MS') ?? 1_000),
    retryMs: Number(given('TENCENT_RETRY_MS') ?? 500),
  };
}

/** Throws all problems as one error; nothing when there are none. */
export function refuse(problems: string[]): void {
  if (problems.length === 0) return;
  throw new DeployError(['nothing was changed:', ...problems.map(problem => `  - ${problem}`)].join('\n'));
}

function problemsOf(settings: Settings, customKeys: string[]): string[] {
  const { mode, runtime, bucket, vpc, database, functions } = settings;
  const problems: string[] = [];
  const unknown = customKeys.filter(key => !['gateway', 'pages', 'demoShops'].includes(key));
  if (unknown.length > 0)
    problems.push(`custom.${unknown.join(', custom.')}: unknown; known are gateway, pages, demoShops`);
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
    if (web !== undefined && web.idleSeconds > timeout) {
      problems.push(`functions.${key}.web.idleSeconds ${web.idleSeconds}: must not exceed its timeout ${timeout}`);
    }
    if (timer !== undefined && timer.trim().split(/\s+/).length !== 7) {
      problems.push(`functions.${key}: timer "${timer}" must have seven fields, seconds first, as in */20 * * * * * *`);
    }
  }
  return problems;
}

/** What a deployment cannot work without; said now, not when half of it is there. */
function missingIn({ mode, functions }: Settings): string[] {
  const problems: string[] = [];
  for (const key of ['bill', 'get_shop_info']) {
    if (functions.find(each => each.key === key)?.http === undefined)
      problems.push(`functions.${key}: pages call it, so name it, with an \`http\` event`);
  }
  if (!functions.some(({ key }) => key === 'init_db'))
    problems.push('functions.init_db: it sets the database up, so name it');
  const gateways = functions.filter(({ web }) => web !== undefined);
  if (mode === 'webfunction' && gateways.length !== 1)
    problems.push(`functions: ${gateways.length} have \`web\`; one has to be the gateway`);
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

function texts(variables: Record<string, string | number | boolean>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}
