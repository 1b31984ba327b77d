import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../log.ts';
import type { Push, PushOutcome } from '../push.ts';
import { createSecurityEvents, type SecurityEvents } from '../security-events.ts';
import { securityEventsOfProcess } from '../security-events-of-process.ts';
import type { SendBack } from '../tencent/send-back.ts';
import { createAddressCount } from './address-count.ts';
import { createAddressRate } from './address-rate.ts';
import { createAdmission } from './http/admission.ts';
import { createCors } from './http/cors.ts';
import { createHostRule } from './http/hosts.ts';
import { createHttp } from './http/http.ts';
import { loadPages } from './http/pages.ts';
import { createRouteTable } from './http/route-table.ts';
import { createRoutes } from './http/routes.ts';
import { createHttpServer } from './http/server.ts';
import { watchSlowReaders } from './http/slow-readers.ts';
import { followSockets } from './http/sockets.ts';
import { inProcessPush, outcomeOf } from './in-process-push.ts';
import { createJsonLog } from './log.ts';
import { metricsText } from './metrics.ts';
import { createMetricsServer } from './metrics-server.ts';
import { type GatewayOptions, isLoopback, namesOf, parseOptions, type Settings } from './options.ts';
import { urlToPaste } from './send-back/call.ts';
import { createManagement } from './send-back/management.ts';
import { createSendBackUrl, type SendBackUrl } from './send-back/send-back.ts';
import { createTargets, type Targets } from './targets/targets.ts';
import { startTimers, type Timers } from './timers.ts';
import { createWaitingBudget } from './waiting-budget.ts';
import { type Api, managementRules, openApi } from './websocket/api.ts';
import { createConnections } from './websocket/connections.ts';
import { createDelivery } from './websocket/delivery.ts';
import { createForward } from './websocket/forward.ts';
import { createUpgrade } from './websocket/upgrade.ts';

/** A gateway that runs. */
export interface Gateway {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly sendBackPort: number;
  /** Where `GET /metrics` is answered, if it is. */
  readonly metricsPort: number | undefined;
  /**
   * Where functions push to the connections of an API: its send-back URL without the secret, and of an API of AWS's dialect
   * the endpoint that the SDK is given, without `/@connections`.
   */
  sendBackUrl(apiId: string): string;
  /** The same as it has to be pasted into a function: with the secret, and under `sendBackBase`. */
  sendBackUrlToPaste(apiId: string): string;
  /** The same without a network, for functions in this process. */
  push(apiId: string): Push;
  /** Hands over what came for a connection of this gateway by another way than the send-back URL. */
  take(push: SendBack): PushOutcome;
  /** Open connections. */
  readonly connections: number;
  /** What may have been an attack, counted by kind since the start. */
  readonly securityEvents: SecurityEvents['counts'];
  /** Loads function modules and pages again. */
  reload(): Promise<void>;
  /** Ends it: no new clients, close frames, cleanups, open answers, within `shutdownSeconds`. */
  close(): Promise<void>;
}

