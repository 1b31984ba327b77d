import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { promptly } from '../../support/promptly.ts';
import type { CorsConfig } from './cors.ts';
import type { DeployedFunction, Invocation } from './deployed-function.ts';
import { contextOf, environmentOf, type Place } from './environment.ts';
import { createFunctionPool, type FunctionPool } from './pool.ts';
import { startFunctionProcess } from './process.ts';
import { type FunctionUrl, openFunctionUrl } from './url.ts';
import { startWebInstance, type WebInstance } from './web-instance.ts';
import { createWebPool, type WebPool } from './web-pool.ts';
import { type PassedRequest, passRequestOn } from './web-request.ts';
import { proxyWebSocket } from './web-socket-proxy.ts';

/** How functions are run. */
export interface RuntimeSettings extends Place {
  /** Instances over which the connections of a web function are shared out. */
  webInstances: number;
  /** Processes of one event function. */
  mostProcesses: number;
  overLimit: 'close' | 'record';
  /** How function URLs write the caller's address. */
  remoteAddress: 'address' | 'address:port';
  plainHttp: 'served' | 'refused';
}

/** Runs what was deployed. */
export interface FunctionRuntime {
  /** Calls that have ended, of all functions, oldest first. */
  readonly invocations: Invocation[];
  /** Calls an event function once. */
  invoke(deployed: DeployedFunction, event: unknown, requestId?: string): Promise<Invocation>;
  /** Its code or settings have changed: what runs ends when it is done, what comes starts anew. */
  refresh(deployed: DeployedFunction): Promise<void>;
  /** Ends everything of a function at once. */
  forget(deployed: DeployedFunction): Promise<void>;
  /** Opens its URL, on the port it had before. */
  openUrl(deployed: DeployedFunction): Promise<void>;
  closeUrl(deployed: DeployedFunction): Promise<void>;
  /** `http://127.0.0.1:port`, when it is open. */
  urlOf(deployed: DeployedFunction): string | undefined;
  instancesOf(deployed: DeployedFunction): readonly WebInstance[];
  close(): Promise<void>;
}

/** What a web function writes comes through a pipe, later than its answer. */
const LOG_DELAY_MS = 20;

