import type { HttpRequest } from '../../functions/domain/handlers.ts';
import { lowerCaseHeaders } from '../headers.ts';
import { record } from '../record.ts';

/**
 * Reads an event of an HTTP API, payload format 2.0. Repeated headers come joined by commas, so do repeated parameters,
 * which is why the query is read from its text.
 * @throws TypeError when it is another event: the function is wired to another trigger.
 */
export function decodeHttpEvent(event: unknown, requestId: string): HttpRequest {
  const { rawPath, rawQueryString, requestContext, headers, body, isBase64Encoded } = record(event);
  const { method, sourceIp } = record(record(requestContext).http);
  if (typeof rawPath !== 'string' || typeof method !== 'string') {
    throw new TypeError('not an event of an HTTP API with payload format 2.0');
  }
  return {
    method: method.toUpperCase(),
    path: rawPath,
    ...splitQuery(typeof rawQueryString === 'string' ? rawQueryString : ''),
    headers: lowerCaseHeaders(headers),
    body: bytesOf(body, isBase64Encoded === true),
    remoteAddress: typeof sourceIp === 'string' && sourceIp !== '' ? sourceIp : undefined,
    requestId,
  };
}

function splitQuery(text: string): Pick<HttpRequest, 'query' | 'repeatedQuery'> {
  const query = new URLSearchParams(text);
  const names = [...new Set(query.keys())];
  const repeatedQuery = names.filter(name => query.getAll(name).length > 1);
  const once = names.filter(name => !repeatedQuery.includes(name));
  return { query: Object.fromEntries(once.map(name => [name, query.get(name) ?? ''])), repeatedQuery };
}

function bytesOf(body: unknown, isBase64: boolean): Uint8Array {
  return typeof body === 'string' ? new Uint8Array(Buffer.from(body, isBase64 ? 'base64' : 'utf8')) : new Uint8Array();
}
