import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { boundedLog } from '../bounded-log.ts';
import type { Push, PushOutcome } from '../push.ts';
import { createSecurityEvents, type SecurityEvents } from '../security-events.ts';
import { securityEventsOfProcess } from '../security-events-of-process.ts';
import type { SendBack } from '../tencent/send-back.ts';
import { createAddressCount } from './address-count.ts';
import { createAddressRate } from './address-rate.ts';
import { parseOptions } from './check-options.ts';
import { watchDescriptors } from './descriptors.ts';
import { createAdmission } from './http/admission.ts';
import { createRequestPace } from './http/request-pace.ts';
import { createHttpServer } from './http/server.ts';
import { watchSlowReaders } from './http/slow-readers.ts';
import { followSockets } from './http/sockets.ts';
import { inProcessPush, outcomeOf } from './in-process-push.ts';
import { createJsonLog } from './log.ts';
import { metricsText } from './metrics.ts';
import { createMetricsServer } from './metrics-server.ts';
import type { GatewayOptions, Settings } from './options.ts';
import { createServing, hostInUrl, type Lasting, listOf } from './serving.ts';
import { createTargets } from './targets/targets.ts';
import { startTimers, type Timers } from './timers.ts';
import { createWaitingBudget } from './waiting-budget.ts';
import { createConnections } from './websocket/connections.ts';
import { createDelivery } from './websocket/delivery.ts';
import { createForward } from './websocket/forward.ts';

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
  /**
   * Hands over what came for a connection of this gateway by another way than the send-back URL: with `apiId` only if it
   * is a connection of that API.
   */
  take(push: SendBack, apiId?: string): PushOutcome;
  /** Open connections. */
  readonly connections: number;
  /** What may have been an attack, counted by kind since the start. */
  readonly securityEvents: SecurityEvents['counts'];
  /** Loads function modules and pages again. */
  reload(): Promise<void>;
  /**
   * Takes other options over without closing a connection: those that are open get the functions and limits of their API as
   * they are now. Answers the names of options that have changed and wait for a restart.
   * @throws Error as at a start; the options from before then stay
   */
  reconfigure(options: GatewayOptions): Promise<string[]>;
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
  const { maxSendBackBytes, maxBufferedBytes } = settings;
  const unbounded = settings.log ?? createJsonLog(settings.logLevel);
  const log = boundedLog(unbounded);
  // They bound themselves, by kind, and none is to be missing.
  const securityEvents = createSecurityEvents(unbounded);
  const countAddresses = (most: number) => createAddressCount(most, () => securityEvents.tell('address_unknown'));
  const calling = callingOptions(settings);
  const targets = createTargets(calling);
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

  const admission = createAdmission({
    inAll: settings.maxRequests,
    perConnection: settings.requestsPerConnection,
    addresses: countAddresses(settings.connectionsPerAddress && settings.requestsPerAddress),
    securityEvents,
  });
  const pace = createRequestPace({
    rate: requestRate(settings),
    waitingInAll: Math.ceil(settings.maxRequests * SHARE_THAT_WAITS),
    securityEvents,
  });
  function* holders() {
    yield* connections.holders();
    yield* admission.holders();
  }

  const lasting: Lasting = {
    targets,
    securityEvents,
    budget,
    connections,
    forward,
    admission,
    pace,
    handshakes: handshakeRate(settings),
    isStopping: () => closing !== undefined,
    log,
  };
  let serving = await createServing(settings, lasting).catch(async error => {
    await connections.close(0);
    targets.close();
    throw error;
  });
  const server = createHttpServer(serverOptions(settings), {
    request: (incoming, response) => serving.request(incoming, response),
    upgrade: (incoming, socket, head) => serving.upgrade(incoming, socket, head),
    isRefused: admission.isRefused,
  });
  const isDirect = settings.trustedProxies === 0 && settings.addressHeader === undefined;
  const sockets = followSockets(server, {
    inAll: settings.maxConnections,
    addresses: isDirect ? countAddresses(settings.connectionsPerAddress * 2) : undefined,
    securityEvents,
  });
  const slowReaders = watchSlowReaders(sockets, { timeoutMs: settings.writeTimeoutSeconds * 1000, securityEvents });
  const sendBackServer = createServer({ keepAliveTimeout: 60_000, requestTimeout: 10_000 }, (request, response) =>
    serving.sendBack(request, response),
  );

  const metricsServer = createMetricsServer({
    text: () =>
      metricsText({
        securityEvents: [securityEvents.counts, securityEventsOfProcess().counts],
        connections: connections.size,
      }),
    secret: settings.metricsSecret,
    securityEvents,
  });

  async function close(withinMs: number) {
    // The send-back URL stays until the last cleanup has pushed what it had to.
    await Promise.all([stop(server, withinMs), running?.stop(withinMs), connections.close(withinMs)]);
    await Promise.all([stop(sendBackServer, 0), stop(metricsServer, 0)]);
    slowReaders.stop();
    descriptors?.stop();
    targets.close();
    if (running !== undefined) log('info', 'gateway stopped');
  }

  let closing: Promise<void> | undefined;
  let running: Timers | undefined;
  let descriptors: { stop(): void } | undefined;
  const [sendBackPort, port, metricsPort] = await Promise.all([
    listen(sendBackServer, settings.sendBackPort, settings.sendBackHost),
    listen(server, settings.port, settings.host),
    settings.metricsPort === undefined ? undefined : listen(metricsServer, settings.metricsPort, settings.metricsHost),
  ]).catch(async error => {
    await close(0);
    throw error;
  });
  descriptors = watchDescriptors([server, sendBackServer, metricsServer], log);
  running = startTimers(serving.timers, log);
  log('info', 'gateway started', { port, sendBackPort, metricsPort });

  return {
    url: `http://${hostInUrl(settings.host)}:${port}`,
    port,
    sendBackPort,
    metricsPort,
    sendBackUrl: apiId => `http://${hostInUrl(settings.sendBackHost)}:${sendBackPort}/${serving.pushPath(apiId)}`,
    sendBackUrlToPaste: apiId => serving.sendBackUrlToPaste(apiId, { port, sendBackPort }),
    push: apiId => inProcessPush(apiId, forward),
    take(push, apiId) {
      const connection = connections.find(push.connectionId);
      const own = typeof connection === 'object' ? connection.api.apiId : '';
      return outcomeOf(deliver(apiId ?? own, push));
    },
    get connections() {
      return connections.size;
    },
    securityEvents: securityEvents.counts,
    async reload() {
      await targets.reload();
      await serving.readPages();
    },
    async reconfigure(changed) {
      const next = parseOptions({ ...changed, log });
      const before = { ...calling };
      Object.assign(calling, callingOptions(next));
      const nextServing = await createServing(next, lasting, serving).catch(error => {
        Object.assign(calling, before);
        throw error;
      });
      void running?.stop(0);
      running = closing === undefined ? startTimers(nextServing.timers, log) : undefined;
      serving = nextServing;
      const waiting = keptUntilRestart.filter(name => !isDeepStrictEqual(next[name], settings[name]));
      log('info', 'configuration taken over', { waitsForRestart: waiting.join(' ') || undefined });
      return waiting;
    },
    close() {
      closing ??= close(settings.shutdownSeconds * 1000);
      return closing;
    },
  };
}

