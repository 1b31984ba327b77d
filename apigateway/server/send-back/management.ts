import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsConnection } from '../../aws/gateway-events.ts';
import { faultInSignature, type SignatureFault } from '../../aws/signature-check.ts';
import type { SecurityEvents } from '../../security-events.ts';
import { readBody } from '../http/body.ts';
import type { ManagementRule } from '../websocket/api.ts';
import type { Connection } from '../websocket/connection.ts';
import type { Delivery } from '../websocket/delivery.ts';
import type { Forward } from '../websocket/forward.ts';

/** What `@connections` is made of. */
export interface ManagementOptions {
  /** Of the APIs whose dialect is AWS's, by API id. */
  rules: ReadonlyMap<string, ManagementRule>;
  find(id: string): Connection | 'connecting' | undefined;
  forward: Forward;
  /** Whether a connection that is not here may be at another instance of the gateway. */
  hasOthers: boolean;
  securityEvents: SecurityEvents;
}

/** Answers a call of `@connections`; `false`: it is none. */
export type Management = (request: IncomingMessage, response: ServerResponse) => boolean;

/** An answer of API Gateway. `type` is the name that the SDK gives the error. */
interface Answer {
  status: number;
  type?: string;
  headers?: Record<string, string>;
  body?: object;
}

/**
 * How functions push on AWS: `POST`, `GET` and `DELETE /@connections/{id}`, also under `/{stage}`. A caller reaches the
 * connections of those APIs alone whose stage it names, if it names one, and whose key it has signed with, if they have
 * keys. Those of other APIs are gone for it, whether they are there or not.
 */
export function createManagement({ rules, find, forward, hasOthers, securityEvents }: ManagementOptions): Management {
  const maxBytes = Math.max(0, ...[...rules.values()].map(rule => rule.maxMessageBytes));

  async function answerTo({ stage, id }: Call, request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const body = await readBody(request, response, maxBytes);
    if (body === undefined) return tooLarge;
    const named = [...rules.keys()].filter(apiId => stage === undefined || rules.get(apiId)?.stage === stage);
    if (named.length === 0) return forbidden;
    const faults = new Map(named.map(apiId => [apiId, faultFor(rules.get(apiId), request, body)]));
    const open = named.filter(apiId => faults.get(apiId) === undefined);
    const [first] = open;
    if (first === undefined) {
      securityEvents.tell('wrong_send_back_secret');
      return refusalOf([...faults.values()][0]);
    }
    if (id === undefined) return badId;
    const connection = find(id);
    if (connection === 'connecting') return gone;
    if (connection !== undefined && !open.includes(connection.api.apiId)) return gone;
    const apiId = connection?.api.apiId ?? first;
    switch (request.method) {
      case 'POST':
        if (body.length > (rules.get(apiId)?.maxMessageBytes ?? 0)) return tooLarge;
        return answers[await forward(apiId, { action: 'data send', connectionId: id, data: textOrBytes(body) })];
      case 'DELETE': {
        const delivery = await forward(apiId, { action: 'closing', connectionId: id });
        return delivery === 'ok' ? { status: 204 } : answers[delivery];
      }
      case 'GET':
        if (connection !== undefined && !connection.isClosing) return { status: 200, body: descriptionOf(connection) };
        return hasOthers && connection === undefined ? notReached : gone;
      default:
        return wrongMethod;
    }
  }

  return (request, response) => {
    const call = callIn(request.url ?? '');
    if (call === undefined || rules.size === 0) return false;
    answerTo(call, request, response).then(
      answer => send(response, answer),
      // The caller broke off: there is nobody to answer.
      () => response.destroy(),
    );
    return true;
  };
}

interface Call {
  stage: string | undefined;
  /** `undefined` when it is no id of a connection. */
  id: string | undefined;
}

/** A path is signed as it is sent, and some callers encode the `@`. */
function callIn(url: string): Call | undefined {
  const found = /^(?:\/([^/?]+))?\/(?:@|%40)connections(?:\/([^?]*))?(?:\?.*)?$/.exec(url);
  if (found === null) return undefined;
  const [, stage, id = ''] = found;
  return { stage: stage === undefined ? undefined : decoded(stage), id: validId(decoded(id)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function validId(id: string): string | undefined {
  return /^[\w=+.:~-]{1,128}$/.test(id) ? id : undefined;
}

function faultFor(
  rule: ManagementRule | undefined,
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer,
): SignatureFault | undefined {
  if (rule === undefined || rule.keys.length === 0) return undefined;
  return faultInSignature({ method, url, headers, body }, rule.keys, Date.now());
}

function textOrBytes(body: Buffer): string | Buffer {
  return isUtf8(body) ? body.toString() : body;
}

/** What `GetConnection` answers. */
function descriptionOf({ session, activeAt }: Connection): object {
  // Only an API of AWS's dialect has a rule.
  const { connectedAt, identity } = session as AwsConnection;
  const lastActiveAt = Date.now() - (performance.now() - activeAt);
  return {
    connectedAt: new Date(connectedAt).toISOString(),
    identity: { sourceIp: identity.sourceIp, userAgent: identity.userAgent ?? '' },
    lastActiveAt: new Date(Math.max(connectedAt, lastActiveAt)).toISOString(),
  };
}

const refusal = (status: number, type: string, message: string): Answer => ({ status, type, body: { message } });
const gone: Answer = { status: 410, type: 'GoneException' };
const tooLarge = refusal(413, 'PayloadTooLargeException', 'Message too large');
const badId = refusal(400, 'BadRequestException', 'Invalid connectionId');
const forbidden = refusal(403, 'ForbiddenException', 'Forbidden');
const notReached = refusal(503, 'ServiceUnavailableException', 'The connection cannot be reached now');
const wrongMethod: Answer = {
  ...refusal(405, 'MethodNotAllowedException', 'GET, POST and DELETE are known here'),
  headers: { allow: 'GET, POST, DELETE' },
};

function refusalOf(fault: SignatureFault | undefined): Answer {
  return fault === undefined ? forbidden : refusal(403, fault.type, fault.message);
}

const answers: Record<Delivery, Answer> = {
  ok: { status: 200 },
  connectionNotFound: gone,
  // The document: a message that is posted before the connection is established.
  notOpenYet: gone,
  tooLarge,
  // "… or the WebSocket client side buffer is full."
  tooSlow: refusal(429, 'LimitExceededException', 'The client does not read'),
  notReached,
};

function send(response: ServerResponse, { status, type, headers, body }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'x-amzn-requestid': randomUUID(),
    ...(type === undefined ? {} : { 'x-amzn-errortype': type }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
    ...headers,
  });
  response.end(text);
}
