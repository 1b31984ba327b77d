import { randomUUID } from 'node:crypto';

/** What API Gateway knows of a connection, and tells with every event. */
export interface AwsConnection {
  apiId: string;
  stage: string;
  domainName: string;
  connectionId: string;
  /** Milliseconds since 1970. */
  connectedAt: number;
  identity: { sourceIp: string; userAgent?: string };
  /** What the authorizer has said of the client, and the claims of its token. */
  authorizer?: Readonly<Record<string, unknown>> | undefined;
}

type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT';

/** The part of every event that says which call of which connection it is. */
export interface RequestContext extends AwsConnection {
  routeKey: string;
  eventType: EventType;
  messageDirection: 'IN';
  requestId: string;
  extendedRequestId: string;
  /** As in `01/Nov/2026:12:00:00 +0000`. */
  requestTime: string;
  requestTimeEpoch: number;
  messageId?: string;
  disconnectStatusCode?: number;
  disconnectReason?: string;
}

/** What the handshake said, which `$connect` and the authorizer alone are told. */
export interface HandshakeParts {
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
}

/** Makes the event of the route `$connect`. */
export function connectEvent(connection: AwsConnection, handshake: HandshakeParts, requestId: string) {
  return {
    ...handshake,
    requestContext: contextOf(connection, 'CONNECT', '$connect', requestId),
    isBase64Encoded: false,
  };
}

/** Makes the event of a message; `routeKey` is that of the route which was chosen. */
export function messageEvent(connection: AwsConnection, routeKey: string, body: string, requestId: string) {
  const requestContext = contextOf(connection, 'MESSAGE', routeKey, requestId);
  requestContext.messageId = randomUUID();
  return { requestContext, body, isBase64Encoded: false };
}

/** Makes the event of the route `$disconnect`. Its headers are those that API Gateway sends, empty as there. */
export function disconnectEvent(connection: AwsConnection, code: number, reason: string, requestId: string) {
  const headers = { Host: connection.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  const requestContext = contextOf(connection, 'DISCONNECT', '$disconnect', requestId);
  requestContext.disconnectStatusCode = code;
  requestContext.disconnectReason = reason;
  return { headers, multiValueHeaders: eachAsList(headers), requestContext, isBase64Encoded: false };
}

/** Makes the event of a REQUEST authorizer. */
export function authorizerEvent(connection: AwsConnection, handshake: HandshakeParts, requestId: string) {
  const requestContext = contextOf(connection, 'CONNECT', '$connect', requestId);
  return { type: 'REQUEST', methodArn: methodArnOf(connection), ...handshake, requestContext };
}

/** Reads the headers and the query of a handshake. `rawHeaders` alternate names, in the client's spelling, and values. */
export function handshakeParts(rawHeaders: readonly string[], search: string): HandshakeParts {
  const headers = listsOf(pairsOf(rawHeaders), name => name.toLowerCase());
  const query = listsOf([...new URLSearchParams(search)], name => name);
  return {
    headers: eachLast(headers),
    multiValueHeaders: headers,
    ...(search.length > 1 && {
      queryStringParameters: eachLast(query),
      multiValueQueryStringParameters: query,
    }),
  };
}

/** Region and account are invented: what a policy is compared with has to have the form. */
function methodArnOf({ apiId, stage }: AwsConnection): string {
  return `arn:aws:execute-api:us-east-1:123456789012:${apiId}/${stage}/$connect`;
}

function contextOf(
  connection: AwsConnection,
  eventType: EventType,
  routeKey: string,
  requestId: string,
): RequestContext {
  const now = Date.now();
  const { apiId, stage, domainName, connectionId, connectedAt, identity, authorizer } = connection;
  const context: RequestContext = {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: clockTime(now),
    messageDirection: 'IN',
    stage,
    connectedAt,
    requestTimeEpoch: now,
    identity,
    requestId,
    domainName,
    connectionId,
    apiId,
  };
  if (authorizer !== undefined) context.authorizer = authorizer;
  return context;
}

let shownSecond = 0;
let shown = '';

/** `01/Nov/2026:12:00:00 +0000`, made once a second. */
function clockTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== shownSecond) {
    const [, day = '', month = '', year = '', time = ''] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(utc(second)) ?? [];
    shown = `${day}/${month}/${year}:${time} +0000`;
    shownSecond = second;
  }
  return shown;
}

function utc(second: number): string {
  return new Date(second * 1000).toUTCString();
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  return pairs;
}

/** The values of each name, which keeps its first spelling. */
function listsOf(pairs: [string, string][], keyOf: (name: string) => string): Record<string, string[]> {
  const lists = new Map<string, [string, string[]]>();
  for (const [name, value] of pairs) {
    const [, values] = lists.get(keyOf(name)) ?? [];
    if (values === undefined) lists.set(keyOf(name), [name, [value]]);
    else values.push(value);
  }
  return Object.fromEntries(lists.values());
}

/** Of a value that was given more than once the last counts. */
function eachLast(lists: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1) ?? '']));
}

function eachAsList(values: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}
