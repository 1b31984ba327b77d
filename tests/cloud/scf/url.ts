import { isUtf8 } from 'node:buffer';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { listen, stop } from '../../support/listen.ts';
import { bodyOf } from '../body.ts';
import { type CorsConfig, corsHeaders, isPreflight } from './cors.ts';

/** What stands behind a function URL. */
export interface UrlTarget {
  cors(): CorsConfig | undefined;
  /** The caller's address as functions are told it. */
  addressOf(socket: Socket): string;
  /** Whether requests and connections are passed through to a web function. */
  isWeb(): boolean;
  /** Calls the event function: its answer as JSON, or a status and a message. */
  call(event: object): Promise<{ status: number; answer: string; message: string; requestId: string }>;
  passRequest(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    headers: Record<string, string>,
  ): Promise<void>;
  passUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
}

/** A function URL that is open. */
export interface FunctionUrl {
  readonly port: number;
  close(): Promise<void>;
}

/** The largest request and answer (583/11637). */
const MAX_BODY_BYTES = 6 * 1024 * 1024;
const WRONG_ANSWER = { errno: 403, error: 'Invalid scf response format. please check your scf response format.' };

/** Opens a function URL on a port of its own: an origin of its own, as each has there. */
export async function openFunctionUrl(target: UrlTarget, port: number): Promise<FunctionUrl> {
  const server: Server = createServer((request, response) => {
    answer(target, request, response).catch(() => response.destroy());
  });
  const sockets = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    sockets.add(socket);
    // It is not read before an instance is ready: only its errors tell of a client that has left.
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket));
    if (!target.isWeb()) return socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    request.headers['x-scf-remote-addr'] = target.addressOf(request.socket);
    target.passUpgrade(request, socket, head).catch(() => socket.destroy());
  });
  return {
    port: await listen(server, port),
    async close() {
      for (const socket of sockets) socket.destroy();
      await stop(server);
    },
  };
}

async function answer(target: UrlTarget, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const config = target.cors();
  const cors = corsHeaders(config, request);
  if (config?.Enable === true && isPreflight(request)) {
    response.writeHead(204, cors).end();
    return;
  }
  const body = await bodyOf(request, MAX_BODY_BYTES);
  if (body === undefined) return sendJson(response, 413, { errno: 406, error: 'request entity too large' }, cors);
  request.headers['x-scf-remote-addr'] = target.addressOf(request.socket);
  if (target.isWeb()) return target.passRequest(request, response, body, cors);
  const { status, answer: text, message, requestId } = await target.call(eventOf(request, body));
  const said = { ...cors, 'x-scf-request-id': requestId, 'x-scf-status': String(status) };
  if (status !== 200)
    return sendJson(response, status, { errorCode: -1, errorMessage: message, requestId, statusCode: status }, said);
  const integrated = integratedAnswer(text);
  if (integrated === undefined) return sendJson(response, 403, WRONG_ANSWER, said);
  response.writeHead(integrated.statusCode, { ...lowerCase(integrated.headers), ...said }).end(integrated.body);
}

/** The five fields that a function URL's event has, and whether its body is base64. */
function eventOf({ method, url = '/', headers }: IncomingMessage, body: Buffer): object {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const queryString: Record<string, string | string[]> = {};
  for (const name of new Set(searchParams.keys())) {
    const values = searchParams.getAll(name);
    queryString[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  const isText = isUtf8(body);
  return {
    body: body.toString(isText ? 'utf8' : 'base64'),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    httpMethod: method,
    path: pathname,
    queryString,
    ...(isText ? {} : { isBase64Encoded: true }),
  };
}

function integratedAnswer(
  text: string,
): { statusCode: number; headers: Record<string, string>; body: Buffer } | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { isBase64Encoded = false, statusCode, headers = {}, body = '' } = value as Record<string, unknown>;
  const isStatus = Number.isInteger(statusCode) && Number(statusCode) >= 100 && Number(statusCode) <= 599;
  const areHeaders =
    typeof headers === 'object' && headers !== null && Object.values(headers).every(each => typeof each === 'string');
  if (!isStatus || !areHeaders || typeof body !== 'string' || typeof isBase64Encoded !== 'boolean') return undefined;
  return {
    statusCode: Number(statusCode),
    headers: headers as Record<string, string>,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function sendJson(response: ServerResponse, status: number, content: object, headers: Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(content));
}
