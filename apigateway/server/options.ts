import * as v from 'valibot';
import type { Log } from '../log.ts';
import type { PushOutcome } from '../push.ts';
import { type SendBack, sendBackErrNo } from '../tencent/send-back.ts';
import {
  bytes,
  count,
  headerName,
  host,
  origin,
  path,
  port,
  positiveSeconds,
  seconds,
  secret,
  sendBackBase,
  target,
} from './option-values.ts';
import type { AskReadiness } from './readiness.ts';
import { secretPlaces } from './send-back/call.ts';
import { websocketApi } from './websocket/api-options.ts';

/**
 * The way to connections of other gateway instances; `undefined`: the connection is of none of them. What is pushed to
 * an API may reach only connections of that API.
 */
export type Elsewhere = (push: SendBack, apiId: string) => Promise<PushOutcome> | undefined;

const methods = ['ANY', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const route = v.strictObject({
  path: v.pipe(
    v.string(),
    v.regex(/^\/(?:[\w.~/-]|\{[a-z_]\w*\})*$/i, 'must begin with / and hold no query; variables are {name}'),
    v.check(text => new Set(variablesOf(text)).size === variablesOf(text).length, 'names a variable twice'),
  ),
  methods: v.pipe(v.array(v.picklist(methods, `must be of ${methods.join(', ')}`)), v.minLength(1)),
  target,
  /** Without it, an answer with a `statusCode` is status, headers and body, and any other is the body. */
  integrated: v.optional(v.boolean()),
});

function variablesOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

const pages = v.strictObject({
  /** Served at `/`, with the folders below it. */
  directory: v.string(),
  /** Where `/` sends a browser; without it `/` is not found. */
  home: v.optional(path),
});

const imageHost = v.pipe(
  v.string(),
  v.regex(/^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,5})?$/i, 'must be a host, as in images.example'),
);

const timer = v.strictObject({
  target,
  everySeconds: positiveSeconds,
  event: v.optional(v.record(v.string(), v.unknown()), {}),
});