/**
 * Starts a gateway that speaks the documented contract: functions are called for connecting, data send and closing,
 * and push through the send-back URL. All that is `gateway.json` may be given, and in process functions themselves:
 *
 *     const gateway = await startGateway({
 *       websockets: [{ apiId: 'echo', path: '/echo', register, transport, cleanup }],
 *     });
 *     console.log(gateway.url, gateway.sendBackUrl('echo'));
 *     await gateway.close();
 *
 * @throws Error when an option is wrong, a function or page is missing, or a port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const settings = parseOptions(options);
  const { sendBackSecret, maxSendBackBytes, maxBufferedBytes } = settings;
  const log = settings.log ?? createJsonLog(settings.logLevel);
  const securityEvents = createSecurityEvents(log);
  const countAddresses = (most: number) => createAddressCount(most, () => securityEvents.tell('address_unknown'));
  const targets = createTargets({
    timeoutMs: settings.functionTimeoutSeconds * 1000,
    signingSecrets: listOf(settings.signingSecret, settings.signingSecretBefore),
  });
  const { apis, routes, timers, readPages } = await openAll(settings, targets, log);
  let pages = await readPages();
  const budget = createWaitingBudget(settings.maxWaitingBytes, () => holders(), securityEvents);
  const connections = createConnections({
    budget,
    securityEvents,
    addresses: countAddresses(settings.connectionsPerAddress),
    pingMs: settings.pingSeconds * 1000,
    lifeMs: settings.connectionSeconds * 1000,
    cleanupRetryMs: settings.cleanupRetrySeconds * 1000,
    outbound: settings.outboundLimit,
    stopCode: settings.stopCode,
    log,
  });
  const deliver = createDelivery(connections, { maxFrameBytes: maxSendBackBytes, maxBufferedBytes, budget, log });
  const forward = createForward(deliver, settings.elsewhere);

  const isServed = createHostRule(settings.hosts);
  const { trustedProxies, addressHeader } = settings;
  const admission = createAdmission({
    inAll: settings.maxRequests,
    perConnection: settings.requestsPerConnection,
    addresses: countAddresses(settings.connectionsPerAddress && settings.requestsPerAddress),
    securityEvents,
  });
  function* holders() {
    yield* connections.holders();
    yield* admission.holders();
  }

  const isHealthy = settings.health ?? (async () => true);
  const request = createHttp({
    isServed,
    admission,
    securityEvents,
    trustedProxies,
    addressHeader,
    routes,
    socketPaths: apis,
    answerRoute: createRoutes({ ...settings, budget, log }),
    cors: createCors(settings.corsOrigins ?? settings.origins, settings.corsExposedHeaders),
    corsHeaders: settings.corsHeaders,
    pages: () => pages,
    home: settings.pages?.home,
    isHealthy,
    askReadiness: settings.readiness ?? (async () => ({ ready: await isHealthy(), functions: 'loaded' })),
    log,
  });
  const upgrade = createUpgrade({
    apis,
    connections,
    handshakes: handshakeRate(settings),
    isServed,
    securityEvents,
    originPolicy: { origins: settings.origins, allowsLocal: isLoopback(settings.host) },
    trustedProxies,
    addressHeader,
    connectionId: settings.connectionId ?? (() => randomBytes(18).toString('base64url')),
    isStopping: () => closing !== undefined,
    log,
  });
  const sendBack = createSendBackUrl({
    apiIds: sendBackNames(settings),
    forward,
    secrets: listOf(sendBackSecret, settings.sendBackSecretBefore),
    secretPlaces: new Set(settings.sendBackSecretIn),
    securityEvents,
    maxBodyBytes: maxSendBackBytes,
    gone: settings.sendBackGone,
  });
  const server = createHttpServer(serverOptions(settings), {
    request: settings.sendBackOnPublicPort ? withSendBack(sendBack, request) : request,
    upgrade,
    isRefused: admission.isRefused,
  });
  const isDirect = trustedProxies === 0 && addressHeader === undefined;
  const sockets = followSockets(server, {
    inAll: settings.maxConnections,
    addresses: isDirect ? countAddresses(settings.connectionsPerAddress * 2) : undefined,
    securityEvents,
  });
  const slowReaders = watchSlowReaders(sockets, { timeoutMs: settings.writeTimeoutSeconds * 1000, securityEvents });
  const stages = managementRules([...apis.values()]);
  const management = createManagement({
    rules: stages,
    find: connections.find,
    forward,
    hasOthers: settings.elsewhere !== undefined,
    securityEvents,
  });
  const sendBackServer = createServer({ keepAliveTimeout: 60_000, requestTimeout: 10_000 }, (call, response) => {
    if (!management(call, response)) sendBack.answer(call, response);
  });

  const metricsServer = createMetricsServer({
    text: () =>
      metricsText({
        securityEvents: [securityEvents.counts, securityEventsOfProcess().counts],
        connections: connections.size,
      }),
    secret: settings.metricsSecret,
    securityEvents,
  });

  const pushPath = (apiId: string) => stages.get(apiId)?.stage ?? `send-back/${apiId}`;

  async function close(withinMs: number) {
    // The send-back URL stays until the last cleanup has pushed what it had to.
    await Promise.all([stop(server, withinMs), running?.stop(withinMs), connections.close(withinMs)]);
    await Promise.all([stop(sendBackServer, 0), stop(metricsServer, 0)]);
    slowReaders.stop();
    targets.close();
    if (running !== undefined) log('info', 'gateway stopped');
  }

  let closing: Promise<void> | undefined;
  let running: Timers | undefined;
  const [sendBackPort, port, metricsPort] = await Promise.all([
    listen(sendBackServer, settings.sendBackPort, settings.sendBackHost),
    listen(server, settings.port, settings.host),
    settings.metricsPort === undefined ? undefined : listen(metricsServer, settings.metricsPort, settings.metricsHost),
  ]).catch(async error => {
    await close(0);
    throw error;
  });
  running = startTimers(timers, log);
  log('info', 'gateway started', { port, sendBackPort, metricsPort });

  return {
    url: `http://${hostInUrl(settings.host)}:${port}`,
    port,
    sendBackPort,
    metricsPort,
    sendBackUrl: apiId => `http://${hostInUrl(settings.sendBackHost)}:${sendBackPort}/${pushPath(apiId)}`,
    sendBackUrlToPaste(apiId) {
      const {
        sendBackOnPublicPort: isShared,
        sendBackBase: base = isShared ? baseOf(settings.host, port) : baseOf(settings.sendBackHost, sendBackPort),
      } = settings;
      if (stages.has(apiId)) return `${baseOf(settings.sendBackHost, sendBackPort)}/${pushPath(apiId)}`;
      return urlToPaste(base, apiId, sendBackSecret, new Set(isShared ? ['path'] : settings.sendBackSecretIn));
    },
    push: apiId => inProcessPush(apiId, forward),
    take(push) {
      const connection = connections.find(push.connectionId);
      const apiId = typeof connection === 'object' ? connection.api.apiId : '';
      return outcomeOf(deliver(apiId, push));
    },
    get connections() {
      return connections.size;
    },
    securityEvents: securityEvents.counts,
    async reload() {
      await targets.reload();
      pages = await readPages();
    },
    close() {
      closing ??= close(settings.shutdownSeconds * 1000);
      return closing;
    },
  };
}

async function openAll(settings: Settings, targets: Targets, log: Log) {
  const apis = new Map<string, Api>();
  for (const each of settings.websockets) apis.set(each.path, await openApi(each, targets, log));
  const opened = settings.routes.map(async ({ path, methods, target, integrated }) => ({
    path,
    methods,
    target: await targets.open(target),
    integrated,
  }));
  const routes = createRouteTable(await Promise.all(opened), settings.stages);
  const timers = await Promise.all(
    settings.timers.map(async ({ target, everySeconds, event }) => ({
      target: await targets.open(target),
      everyMs: everySeconds * 1000,
      event,
    })),
  );
  const { pages } = settings;
  const readPages = async () => (pages ? loadPages(pages.directory, pages.home) : new Map());
  return { apis, routes, timers, readPages };
}

/** The APIs that are pushed to by a send-back URL, by all the names that they have in it. */
function sendBackNames({ websockets }: Settings): ReadonlyMap<string, string> {
  const pushed = websockets.filter(({ dialect }) => dialect === 'tencent');
  return new Map(pushed.flatMap(api => namesOf(api).map(name => [name, api.apiId])));
}

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** Whoever knows the secret is none of the clients whose requests are limited. */
function withSendBack(sendBack: SendBackUrl, request: RequestListener): RequestListener {
  return (incoming, response) => (sendBack.isSecretPath(incoming) ? sendBack.answer : request)(incoming, response);
}