/** Makes a runtime in which nothing runs. */
export function createRuntime(settings: RuntimeSettings): FunctionRuntime {
  const pools = new Map<string, FunctionPool>();
  const webPools = new Map<string, WebPool>();
  const urls = new Map<string, FunctionUrl>();
  const ports = new Map<string, number>();
  const invocations: Invocation[] = [];
  const retiring: (FunctionPool | WebPool)[] = [];

  function poolOf(deployed: DeployedFunction): FunctionPool {
    const { code, settings: own } = deployed;
    const start = () =>
      startFunctionProcess({
        folder: code.folder,
        handler: own.handler,
        runtime: own.runtime,
        memoryMb: own.memoryMb,
        timeoutMs: own.timeoutSeconds * 1000,
        initTimeoutMs: own.initTimeoutSeconds * 1000,
        environment: environmentOf(deployed, settings),
      });
    return made(pools, keyOf(deployed), () => createFunctionPool(start, settings.mostProcesses));
  }

  function webPoolOf(deployed: DeployedFunction): WebPool {
    const { code, settings: own } = deployed;
    const start = () =>
      startWebInstance({
        folder: code.folder,
        environment: environmentOf(deployed, settings),
        memoryMb: own.memoryMb,
        initTimeoutMs: own.initTimeoutSeconds * 1000,
      });
    const { concurrency } = own;
    return made(webPools, keyOf(deployed), () => createWebPool(start, { concurrency, spread: settings.webInstances }));
  }

  async function recorded(
    deployed: DeployedFunction,
    kind: Invocation['kind'],
    requestId: string,
    run: () => Promise<Pick<Invocation, 'status'> & Partial<Invocation>>,
  ): Promise<Invocation> {
    const startedAt = new Date();
    const from = performance.now();
    const result = await run();
    const empty = { answer: '', message: '', log: '', memoryBytes: 0 };
    const durationMs = Math.round(performance.now() - from);
    const { name: functionName, namespace } = deployed;
    const invocation = { ...empty, ...result, functionName, namespace, requestId, kind, startedAt, durationMs };
    invocations.push(invocation);
    return invocation;
  }

  function invoke(deployed: DeployedFunction, event: unknown, requestId: string = randomUUID()): Promise<Invocation> {
    return recorded(deployed, 'event', requestId, async () => {
      const {
        answer = '',
        message = '',
        ...rest
      } = await poolOf(deployed).call(event, contextOf(deployed, requestId, settings));
      return { ...rest, answer, message };
    });
  }

  async function passRequest(
    deployed: DeployedFunction,
    { request, response, body, headers }: PassedRequest,
  ): Promise<void> {
    const requestId = randomUUID();
    const { status, message } = await recorded(deployed, 'http', requestId, async () => {
      const taken = await webPoolOf(deployed).take();
      if ('status' in taken) return taken;
      const { instance, release } = taken;
      const before = instance.written;
      const passed = { request, response, body, headers: { ...headers, 'x-scf-request-id': requestId } };
      const ended = await passRequestOn(passed, instance.port, deployed.settings.timeoutSeconds * 1000);
      await delay(LOG_DELAY_MS);
      release();
      return { ...ended, log: instance.logSince(before) };
    });
    if (response.headersSent) return;
    const content = { errorCode: -1, errorMessage: message, requestId, statusCode: status };
    response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(content));
  }

  async function passUpgrade(
    deployed: DeployedFunction,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    const requestId = randomUUID();
    const { settings: own } = deployed;
    await recorded(deployed, 'websocket', requestId, async () => {
      const refused = (status: number, message: string) => {
        socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        return { status, message };
      };
      if (own.protocol !== 'WS') return refused(400, 'the function does not speak WebSocket');
      const taken = await webPoolOf(deployed).take();
      if ('status' in taken) return refused(500, taken.message);
      const timeoutMs = own.timeoutSeconds * 1000;
      const idleMs = Math.min(own.idleSeconds * 1000, timeoutMs);
      const { instance, release } = taken;
      const before = instance.written;
      const headers = {
        'x-scf-request-id': requestId,
        'x-scf-remote-addr': String(request.headers['x-scf-remote-addr']),
      };
      const end = await proxyWebSocket(request, socket, head, {
        port: instance.port,
        idleMs,
        timeoutMs,
        overLimit: settings.overLimit,
        headers,
      });
      await delay(LOG_DELAY_MS);
      release();
      const { status, message, by, code } = end;
      return { status, message, closed: { by, code }, log: instance.logSince(before) };
    });
  }

  async function retire(deployed: DeployedFunction, now: boolean): Promise<void> {
    const key = keyOf(deployed);
    const old = [pools.get(key), webPools.get(key)].filter(each => each !== undefined);
    pools.delete(key);
    webPools.delete(key);
    retiring.push(...old);
    await Promise.all(old.map(each => each.retire(now)));
  }

  async function closeUrl(deployed: DeployedFunction): Promise<void> {
    const url = urls.get(keyOf(deployed));
    urls.delete(keyOf(deployed));
    await url?.close();
  }

  return {
    invocations,
    invoke,
    refresh: deployed => retire(deployed, false),
    async forget(deployed) {
      await closeUrl(deployed);
      await retire(deployed, true);
    },
    async openUrl(deployed) {
      const key = keyOf(deployed);
      if (urls.has(key)) return;
      const target = {
        cors: () => corsOf(deployed),
        addressOf: ({ remoteAddress = '', remotePort }: Socket) =>
          settings.remoteAddress === 'address' ? remoteAddress : `${remoteAddress}:${remotePort}`,
        isWeb: () => deployed.settings.type === 'HTTP',
        call: (event: object) => invoke(deployed, event),
        passRequest: async (
          request: IncomingMessage,
          response: ServerResponse,
          body: Buffer,
          headers: Record<string, string>,
        ) => {
          const isRefused = settings.plainHttp === 'refused' && deployed.settings.protocol === 'WS';
          if (isRefused) response.writeHead(400).end('{"errorCode":400,"errorMessage":"not a WebSocket"}');
          else await passRequest(deployed, { request, response, body, headers });
        },
        passUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) =>
          passUpgrade(deployed, request, socket, head),
      };
      const url = await openFunctionUrl(target, ports.get(key) ?? 0);
      ports.set(key, url.port);
      urls.set(key, url);
    },
    closeUrl,
    urlOf(deployed) {
      const url = urls.get(keyOf(deployed));
      return url === undefined ? undefined : `http://127.0.0.1:${url.port}`;
    },
    instancesOf: deployed => webPools.get(keyOf(deployed))?.instances ?? [],
    async close() {
      await Promise.all([...urls].map(([key, each]) => promptly(`the URL of ${key} is closed`, each.close())));
      const ending = (what: string, pool: { retire(now: boolean): Promise<void> }) =>
        promptly(`the processes of ${what} have ended`, pool.retire(true));
      await Promise.all([
        ...[...pools].map(([key, each]) => ending(`the event function ${key}`, each)),
        ...[...webPools].map(([key, each]) => ending(`the web function ${key}`, each)),
        ...retiring.map(each => ending('a function as it was before', each)),
      ]);
    },
  };
}

function corsOf({ triggers }: DeployedFunction): CorsConfig | undefined {
  const http = [...triggers.values()].find(({ type }) => type === 'http');
  return http === undefined ? undefined : (JSON.parse(http.desc) as { CorsConfig?: CorsConfig }).CorsConfig;
}

function keyOf({ namespace, name }: DeployedFunction): string {
  return `${namespace}/${name}`;
}

function made<T>(all: Map<string, T>, key: string, make: () => T): T {
  const found = all.get(key) ?? make();
  all.set(key, found);
  return found;
}