/** What `startGateway` takes, in the words of valibot. */
export const schema = v.strictObject({
  host: v.optional(v.string(), '127.0.0.1'),
  /** 0 takes any free one. */
  port: v.optional(port, 8080),
  routes: v.optional(v.array(route), []),
  /** What may stand before every path of `routes` and `websockets`, as `release` in the addresses of API Gateway. */
  stages: v.optional(v.array(v.pipe(v.string(), v.regex(/^[\w-]+$/, 'must be letters, digits, _ and -'))), []),
  websockets: v.optional(v.array(websocketApi), []),
  pages: v.optional(pages),
  /** Hosts from which the pages may show images under https, besides their own server. */
  imageHosts: v.optional(v.array(imageHost), []),
  timers: v.optional(v.array(timer), []),

  /** Origins of pages and apps, besides the gateway's own, that may open a WebSocket. */
  origins: v.optional(v.array(origin), []),
  /** Those that may call the HTTP routes and read the answers; the same ones unless it is given. */
  corsOrigins: v.optional(v.array(origin)),
  /** Headers that their pages may send to the routes, besides `content-type`. */
  corsHeaders: v.optional(v.array(headerName), []),
  /** Headers of the routes' answers that their pages may read, besides `retry-after` and `x-request-id`. */
  corsExposedHeaders: v.optional(v.array(headerName), []),
  /** How many proxies of our own stand before us and add to `x-forwarded-for`. */
  trustedProxies: v.optional(count, 0),
  /** A header in which the platform before us says the caller's address, in place of `trustedProxies`. */
  addressHeader: v.optional(headerName),

  sendBackHost: v.optional(v.string(), '127.0.0.1'),
  sendBackPort: v.optional(port, 0),
  sendBackSecret: v.optional(secret),
  /** Taken as well, while the secret is changed. */
  sendBackSecretBefore: v.optional(secret),
  /** Where a caller may put the secret. */
  sendBackSecretIn: v.optional(v.array(v.picklist(secretPlaces, `must be of ${secretPlaces.join(', ')}`)), [
    ...secretPlaces,
  ]),
  /** Takes pushes on the port of clients too, with the secret in the path: for code that knows no other port. */
  sendBackOnPublicPort: v.optional(v.boolean(), false),
  /** Under which address functions reach the send-back port, for the URL that is printed. */
  sendBackBase: v.optional(sendBackBase),
  /** Where `GET /metrics` is answered; without it nowhere. 0 takes any free one. */
  metricsPort: v.optional(port),
  metricsHost: v.optional(v.string(), '127.0.0.1'),
  metricsSecret: v.optional(secret),
  /** How a push to a connection that does not exist is answered: the real gateway's answer is not documented. */
  sendBackGone: v.optional(
    v.strictObject({
      status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)), 200),
      errNo: v.optional(v.pipe(v.number(), v.integer(), v.notValue(0)), sendBackErrNo.connectionNotFound),
    }),
    {},
  ),
  /** The largest body of a send-back call and the largest frame to a client. */
  maxSendBackBytes: v.optional(bytes, 256 * 1024),
  /** What may wait for a client that does not read; beyond it the client is closed. */
  maxBufferedBytes: v.optional(bytes, 1024 * 1024),
  /** What may wait in memory for and from all clients together; beyond it those go for whom most waits. */
  maxWaitingBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 64 * 1024 * 1024),

  /** Signs the calls of functions by URL, so that they can tell the gateway from a stranger. */
  signingSecret: v.optional(secret),
  /** Signs besides, while the secret is changed: a function needs to know only one of the two. */
  signingSecretBefore: v.optional(secret),
  /** Hosts on other machines whose functions are called without a signature: anybody who reaches them can speak for us. */
  unsignedTargets: v.optional(v.array(host), []),
  functionTimeoutSeconds: v.optional(positiveSeconds, 15),
  /** How long cleanup is called again when it fails; 0 is not at all. */
  cleanupRetrySeconds: v.optional(v.pipe(seconds, v.maxValue(3600)), 300),

  maxBodyBytes: v.optional(bytes, 64 * 1024),
  headersTimeoutSeconds: v.optional(positiveSeconds, 10),
  requestTimeoutSeconds: v.optional(positiveSeconds, 20),
  /** The names under which the gateway is asked, as `gateway.example` or `[::1]`: any other Host is answered 400. */
  hosts: v.optional(v.array(host)),
  /**
   * WebSocket connections of one address; of network connections it may have twice as many. 0 lifts every limit that counts
   * by address: for load tests, whose clients all have one.
   */
  connectionsPerAddress: v.optional(count, 200),
  /** Handshakes of one address; as many at once as it may have connections. 0 is no limit. */
  handshakesPerSecond: v.optional(v.pipe(v.number(), v.minValue(0)), 5),
  /** Network connections of all clients together; 0 is no limit. */
  maxConnections: v.optional(count, 20_000),
  /** HTTP requests that wait for their answers: of all clients, of one address, and of one connection (pipelining). */
  maxRequests: v.optional(count, 1000),
  requestsPerAddress: v.optional(count, 200),
  /** HTTP requests of one address; as many at once as may wait for their answers. 0 is no limit. */
  requestsPerSecond: v.optional(v.pipe(v.number(), v.minValue(0)), 100),
  requestsPerConnection: v.optional(count, 8),
  /** A client that takes next to nothing of what waits for it is cut after so long. */
  writeTimeoutSeconds: v.optional(positiveSeconds, 30),
  pingSeconds: v.optional(positiveSeconds, 15),
  /** After so long a connection is closed with 1000, for platforms that would cut it; 0 is never. */
  connectionSeconds: v.optional(seconds, 0),
  /** What one connection may be sent in a second; more waits its turn. */
  outboundLimit: v.optional(
    v.strictObject({
      framesPerSecond: v.pipe(v.number(), v.integer(), v.minValue(1)),
      bytesPerSecond: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
  ),
  /** The close code of a clean end: 1001 "going away", 1012 "restarting"; some platforms count only 1000 as clean. */
  stopCode: v.optional(v.picklist([1000, 1001, 1012], 'must be 1000, 1001 or 1012'), 1001),
  /** How long a clean end waits for closings and cleanups. */
  shutdownSeconds: v.optional(positiveSeconds, 5),
  logLevel: v.optional(v.picklist(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error'), 'info'),

  /** Makes the ids of connections: by default 24 random characters, as many as the documented gateway's have. */
  connectionId: v.optional(v.custom<() => string>(value => typeof value === 'function')),
  /** The way to connections of other instances of the gateway. */
  elsewhere: v.optional(v.custom<Elsewhere>(value => typeof value === 'function')),
  /** Whether what stands behind the gateway is well; asked by `GET /healthz`. */
  health: v.optional(v.custom<() => Promise<boolean>>(value => typeof value === 'function')),
  /** Whether all of it can work, in detail; asked by `GET /readyz`. Without it, what `health` says. */
  readiness: v.optional(v.custom<AskReadiness>(value => typeof value === 'function')),
  log: v.optional(v.custom<Log>(value => typeof value === 'function')),
});

/** What `startGateway` takes: the content of `gateway.json`, and in process some functions besides. */
export type GatewayOptions = v.InferInput<typeof schema>;
/** The same with every default filled in. */
export type Settings = v.InferOutput<typeof schema>;
/** One entry of `websockets`. */
export type WebSocketSettings = Settings['websockets'][number];

/** Whether a host names this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** All the names that an API has in a send-back URL; one whose functions push through `@connections` has its id alone. */
export function namesOf(api: WebSocketSettings): string[] {
  return api.dialect === 'tencent' ? [api.apiId, ...api.sendBackNames] : [api.apiId];
}
