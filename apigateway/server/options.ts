import * as v from 'valibot';
import { awsLimits } from '../aws/limits.ts';
import type { Log } from '../log.ts';
import { anyOrigin, noOrigin, readOrigin } from '../origin.ts';
import type { PushOutcome } from '../push.ts';
import { record } from '../record.ts';
import { type SendBack, sendBackErrNo } from '../tencent/send-back.ts';
import { isHost } from './http/host.ts';
import { faultOf, type OptionFault } from './option-faults.ts';
import type { AskReadiness } from './readiness.ts';
import { secretPlaces } from './send-back/call.ts';
import { readCloudTarget } from './targets/cloud-target.ts';
import type { EventFunction } from './targets/target.ts';

/** The way to connections of other gateway instances; `undefined`: the connection is of none of them. */
export type Elsewhere = (push: SendBack) => Promise<PushOutcome> | undefined;

const seconds = v.pipe(v.number(), v.minValue(0));
const positiveSeconds = v.pipe(v.number(), v.gtValue(0), v.maxValue(86_400));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const bytes = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64 * 1024 * 1024));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535, 'must be a port, 0 to 65535'));
const path = v.pipe(v.string(), v.regex(/^\/[\w.~/-]*$/, 'must begin with / and hold no query'));
/** The origin of a page, brought into the spelling of browsers; `*` is any. */
const origin = v.pipe(
  v.string(),
  v.transform(text => (text === anyOrigin ? text : (readOrigin(text) ?? ''))),
  v.minLength(1, `${noOrigin}; or ${anyOrigin} for all`),
);
const host = v.pipe(
  v.string(),
  v.check(
    text => text !== '' && isHost(text) && !/:\d*$/.test(text),
    'must be a host without a port, as in gateway.example or [::1]',
  ),
);
const headerName = v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/, 'must be the name of a header, in lower case'));
const apiId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'must be letters, digits, _ and -'));
const secret = v.pipe(v.string(), v.minLength(16, 'must have 16 characters or more'));

const sendBackBase = v.pipe(
  v.string(),
  v.regex(/^https?:\/\/[^/?#@]+$/i, 'must be http(s)://host or http(s)://host:port, and nothing behind it'),
  v.check(text => URL.canParse(text), 'must be http(s)://host or http(s)://host:port, and nothing behind it'),
);

/** A module path with the name of its export, a URL, a function of a cloud, or (in process, for tests) the function itself. */
const target = v.union(
  [
    v.pipe(
      v.string(),
      v.regex(/^https?:\/\/./i),
      v.check(text => URL.canParse(text)),
    ),
    v.pipe(
      v.string(),
      v.check(text => readCloudTarget(text) !== undefined),
    ),
    v.pipe(v.string(), v.regex(/^[^#]+#\w+$/)),
    v.custom<EventFunction>(value => typeof value === 'function'),
  ],
  'must be path/of/module.js#export, an http(s) URL, scf:<region>/<namespace>/<function> or lambda:<region>/<function>',
);

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

const rateLimit = v.strictObject({
  framesPerSecond: v.pipe(v.number(), v.gtValue(0)),
  burst: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Sent before the connection is closed. */
  frame: v.optional(v.record(v.string(), v.unknown()), {
    type: 'error',
    error: { code: 'rate_limited', message: 'too many frames: wait before coming back' },
    retryAfterMs: 5000,
  }),
});

/** Calls of transport at once and a second; 0 is no limit. */
const turns = v.strictObject({ atOnce: v.optional(count, 0), perSecond: v.optional(count, 0) });

const frame = v.record(v.string(), v.unknown());

/** Sent to a client to which nothing else was sent for so long, so that it can tell a quiet link from a dead one. */
const aliveFrame = v.strictObject({ everySeconds: positiveSeconds, frame });

/** Sent before a connection is closed for what the client sent: with 1009 and with 1007. Without, nothing is. */
const faultFrames = v.strictObject({ tooLarge: v.optional(frame), notUtf8: v.optional(frame) });

/** Whose tokens a client has to bring. */
const jwt = v.pipe(
  v.strictObject({
    jwksUrl: v.optional(v.pipe(v.string(), v.url(), v.regex(/^https?:/i, 'must be an http or https URL'))),
    key: v.optional(secret),
    issuer: v.pipe(v.string(), v.minLength(1)),
    audience: v.pipe(v.string(), v.minLength(1)),
    tokenIn: v.optional(
      v.pipe(
        v.array(
          v.pipe(v.string(), v.regex(/^(header|(query|cookie):[\w-]+)$/, 'must be header, query:NAME or cookie:NAME')),
        ),
        v.minLength(1),
      ),
      ['header', 'query:access_token'],
    ),
  }),
  v.check(({ jwksUrl, key }) => (jwksUrl === undefined) !== (key === undefined), 'must have either jwksUrl or key'),
);

/** Compresses messages (RFC 7692) for clients that offer it. */
const compression = v.strictObject({
  /** Of a message that is worth it. */
  thresholdBytes: v.optional(bytes, 1024),
  level: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9)), 3),
  /** Messages that are compressed or inflated at once, of all clients of the API. */
  atOnce: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024)), 10),
});

