import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';

/** An HTTP request in the gateway and the way to answer it. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  requestId: string;
  /** The caller's, as `remoteAddressOf` finds it; empty when it is not known. */
  remoteAddress: string;
  /** The caller came by https. */
  isSecure: boolean;
  /** Of the body, as far as it has come in. */
  bodyBytes: number;
  /** Of the answer, once there is one. */
  answerBytes: number;
  /** Hears that it is answered, before its client has taken the answer. */
  onAnswer?: () => void;
  /** As in `RequestTarget`. */
  path: string;
  /** As in `RequestTarget`. */
  search: string;
}

/** An answer that is larger is handed to the system part by part, as its client takes it, bytes. */
const PART_BYTES = 64 * 1024;

/** Sends an answer. Node leaves the body out for HEAD, 204 and 304. */
export function reply(
  exchange: Exchange,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer,
): void {
  const { request, response, requestId } = exchange;
  if (response.destroyed) return;
  for (const [name, value] of Object.entries(headers)) {
    if (/^vary$/i.test(name)) response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  response.setHeader('x-request-id', requestId);
  response.setHeader('x-content-type-options', 'nosniff');
  // No other site may use it as a picture or a script of its own; those on the list of CORS read it as before.
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  const length = Buffer.byteLength(body);
  exchange.answerBytes = length;
  exchange.onAnswer?.();
  if (status !== 204 && status !== 304) response.setHeader('content-length', length);
  response.writeHead(status);
  if (length <= PART_BYTES || request.method === 'HEAD') response.end(body);
  // A client that leaves in between ends this, and there is nobody to tell.
  else pipeline(Readable.from(partsOf(typeof body === 'string' ? Buffer.from(body) : body)), response, () => {});
}

function* partsOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += PART_BYTES) yield body.subarray(at, at + PART_BYTES);
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
