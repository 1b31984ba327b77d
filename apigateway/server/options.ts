import * as v from 'valibot';
import { sendBackErrNo } from '../tencent/send-back.ts';
import type { Elsewhere } from './forward.ts';
import type { Log } from './log.ts';
import type { EventFunction } from './targets.ts';

const seconds = v.pipe(v.number(), v.minValue(0));
const positiveSeconds = v.pipe(v.number(), v.gtValue(0), v.maxValue(86_400));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const bytes = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64 * 1024 * 1024));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const path = v.pipe(v.string(), v.regex(/^\/[\w.~/-]*$/, 'must begin with / and hold no query'));
const origin = v.pipe(
  v.string(),
  v.check(text => URL.canParse(text) && new URL(text).origin === text, 'must be an origin, as https://shop.example'),
);
const apiId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'must be letters, digits, _ and -'));
const secret = v.pipe(v.string(), v.minLength(16, 'must have 16 characters or more'));

/** A module path with the name of its export, a URL, or (in process, for tests) the function itself. */
const target = v.union(
  [
    v.pipe(v.string(), v.regex(/^https?:\/\/./i)),
    v.pipe(v.string(), v.regex(/^[^#]+#\w+$/)),
    v.custom<EventFunction>(value => typeof value === 'function'),
  ],
  'must be path/of/module.js#export or an http(s) URL',
);

const route = v.strictObject({
  path,
  methods: v.pipe(v.array(v.picklist(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])), v.minLength(1)),
  target,
});

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

const frame = v.record(v.string(), v.unknown());

/** Sent before a connection is closed for what the client sent: with 1009 and with 1007. Without, nothing is. */
const faultFrames = v.strictObject({ tooLarge: v.optional(frame), notUtf8: v.optional(frame) });

const websocketApi = v.strictObject({
  path,
  apiId,
  register: target,
  transport: target,
  cleanup: target,
  /** Nothing in either direction for so long closes the connection; 0 is never. Protocol pings do not count. */
  idleSeconds: v.optional(seconds, 0),
  maxFrameBytes: v.optional(bytes, 16 * 1024),
  /** A client that has sent nothing by then is closed; 0 is never. */
  firstFrameSeconds: v.optional(seconds, 10),
  rateLimit: v.optional(rateLimit),
  faultFrames: v.optional(faultFrames, {}),
});

const pages = v.strictObject({
  /** Served at `/`, with the folders below it. */
  directory: v.string(),
  /** Where `/` sends a browser. */
  home: v.optional(path, '/order.html'),
  /** What pages may connect to besides their own origin and any WebSocket, as CSP sources. */
  connectSources: v.optional(v.array(origin), []),
});

const timer = v.strictObject({
  target,
  everySeconds: positiveSeconds,
  event: v.optional(v.record(v.string(), v.unknown()), {}),
});

const schema = v.strictObject({
  host: v.optional(v.string(), '127.0.0.1'),
  /** 0 takes any free one. */
  port: v.optional(port, 8080),
  routes: v.optional(v.array(route), []),
  websockets: v.optional(v.array(websocketApi), []),
  pages: v.optional(pages),
  timers: v.optional(v.array(timer), []),

  /** Origins of pages, besides the gateway's own, that may open a WebSocket. */
  origins: v.optional(v.array(origin), []),
  /** Origins of pages elsewhere that may call the HTTP routes. */
  corsOrigins: v.optional(v.array(origin), []),
  /** How many proxies of our own stand before us and add to `x-forwarded-for`. */
  trustedProxies: v.optional(count, 0),
  /** A header in which the platform before us says the caller's address, in place of `trustedProxies`. */
  addressHeader: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/, 'must be the name of a header, in lower case'))),

  sendBackHost: v.optional(v.string(), '127.0.0.1'),
  sendBackPort: v.optional(port, 0),
  sendBackSecret: v.optional(secret),
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

  /** Signs the calls of functions by URL, so that they can tell the gateway from a stranger. */
  signingSecret: v.optional(secret),
  functionTimeoutSeconds: v.optional(positiveSeconds, 15),

  maxBodyBytes: v.optional(bytes, 64 * 1024),
  headersTimeoutSeconds: v.optional(positiveSeconds, 10),
  requestTimeoutSeconds: v.optional(positiveSeconds, 20),
  /** WebSocket connections of one address; 0 is no limit. */
  connectionsPerAddress: v.optional(count, 200),
  pingSeconds: v.optional(positiveSeconds, 25),
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
  stopCode: v.optional(v.picklist([1000, 1001, 1012]), 1001),
  /** How long a clean end waits for closings and cleanups. */
  shutdownSeconds: v.optional(positiveSeconds, 5),
  logLevel: v.optional(v.picklist(['debug', 'info', 'warn', 'error']), 'info'),

  /** Makes the ids of connections: 28 random characters or more, fit for a URL. */
  connectionId: v.optional(v.custom<() => string>(value => typeof value === 'function')),
  /** The way to connections of other instances of the gateway. */
  elsewhere: v.optional(v.custom<Elsewhere>(value => typeof value === 'function')),
  /** Whether what stands behind the gateway is well; asked by `GET /healthz`. */
  health: v.optional(v.custom<() => Promise<boolean>>(value => typeof value === 'function')),
  log: v.optional(v.custom<Log>(value => typeof value === 'function')),
});

/** What `startGateway` takes: the content of `gateway.json`, and in process some functions besides. */
export type GatewayOptions = v.InferInput<typeof schema>;
/** The same with every default filled in. */
export type Settings = v.InferOutput<typeof schema>;
/** One entry of `routes`. */
export type RouteSettings = Settings['routes'][number];
/** One entry of `websockets`. */
export type WebSocketSettings = Settings['websockets'][number];

/**
 * Checks options and fills in the defaults.
 * @throws Error that names every wrong option by its path.
 */
export function parseOptions(options: unknown): Settings {
  const { success, output, issues } = v.safeParse(schema, options);
  if (!success) {
    const lines = issues.map(issue => `  ${v.getDotPath(issue) ?? 'options'}: ${issue.message}`);
    throw new Error(`the gateway's options are wrong:\n${lines.join('\n')}`);
  }
  const wrong = contradictionOf(output);
  if (wrong !== undefined) throw new Error(`the gateway's options are wrong:\n  ${wrong}`);
  return output;
}

/** Whether a host names this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function contradictionOf({ routes, websockets, sendBackHost, sendBackSecret }: Settings): string | undefined {
  const paths = [...routes, ...websockets].map(each => each.path);
  const twice = paths.find((each, index) => paths.indexOf(each) !== index);
  if (twice !== undefined) return `path ${twice} is given twice`;
  const ids = websockets.map(each => each.apiId);
  if (new Set(ids).size !== ids.length) return 'websockets: two have the same apiId';
  if (websockets.length > 0 && sendBackSecret === undefined && !isLoopback(sendBackHost)) {
    return `sendBackSecret: required, because the send-back port on ${sendBackHost} is open to other machines`;
  }
  return undefined;
}
