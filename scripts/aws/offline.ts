import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePorts } from '../local/free-port.ts';
import { CHAT_TABLE } from './chat-table.ts';

/** What to run under serverless-offline. */
export interface OfflineOptions {
  /** Which of the two WebSocket APIs: it serves one at a time. The HTTP API is served with either. */
  websockets: 'ordering' | 'chat';
  /** Where the pages are served, for `origin` headers. */
  pagesOrigin: string;
  /** Variables that serverless.aws.yml reads (`DATABASE_URL`, `TOKEN_SECRET`, …), or that the AWS SDK does. */
  environment: Record<string, string>;
  /** More options of `sls offline`, as `--webSocketIdleTimeout`. */
  more?: string[];
  /** Gets each line that is written, the functions' logs among them. */
  log?(line: string): void;
}

/** The functions of serverless.aws.yml behind a gateway of somebody else's, in a process of its own. */
export interface Offline {
  /** Of the HTTP API. */
  url: string;
  websocketUrl: string;
  /** What the functions push to, without `/@connections`. */
  managementUrl: string;
  process: ChildProcess;
  /** Calls a function as `aws lambda invoke` does. @throws Error with what the function threw */
  invoke(name: string, event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

const TRIES = 3;

/**
 * Starts `sls offline -c serverless.aws.yml` and waits until it serves. Runs in the project's root, after a build. It has
 * to be told its ports, so it starts again with others when somebody takes one of them first.
 */
export async function startOffline(options: OfflineOptions): Promise<Offline> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (tries === TRIES || !/EADDRINUSE/.test(String(error))) throw error;
    }
  }
}

async function startOnce(options: OfflineOptions): Promise<Offline> {
  const [http = 0, websocket = 0, lambda = 0] = await freePorts(3);
  const ports = { http, websocket, lambda };
  const managementUrl = `http://${HOST}:${ports.websocket}`;
  const child = spawn(process.execPath, [...command, ...argumentsOf(options, ports, managementUrl)], {
    env: { ...process.env, ...credentials, ...options.environment },
    // Its end of the first pipe is closed when this process has ended, however that came about.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stop = () => end(child);
  await ready(child, options.log ?? (() => {})).catch(async error => {
    await stop();
    throw error;
  });
  return {
    url: `http://${HOST}:${ports.http}`,
    websocketUrl: `ws://${HOST}:${ports.websocket}`,
    managementUrl,
    process: child,
    invoke: (name, event) => invoke(`http://${HOST}:${ports.lambda}`, name, event),
    stop,
  };
}

const command = [
  ...['--import', './scripts/aws/end-with-parent.mjs', '--import', './scripts/aws/name-gone.mjs'],
  'node_modules/serverless/bin/serverless.js',
  ...['offline', '--config', 'serverless.aws.yml'],
];

/** The SDK signs its requests; here nobody checks. */
const credentials = {
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: 'eu-central-1',
};

function argumentsOf(options: OfflineOptions, ports: Record<string, number>, managementUrl: string): string[] {
  const parameters = {
    websockets: options.websockets,
    pagesOrigin: options.pagesOrigin,
    managementEndpoint: managementUrl,
    chatManagementEndpoint: managementUrl,
    chatTable: CHAT_TABLE,
  };
  return [
    ...['--stage', 'local', '--host', HOST, '--noSponsor', '--noPrependStageInUrl', ...(options.more ?? [])],
    ...Object.entries(ports).flatMap(([name, port]) => [`--${name}Port`, String(port)]),
    ...Object.entries(parameters).flatMap(([name, value]) => ['--param', `${name}=${value}`]),
  ];
}

function ready(child: ChildProcess, log: (line: string) => void): Promise<void> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', line => {
        log(line);
        if (lines.push(line) > 50) lines.shift();
        if (line.startsWith('Server ready')) resolve();
      });
    }
    child.once('exit', code => reject(new Error(`sls offline ended with ${code}:\n${lines.join('\n')}`)));
  });
}

async function invoke(lambdaUrl: string, name: string, event: unknown): Promise<unknown> {
  const response = await fetch(`${lambdaUrl}/2015-03-31/functions/websocket-order-local-${name}/invocations`, {
    method: 'POST',
    body: JSON.stringify(event),
  });
  const text = await response.text();
  if (!response.ok || response.headers.has('x-amz-function-error')) throw new Error(`${name} failed: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** SIGTERM, and SIGKILL for one that does not heed it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}
