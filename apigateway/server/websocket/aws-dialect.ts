import { randomUUID } from 'node:crypto';
import { authorizationOf } from '../../aws/authorizer-answer.ts';
import {
  type AwsConnection,
  authorizerEvent,
  connectEvent,
  disconnectEvent,
  type HandshakeParts,
  handshakeParts,
  messageEvent,
} from '../../aws/gateway-events.ts';
import { lowerCaseHeaders, offeredProtocols } from '../../headers.ts';
import { type Log, messageOf } from '../../log.ts';
import { record } from '../../record.ts';
import { statusOfFailure, type Target, TargetError } from '../targets/target.ts';
import type { RouteSelection } from './aws-routes.ts';
import type { Admission, Dialect, HandshakeRefusal, Opening } from './dialect.ts';

/** An API whose functions were written for AWS's API Gateway. */
export interface AwsApi {
  apiId: string;
  stage: string;
  /** Of the events; without it the Host that the client asked for. */
  domainName: string | undefined;
  /** By route key. */
  routes: ReadonlyMap<string, Target>;
  selectRoute: RouteSelection;
  /** Route keys whose functions' answers go to the client. */
  routeResponses: ReadonlySet<string>;
  authorizer: { target: Target; identitySources: readonly string[] } | undefined;
  log: Log;
}

/**
 * Speaks to the functions of the routes `$connect`, `$disconnect`, `$default` and of those that a message chooses, as AWS
 * Lambda functions with proxy integration. A function that fails on a message is told to the client in a frame, as there,
 * and the connection stays.
 */
export function awsDialect(api: AwsApi): Dialect<AwsConnection> {
  const { routes, selectRoute, routeResponses, log } = api;
  return {
    connect: opening => connect(api, opening),
    async receive(connectionId, connection, data) {
      // A binary message was refused before.
      const body = String(data);
      const chosen = selectRoute(body);
      const requestId = randomUUID();
      const fault = (message: string) => JSON.stringify({ message, connectionId, requestId });
      const target = routes.get(chosen);
      if (target === undefined) return fault('Forbidden');
      try {
        const answer = record(await target.call(messageEvent(connection, chosen, body, requestId), requestId));
        if (!isStatus(answer.statusCode)) throw new TypeError(`${target.name} answered without a statusCode`);
        return routeResponses.has(chosen) ? bodyOf(answer) : undefined;
      } catch (error) {
        log('error', 'integration failed', { connectionId, requestId, route: chosen, message: messageOf(error) });
        return fault('Internal server error');
      }
    },
    async disconnect(_connectionId, connection, { code, reason }) {
      const requestId = randomUUID();
      await routes.get('$disconnect')?.call(disconnectEvent(connection, code, reason, requestId), requestId);
    },
  };
}

async function connect(api: AwsApi, opening: Opening): Promise<Admission<AwsConnection>> {
  const { request, requestId, remoteAddress } = opening;
  const handshake = handshakeOf(opening);
  const connection: AwsConnection = {
    apiId: api.apiId,
    stage: api.stage,
    domainName: api.domainName ?? request.headers.host ?? '',
    connectionId: opening.connectionId,
    connectedAt: Date.now(),
    identity: identityOf(remoteAddress, request.headers['user-agent']),
    authorizer: opening.claims && { jwt: { claims: opening.claims } },
  };
  const authorized = await authorize(api, connection, handshake, requestId);
  if ('status' in authorized) return authorized;
  const target = api.routes.get('$connect');
  if (target === undefined) return { protocol: undefined, session: authorized };
  try {
    const answer = record(await target.call(connectEvent(authorized, handshake, requestId), requestId));
    return verdictOf(answer, authorized, request.headers['sec-websocket-protocol']);
  } catch (error) {
    return failed(error);
  }
}

/** The caller's address is the one that the gateway has found, whatever the client says. */
function handshakeOf({ request, target, remoteAddress }: Opening): HandshakeParts {
  const { rawHeaders } = request;
  const ours = rawHeaders.filter((_, at) => rawHeaders[at - (at % 2)]?.toLowerCase() !== 'x-forwarded-for');
  return handshakeParts([...ours, 'X-Forwarded-For', remoteAddress], target.search);
}