/** What every WebSocket API may have, whatever its functions were written for. */
const everyApi = {
  path,
  /** The last part of the send-back URL. */
  apiId,
  rateLimit: v.optional(rateLimit),
  /** What share of the process this API may have; addresses take turns. Frames beyond it wait. */
  turns: v.optional(turns),
  /** Connections at once; 0 is no limit. */
  maxConnections: v.optional(count, 0),
  faultFrames: v.optional(faultFrames, {}),
  /** Without it nothing is sent: a protocol ping cannot be seen by the script of a page. It calls no function. */
  aliveFrame: v.optional(aliveFrame),
  jwt: v.optional(jwt),
  compression: v.optional(compression),
};

/** Functions for Tencent Cloud's API Gateway. */
const tencentApi = v.strictObject({
  dialect: v.optional(v.literal('tencent'), 'tencent'),
  ...everyApi,
  /** Besides `apiId` names of the send-back URL, as the one in the URL of the gateway before. */
  sendBackNames: v.optional(v.array(apiId), []),
  /** Asked whether a client may come in; without it all may. */
  register: v.optional(target),
  transport: target,
  /** Told when a connection has ended. */
  cleanup: v.optional(target),
  /** What register's event says of the handshake besides what the document names. */
  registerGets: v.optional(v.array(v.picklist(['headers', 'queryString'], 'must be of headers, queryString')), []),
  /** Nothing in either direction for so long closes the connection; 0 is never. Protocol pings do not count. */
  idleSeconds: v.optional(seconds, 0),
  maxFrameBytes: v.optional(bytes, 16 * 1024),
  /** Tells functions what the documented gateway does not: who sent a frame, and whether a client that left had sent any. */
  tellCaller: v.optional(v.boolean(), false),
  /** A client that has sent nothing by then is closed; 0 is never. */
  firstFrameSeconds: v.optional(seconds, 10),
});

const routeKey = v.pipe(v.string(), v.regex(/^(\$(connect|disconnect|default)|[^$].{0,127})$/, 'must be a route key'));
const accessKey = v.strictObject({
  accessKeyId: v.pipe(v.string(), v.regex(/^\w{4,128}$/, 'must be letters and digits')),
  secretAccessKey: secret,
});
const authorizer = v.strictObject({
  target,
  /** What a client has to bring to be asked about at all. */
  identitySources: v.optional(
    v.array(
      v.pipe(
        v.string(),
        v.regex(/^\w+\.request\.(header|querystring)\..+$/, 'must be as in route.request.querystring.token'),
      ),
    ),
    [],
  ),
});

/** Functions for AWS's API Gateway. The defaults are its limits. */
const awsApi = v.strictObject({
  dialect: v.literal('aws'),
  ...everyApi,
  /** A target for each route key: `$connect`, `$disconnect`, `$default`, and those that a message chooses. */
  routes: v.record(routeKey, target),
  routeSelectionExpression: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\$(request\.body(\.[\w-]+)+|\{request\.body(\.[\w-]+)+\})$/, 'must be as in $request.body.action'),
    ),
    '$request.body.action',
  ),
  /** Route keys whose functions' answers go to the client. */
  routeResponses: v.optional(v.array(routeKey), []),
  authorizer: v.optional(authorizer),
  /** The last part of `path` unless it is given. */
  stage: v.optional(v.pipe(v.string(), v.regex(/^([\w-]{1,128}|\$default)$/, 'must be letters, digits, _ and -'))),
  /** `domainName` of the events; the Host that the client asked for unless it is given. */
  domainName: v.optional(v.pipe(v.string(), v.minLength(1))),
  /** Whose signatures `@connections` takes; with none, signatures are not looked at. */
  accessKeys: v.optional(v.array(accessKey), []),
  integrationSeconds: v.optional(positiveSeconds, awsLimits.integrationSeconds),
  connectionSeconds: v.optional(seconds, awsLimits.lifeSeconds),
  idleSeconds: v.optional(seconds, awsLimits.idleSeconds),
  maxFrameBytes: v.optional(bytes, awsLimits.frameBytes),
  maxMessageBytes: v.optional(bytes, awsLimits.messageBytes),
  firstFrameSeconds: v.optional(seconds, 0),
});

const websocketApi = v.lazy(
  api => (record(api).dialect === 'aws' ? awsApi : tencentApi) as typeof tencentApi | typeof awsApi,
);

const pages = v.strictObject({
  /** Served at `/`, with the folders below it. */
  directory: v.string(),
  /** Where `/` sends a browser; without it `/` is not found. */
  home: v.optional(path),
});

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

/**
 * Checks options and fills in the defaults.
 * @throws Error that names every wrong option by its path.
 */
