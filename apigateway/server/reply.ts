import type { IncomingMessage, ServerResponse } from 'node:http';

/** An HTTP request in the gateway and the way to answer it. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: string;
  /** As it came, without the query: never decoded. */
  path: string;
  /** With the question mark, or empty. */
  search: string;
}

/** Begins to answer a request. */
export function exchangeOf(request: IncomingMessage, response: ServerResponse, requestId: string): Exchange {
  const { url = '/' } = request;
  const end = url.indexOf('?');
  const [path, search] = end < 0 ? [url, ''] : [url.slice(0, end), url.slice(end)];
  return { request, response, requestId, path, search };
}

/** Sends an answer. Node leaves the body out for HEAD, 204 and 304. */
export function reply(
  { response, requestId }: Exchange,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer,
): void {
  if (response.destroyed) return;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('x-request-id', requestId);
  response.setHeader('x-content-type-options', 'nosniff');
  if (status !== 204 && status !== 304) response.setHeader('content-length', Buffer.byteLength(body));
  response.writeHead(status);
  response.end(body);
}

/** Sends JSON that nobody may keep. */
export function replyJson(exchange: Exchange, status: number, value: unknown, headers: Record<string, string> = {}) {
  const all = { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers };
  reply(exchange, status, all, JSON.stringify(value));
}

/** Sends the error of the wire. */
export function replyError(
  exchange: Exchange,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  replyJson(exchange, status, { error: { code, message } }, headers);
}