function identityOf(sourceIp: string, userAgent: string | undefined): AwsConnection['identity'] {
  return userAgent === undefined ? { sourceIp } : { sourceIp, userAgent };
}

/** A status that is not 2xx refuses the handshake with that status. */
function verdictOf(
  answer: Readonly<Record<string, unknown>>,
  session: AwsConnection,
  offered = '',
): Admission<AwsConnection> {
  const { statusCode, headers } = answer;
  if (!isStatus(statusCode)) return wrongAnswer('$connect answered without a statusCode');
  if (statusCode < 200 || statusCode > 299) {
    return { ...refused, status: statusCode < 400 ? 403 : statusCode, detail: `$connect answered ${statusCode}` };
  }
  const protocol = lowerCaseHeaders(headers)['sec-websocket-protocol'];
  if (protocol === undefined || offeredProtocols(offered).includes(protocol)) return { protocol, session };
  return wrongAnswer('$connect chose a subprotocol that was not offered');
}

/** Asks the authorizer, if there is one; what it says of the client stands in every later event. */
async function authorize(
  { authorizer, log }: AwsApi,
  connection: AwsConnection,
  handshake: HandshakeParts,
  requestId: string,
): Promise<AwsConnection | HandshakeRefusal> {
  if (authorizer === undefined) return connection;
  // The document: without one of the identity sources nobody is asked.
  if (!authorizer.identitySources.every(source => hasSource(handshake, source))) return unauthorized;
  const event = authorizerEvent(connection, handshake, requestId);
  try {
    const answer = await authorizer.target.call(event, requestId);
    if (answer === 'Unauthorized') return unauthorized;
    const authorization = authorizationOf(answer, event.methodArn);
    if (authorization.allowed)
      return { ...connection, authorizer: { ...connection.authorizer, ...authorization.authorizer } };
    const { reason, message: detail } = authorization;
    return reason === 'denied' ? { ...refused, detail } : { ...authorizerFailed, detail };
  } catch (error) {
    if (error instanceof TargetError && saysUnauthorized(error.cause)) return unauthorized;
    log('error', 'authorizer failed', { requestId, message: messageOf(error) });
    return authorizerFailed;
  }
}

/** `route.request.header.Name` or `route.request.querystring.name`. */
function hasSource({ headers, queryStringParameters = {} }: HandshakeParts, source: string): boolean {
  const [, kind, name = ''] = /^\w+\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  const value = kind === 'header' ? lowerCaseHeaders(headers)[name.toLowerCase()] : queryStringParameters[name];
  return value !== undefined && value !== '';
}

/** An authorizer refuses by failing with exactly this word. */
function saysUnauthorized(cause: unknown): boolean {
  return cause === 'Unauthorized' || (cause instanceof Error && cause.message === 'Unauthorized');
}

/** As there, a handshake of which nothing came is followed by no $disconnect. */
function failed(error: unknown): HandshakeRefusal {
  const status = statusOfFailure(error);
  return { status, code: 'unavailable', message: failures[status], detail: messageOf(error) };
}

const failures = { 502: '$connect failed', 503: '$connect has no room now', 504: '$connect took too long' };
const wrongAnswer = (detail: string): HandshakeRefusal => ({
  status: 502,
  code: 'unavailable',
  message: failures[502],
  detail,
});
const refused: HandshakeRefusal = { status: 403, code: 'forbidden', message: 'the connection is refused' };
const unauthorized: HandshakeRefusal = { status: 401, code: 'unauthorized', message: 'Unauthorized' };
const authorizerFailed: HandshakeRefusal = { status: 500, code: 'unavailable', message: 'the authorizer failed' };

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599;
}

/** What the client gets of an answer; nothing when it is empty. */
function bodyOf({ body, isBase64Encoded }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof body !== 'string' || body === '') return undefined;
  return isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body;
}
