import { DeployError } from '../failures.ts';

/** One stage of a service as serverless.yml describes it. */
export interface Settings {
  service: string;
  stage: string;
  /** What this stage marks as its own. */
  deployment: string;
  mode: 'webfunction' | 'apigateway';
  publicNetwork: boolean;
  /** `undefined`: functions log nowhere. No `topicId`: into a topic that the stage makes. */
  logs: { topicId: string | undefined } | undefined;
  /** Where they log, once it is there. */
  logTopic: LogTopic | undefined;
  /** What clients open, behind whichever gateway. */
  websockets: WebSocketApi[];
  /** Those that belong to the mode. */
  functions: FunctionSettings[];
}

/** A topic of CLS, in its log set. */
export interface LogTopic {
  logsetId: string;
  topicId: string;
}

/** A WebSocket with the functions behind it, by their names in the cloud. */
export interface WebSocketApi {
  /** Of the API, unique in the service: letters, digits, _ and -. */
  name: string;
  path: string;
  register: string;
  transport: string;
  cleanup: string;
}

/** A network of the account. */
export interface Vpc {
  vpcId: string;
  subnetId: string;
}

/** One function of the stage. Times in seconds, memory in MB. */
export interface FunctionSettings {
  /** Its key in serverless.yml. */
  key: string;
  /** Its name in the cloud: service-stage-key. */
  name: string;
  runtime: string;
  /** File and function, as `index.main_handler`; a web function has none. */
  handler: string;
  memorySize: number;
  timeout: number;
  environment: Record<string, string>;
  vpc: Vpc | undefined;
  role: string | undefined;
  layers: { name: string; version: number }[];
  /** Instances at most; `undefined`: as many as the account has memory for. */
  concurrency: number | undefined;
  http: HttpEvent | undefined;
  /** Seven fields, seconds first. */
  timer: string | undefined;
  web: WebFunction | undefined;
}

/** Who calls a function over HTTP. */
export interface HttpEvent {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'ANY';
  path: string;
  /** Headers that pages elsewhere may send, besides `content-type`, and those of the answers that they may read. */
  cors: { headers: string[]; exposed: string[] };
}

/** What serves HTTP, and with `ws` WebSockets, in a process of its own. */
export interface WebFunction {
  protocol: 'ws' | 'http';
  maxConcurrency: number;
  idleSeconds: number;
  initSeconds: number;
}

/** What SCF demands of one function, whatever it does. */
export function problemsOfFunction({ key, name, memorySize, timeout, web, timer }: FunctionSettings): string[] {
  const problems: string[] = [];
  if (!/^[a-zA-Z][\w-]{0,58}[a-zA-Z0-9]$/.test(name)) {
    problems.push(
      `functions.${key}: its name "${name}" must have 2 to 60 letters, digits, - and _, begin with a letter and not end with - or _`,
    );
  }
  if (memorySize !== 64 && memorySize % 128 !== 0) {
    problems.push(`functions.${key}.memorySize ${memorySize}: must be 64 or a multiple of 128 up to 3072`);
  }
  if (web !== undefined && timeout <= 20) {
    problems.push(`functions.${key}.timeout ${timeout}: must be above 20, since connections are closed 20 s before it`);
  }
  if (web?.protocol === 'ws' && web.idleSeconds > timeout) {
    problems.push(`functions.${key}.web.idleSeconds ${web.idleSeconds}: must not exceed its timeout ${timeout}`);
  }
  if (timer !== undefined && timer.trim().split(/\s+/).length !== 7) {
    problems.push(`functions.${key}: timer "${timer}" must have seven fields, seconds first, as in */20 * * * * * *`);
  }
  return problems;
}

/** Whether a function holds the WebSockets. */
export function isGateway({ web }: FunctionSettings): boolean {
  return web?.protocol === 'ws';
}

/**
 * The function with this key in serverless.yml.
 * @throws DeployError when the stage has none
 */
export function findFunction<Each extends FunctionSettings>(
  { functions, mode }: { functions: Each[]; mode: string },
  key: string | undefined,
): Each {
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

/** Whether functions log, as `provider.logs` says it. */
export function logsOf(logs: boolean | { topicId: string } = false): Settings['logs'] {
  if (logs === false) return undefined;
  return { topicId: logs === true ? undefined : logs.topicId };
}

/** Variables as serverless.yml may say them. */
export function texts(variables: Record<string, string | number | boolean>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}
