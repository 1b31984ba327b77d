import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { decodeSendBack, sendBackErrNo } from '../tencent/send-back.ts';
import { readBody } from './http/body.ts';
import { readTarget } from './http/request-target.ts';
import type { SecurityEvents } from './security-events.ts';
import type { Delivery } from './websocket/delivery.ts';
import type { Forward } from './websocket/forward.ts';

/** What the send-back server is made of. */
export interface SendBackServerOptions {
  apiIds: ReadonlySet<string>;
  forward: Forward;
  /** Any of them is taken; with none, anybody may push. */
  secrets: readonly string[];
  securityEvents: SecurityEvents;
  maxBodyBytes: number;
  gone: { status: number; errNo: number };
}

type Outcome = Delivery | 'malformed' | 'unauthorized' | 'noSuchUrl';

/** HTTP status of what is not answered 200: mistakes of the caller, which a function's author wants to see as such. */
const statusOf: Partial<Record<Outcome, number>> = { malformed: 400, unauthorized: 401, noSuchUrl: 404, tooLarge: 413 };

const messageOfOutcome: Record<Outcome, string> = {
  ok: 'ok',
  connectionNotFound: 'connection not found',
  notOpenYet: 'connection not open yet',
  tooLarge: 'data too large',
  tooSlow: 'the client does not read and was closed',
  notReached: 'the instance that holds the connection cannot be reached',
  malformed: 'malformed body',
  unauthorized: 'unauthorized',
  noSuchUrl: 'no such send-back URL',
};

/**
 * The send-back URL, `POST /send-back/<api id>`, on a port of its own. With a secret, it is asked for as
 * `authorization: Bearer` or as the password of `Basic`. A dead connection is answered as the settings say.
 */
export function createSendBackServer(options: SendBackServerOptions): Server {
  const { apiIds, forward, maxBodyBytes } = options;
  const answers = answersOf(options);
  const isAllowed = guardOf(options.secrets);

  async function outcomeOf(request: IncomingMessage, response: ServerResponse): Promise<Outcome> {
    if (!isAllowed(request.headers.authorization)) {
      options.securityEvents.tell('wrong_send_back_secret');
      return 'unauthorized';
    }
    const apiId = apiIdOf(request);
    if (apiId === undefined || !apiIds.has(apiId)) return 'noSuchUrl';
    const bytes = await readBody(request, response, maxBodyBytes);
    if (bytes === undefined) return 'tooLarge';
    const push = decodeSendBack(parseOrNothing(bytes));
    return push === undefined ? 'malformed' : forward(apiId, push);
  }

  return createServer({ keepAliveTimeout: 60_000, requestTimeout: 10_000 }, (request, response) => {
    outcomeOf(request, response).then(
      outcome => send(response, answers[outcome]),
      // The caller broke off: there is nobody to answer.
      () => response.destroy(),
    );
  });
}

interface Answer {
  status: number;
  headers: Record<string, string | number>;
  body: string;
}

/** Every answer is known beforehand: a push makes no text. */
function answersOf({ gone }: SendBackServerOptions): Record<Outcome, Answer> {
  const errNos: Record<Outcome, number> = { ...sendBackErrNo, connectionNotFound: gone.errNo };
  const entries = Object.entries(messageOfOutcome).map(([name, errMsg]) => {
    const outcome = name as Outcome;
    const body = JSON.stringify({ errNo: errNos[outcome], errMsg });
    const status = outcome === 'connectionNotFound' ? gone.status : (statusOf[outcome] ?? 200);
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    return [outcome, { status, headers, body }];
  });
  return Object.fromEntries(entries);
}

function send(response: ServerResponse, { status, headers, body }: Answer) {
  response.writeHead(status, headers);
  response.end(body);
}

/** A caller that goes through a proxy may name the whole URL, and some add a query. */
function apiIdOf({ method = '', url = '' }: IncomingMessage): string | undefined {
  const path = /^\/[\w/-]+$/.test(url) ? url : readTarget(method, url)?.path;
  return method === 'POST' && path?.startsWith('/send-back/') ? path.slice('/send-back/'.length) : undefined;
}

function parseOrNothing(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Compares in constant time. */
function guardOf(secrets: readonly string[]): (authorization: string | undefined) => boolean {
  if (secrets.length === 0) return () => true;
  const all = secrets.map(secret => Buffer.from(secret));
  return authorization => {
    const given = Buffer.from(secretOf(authorization));
    return all.some(expected => given.length === expected.length && timingSafeEqual(given, expected));
  };
}

function secretOf(authorization = ''): string {
  const [scheme = '', value = ''] = authorization.split(/ +/, 2);
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return '';
  const credentials = Buffer.from(value, 'base64').toString();
  return credentials.slice(credentials.indexOf(':') + 1);
}