/** An office that comes back whole may ask at once for all it may have, and anybody for a few. */
function handshakeRate({ handshakesPerSecond, connectionsPerAddress }: Settings) {
  return createAddressRate(handshakesPerSecond, connectionsPerAddress && Math.max(connectionsPerAddress, 20));
}

/** The secrets that are set, the present one first. */
function listOf(...secrets: (string | undefined)[]): string[] {
  return secrets.filter(secret => secret !== undefined);
}

function serverOptions({ headersTimeoutSeconds, requestTimeoutSeconds }: Settings) {
  const requestTimeout = requestTimeoutSeconds * 1000;
  return {
    maxHeaderSize: 16 * 1024,
    requestTimeout,
    headersTimeout: Math.min(headersTimeoutSeconds * 1000, requestTimeout),
    // Node looks at both only so often, by default every 30 s.
    connectionsCheckingInterval: Math.min(1000, requestTimeout),
    keepAliveTimeout: 65_000,
    noDelay: true,
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Stops to listen, lets open answers end within the time, then cuts what is left. */
function stop(server: Server, withinMs: number): Promise<void> {
  return new Promise(resolve => {
    // A connection is idle only after its answer, and Node looks but once.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const end = () => {
      clearInterval(idle);
      clearTimeout(timer);
      server.closeAllConnections();
      resolve();
    };
    const timer = setTimeout(end, withinMs);
    server.close(end);
  });
}

function baseOf(host: string, port: number): string {
  return `http://${hostInUrl(host)}${port === 80 ? '' : `:${port}`}`;
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