/** Of the requests that may be there at a time, as many may wait for the turn of their address. */
const SHARE_THAT_WAITS = 0.25;

/** What the calls of functions go by. */
function callingOptions({ functionTimeoutSeconds, signingSecret, signingSecretBefore }: Settings) {
  return { timeoutMs: functionTimeoutSeconds * 1000, signingSecrets: listOf(signingSecret, signingSecretBefore) };
}

/** The options that ports, sockets and counters were made of. */
const keptUntilRestart = [
  'host',
  'port',
  'sendBackHost',
  'sendBackPort',
  'metricsHost',
  'metricsPort',
  'metricsSecret',
  'maxSendBackBytes',
  'maxBufferedBytes',
  'maxWaitingBytes',
  'headersTimeoutSeconds',
  'requestTimeoutSeconds',
  'connectionsPerAddress',
  'handshakesPerSecond',
  'maxConnections',
  'maxRequests',
  'requestsPerAddress',
  'requestsPerSecond',
  'requestsPerConnection',
  'writeTimeoutSeconds',
  'pingSeconds',
  'connectionSeconds',
  'cleanupRetrySeconds',
  'outboundLimit',
  'stopCode',
  'shutdownSeconds',
  'logLevel',
] as const satisfies readonly (keyof Settings)[];

/** An office that comes back whole may ask at once for all it may have, and anybody for a few. */
function handshakeRate({ handshakesPerSecond, connectionsPerAddress }: Settings) {
  return createAddressRate(handshakesPerSecond, connectionsPerAddress && Math.max(connectionsPerAddress, 20));
}

/** As many at once as may wait for their answers. */
function requestRate({ requestsPerSecond, requestsPerAddress, connectionsPerAddress }: Settings) {
  return createAddressRate(connectionsPerAddress && requestsPerSecond, requestsPerAddress || requestsPerSecond);
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