export function parseOptions(options: unknown): Settings {
  const problems = wrongOptions(options).map(({ option, message }) => `${option}: ${message}`);
  if (problems.length > 0) throw new Error(`the gateway's options are wrong: ${problems.join('; ')}`);
  return v.parse(schema, options);
}

/** Every option whose value is wrong, by its path, and what it must be or what to do. */
export function wrongOptions(options: unknown): { option: string; path: (string | number)[]; message: string }[] {
  const { issues = [], success, output } = v.safeParse(schema, options);
  const faults = success ? [...contradictionsIn(output)].map(faultIn) : issues.map(issue => faultOf(issue, schema));
  return faults.map(({ path, message }) => ({ option: path.join('.') || 'options', path, message }));
}

/** A contradiction begins with the option to change. */
function faultIn(contradiction: string): OptionFault {
  const [, option, message = ''] = /^([\w.]+): (.*)$/s.exec(contradiction) ?? ['', 'options', contradiction];
  return { path: option === undefined || option === 'options' ? [] : option.split('.'), message };
}

/** Whether a host names this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function* contradictionsIn(settings: Settings): Generator<string> {
  const { routes, websockets, sendBackHost, sendBackSecret } = settings;
  const places = websockets.map(({ path }) => ({ path, methods: [''] }));
  const paths = [...routes, ...places].flatMap(each => each.methods.map(method => `${each.path} ${method}`.trim()));
  const ofSockets = new Set(websockets.map(each => each.path));
  const twice =
    paths.find((each, index) => paths.indexOf(each) !== index) ?? routes.find(({ path }) => ofSockets.has(path))?.path;
  if (twice !== undefined) yield `routes: path ${twice} is given twice`;
  const ids = websockets.flatMap(namesOf);
  if (new Set(ids).size !== ids.length) yield 'websockets: two have the same apiId';
  const faultOfSendBack = settings.sendBackOnPublicPort ? faultOnPublicPort(settings) : undefined;
  if (faultOfSendBack !== undefined) yield faultOfSendBack;
  const { metricsPort, metricsHost, metricsSecret } = settings;
  if (metricsPort !== undefined && metricsSecret === undefined && !isLoopback(metricsHost)) {
    yield `metricsSecret: required, because the metrics on ${metricsHost} are open to other machines`;
  }
  if (!isLoopback(sendBackHost)) {
    const isOpen = `required, because the send-back port on ${sendBackHost} is open to other machines`;
    if (websockets.some(api => api.dialect === 'tencent') && sendBackSecret === undefined)
      yield `sendBackSecret: ${isOpen}`;
    const unguarded = websockets.findIndex(api => api.dialect === 'aws' && api.accessKeys.length === 0);
    if (unguarded >= 0) yield `websockets.${unguarded}.accessKeys: ${isOpen}`;
  }
  const unrouted = websockets.find(api => api.dialect === 'aws' && Object.keys(api.routes).length === 0);
  if (unrouted !== undefined) yield `websockets: ${unrouted.apiId} has no routes`;
  const unsigned = settings.signingSecret === undefined ? unsignedHostOf(settings) : undefined;
  if (unsigned !== undefined) {
    yield `signingSecret: required, because the functions on ${unsigned} cannot tell the gateway from a stranger; or name the host in unsignedTargets`;
  }
}

function faultOnPublicPort({ sendBackSecret, sendBackSecretIn, websockets }: Settings): string | undefined {
  if (sendBackSecret === undefined) return 'sendBackSecret: required, because sendBackOnPublicPort lets anybody try';
  if (!sendBackSecretIn.includes('path')) return 'sendBackSecretIn: sendBackOnPublicPort wants the secret in the path';
  return websockets.length === 0 ? 'sendBackOnPublicPort: there are no websockets to push to' : undefined;
}

/** All the names that an API has in a send-back URL; one whose functions push through `@connections` has its id alone. */
export function namesOf(api: WebSocketSettings): string[] {
  return api.dialect === 'tencent' ? [api.apiId, ...api.sendBackNames] : [api.apiId];
}

/** The targets of an API, whatever its dialect calls them. */
function functionsOf(api: WebSocketSettings): (string | EventFunction)[] {
  if (api.dialect === 'tencent') return [api.register, api.transport, api.cleanup].filter(each => each !== undefined);
  return [...Object.values(api.routes), ...(api.authorizer === undefined ? [] : [api.authorizer.target])];
}

/** A host on another machine whose functions would be called unsigned, and that is not allowed by name. */
function unsignedHostOf({ routes, websockets, timers, unsignedTargets }: Settings): string | undefined {
  const targets = [...[...routes, ...timers].map(each => each.target), ...websockets.flatMap(functionsOf)];
  return targets
    .filter(each => typeof each === 'string' && /^https?:/i.test(each) && URL.canParse(each))
    .map(each => new URL(String(each)).hostname)
    .find(each => !isLoopback(each.replace(/^\[|\]$/g, '')) && !unsignedTargets.includes(each));
}
