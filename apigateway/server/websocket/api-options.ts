import * as v from 'valibot';
import { awsLimits } from '../../aws/limits.ts';
import { record } from '../../record.ts';
import { apiId, bytes, count, path, positiveSeconds, seconds, secret, target } from '../option-values.ts';

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

/** One entry of `websockets`, by its dialect. */
export const websocketApi = v.lazy(
  api => (record(api).dialect === 'aws' ? awsApi : tencentApi) as typeof tencentApi | typeof awsApi,
);
