import { isUtf8 } from 'node:buffer';
import type { HttpRequest } from '../../functions/domain/handlers.ts';
import { lowerCaseHeaders } from '../headers.ts';
import { record } from '../record.ts';

/** The HTTP event of the API Gateway. A function URL sends five of these: body, headers, httpMethod, path, queryString. */
export interface HttpEvent {
  requestContext: {
    serviceId: string;
    path: string;
    httpMethod: string;
    requestId: string;
    identity: Record<string, never>;
    sourceIp: string;
    stage: string;
  };
  headers: Record<string, string>;
  body: string;
  pathParameters: Record<string, string>;
  queryStringParameters: Record<string, string>;
  headerParameters: Record<string, string>;
  stageVariables: Record<string, string>;
  path: string;
  /** A parameter that was given more than once is an array. */
  queryString: Record<string, string | string[]>;
  httpMethod: string;
  isBase64Encoded: boolean;
}

/** What an HTTP event is made of: the request, with the values of repeated parameters, and where it came in. */
export interface HttpEventParts extends Omit<HttpRequest, 'query' | 'repeatedQuery' | 'headers'> {
  headers: Record<string, string>;
  queryString: Record<string, string | string[]>;
  serviceId: string;
  stage: string;
  /** The path of the API with its variables, where it has some, and their values. */
  routePath?: string;
  pathParameters?: Record<string, string>;
}

/** Makes the event of the API Gateway. The body stays byte-exact: as text when it is valid UTF-8, else as base64. */
export function httpEvent(parts: HttpEventParts): HttpEvent {
  const { method, path, body, headers, queryString } = parts;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const isText = isUtf8(bytes);
  return {
    requestContext: {
      serviceId: parts.serviceId,
      path: parts.routePath ?? path,
      httpMethod: method,
      requestId: parts.requestId,
      identity: {},
      sourceIp: parts.remoteAddress ?? '',
      stage: parts.stage,
    },
    headers,
    body: bytes.toString(isText ? 'utf8' : 'base64'),
    pathParameters: parts.pathParameters ?? {},
    queryStringParameters: {},
    headerParameters: {},
    stageVariables: {},
    path,
    queryString,
    httpMethod: method,
    isBase64Encoded: !isText,
  };
}

/**
 * Reads an HTTP event of the API Gateway or of a function URL.
 * @throws TypeError when it is neither: the function is wired to another trigger.
 */
export function decodeHttpEvent(event: unknown, requestId: string): HttpRequest {
  const { requestContext, httpMethod, path, headers, queryString, body, isBase64Encoded } = record(event);
  if (typeof httpMethod !== 'string' || typeof path !== 'string') {
    throw new TypeError('not an HTTP event: it has no httpMethod or no path');
  }
  const lowerCase = lowerCaseHeaders(headers);
  return {
    method: httpMethod.toUpperCase(),
    path,
    ...splitQuery(queryString),
    headers: lowerCase,
    body: bytesOf(body, isBase64Encoded === true || isBase64Encoded === 'true'),
    // A function URL has no requestContext: it names the caller in a header that it sets itself.
    remoteAddress: nonEmpty(record(requestContext).sourceIp) ?? nonEmpty(lowerCase['x-scf-remote-addr']),
    requestId,
  };
}

function splitQuery(queryString: unknown): Pick<HttpRequest, 'query' | 'repeatedQuery'> {
  const once: [string, string][] = [];
  const repeatedQuery: string[] = [];
  for (const [name, value] of Object.entries(record(queryString))) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (values.length > 1) repeatedQuery.push(name);
    else if (typeof values[0] === 'string') once.push([name, values[0]]);
  }
  return { query: Object.fromEntries(once), repeatedQuery };
}

function bytesOf(body: unknown, isBase64: boolean): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body !== 'string') throw new TypeError('not an HTTP event: its body is not a string');
  return new Uint8Array(Buffer.from(body, isBase64 ? 'base64' : 'utf8'));
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
