import { randomUUID } from 'node:crypto';
import { offeredProtocols } from '../../headers.ts';
import { messageOf } from '../../log.ts';
import { verdictOf } from '../../tencent/register-answer.ts';
import { type ConnectingEvent, closingEvent, connectingEvent, dataSendEvent } from '../../tencent/websocket-events.ts';
import { headersToPassOn } from '../http/passed-headers.ts';
import { queryOf } from '../http/query.ts';
import { DEFAULT_STAGE } from '../http/route-table.ts';
import { statusOfFailure, type Target } from '../targets/target.ts';
import type { Admission, Dialect, HandshakeRefusal, Opening } from './dialect.ts';

/** An API whose functions were written for Tencent Cloud's API Gateway. */
export interface TencentApi {
  apiId: string;
  path: string;
  /** Without it every client is let in. */
  register: Target | undefined;
  transport: Target;
  cleanup: Target | undefined;
  /** What the event of register has besides. */
  registerGets: ReadonlySet<'headers' | 'queryString'>;
  /** Its events say who the caller is, beyond what is documented. */
  tellCaller: boolean;
}

/** What events say of a caller, where they do. */
interface Caller {
  remoteAddress: string;
  hasSpoken: boolean;
}

/** Speaks to `register`, `transport` and `cleanup` with the events `connecting`, `data send` and `closing`. */
export function tencentDialect(api: TencentApi): Dialect<Caller | undefined> {
  const { transport, cleanup } = api;
  return {
    connect: opening => askRegister(api, opening),
    receive(connectionId, caller, data) {
      if (caller !== undefined) caller.hasSpoken = true;
      return transport.call(dataSendEvent(connectionId, data, caller?.remoteAddress), randomUUID()).then(nothing);
    },
    async disconnect(connectionId, caller) {
      await cleanup?.call(closingEvent(connectionId, caller && { hasSpoken: caller.hasSpoken }), randomUUID());
    },
  };
}

/** The document ignores what transport answers. */
function nothing(): undefined {}

/** What stands before an API's path, as the release environment did in the addresses of API Gateway. */
function stageIn(asked: string, path: string): string {
  const prefix = asked.slice(0, Math.max(0, asked.lastIndexOf(path)));
  return prefix.slice(1) || DEFAULT_STAGE;
}

async function askRegister(api: TencentApi, opening: Opening): Promise<Admission<Caller | undefined>> {
  const { connectionId, remoteAddress, requestId, target } = opening;
  const { register, registerGets } = api;
  const { headers } = opening.request;
  const protocols = headers['sec-websocket-protocol'];
  const session = api.tellCaller ? { remoteAddress, hasSpoken: false } : undefined;
  if (register === undefined) return { protocol: offeredProtocols(protocols ?? '')[0], session };
  const event = connectingEvent({
    connectionId,
    remoteAddress,
    requestId,
    serviceName: api.apiId,
    path: api.path,
    stage: stageIn(target.path, api.path),
    protocols,
    extensions: headers['sec-websocket-extensions'],
    headers: registerGets.has('headers') ? headersToPassOn(headers) : undefined,
    queryString: registerGets.has('queryString') ? queryOf(target.search) : undefined,
    framesTellCaller: api.tellCaller,
  });
  try {
    const answer = await register.call(withClaims(event, opening.claims), requestId);
    const verdict = verdictOf(answer, connectionId, protocols);
    if (verdict.accepted) return { protocol: verdict.protocol, session };
    const { reason, message: detail } = verdict;
    if (reason === 'invalid') return { ...registerFailed, detail };
    return { status: 403, code: 'forbidden', message: 'register refused the connection', detail };
  } catch (error) {
    return { ...failures[statusOfFailure(error)], detail: messageOf(error) };
  }
}

/** Where the API asks for a token, as the HTTP APIs of AWS tell its claims: the document has no place for them. */
function withClaims(event: ConnectingEvent, claims: Opening['claims']): object {
  if (claims === undefined) return event;
  return { ...event, requestContext: { ...event.requestContext, authorizer: { jwt: { claims } } } };
}

/** register has dealt with what it refused; where it failed it may have kept something. */
const failed = { code: 'unavailable', mayHaveKept: true };
const registerFailed: HandshakeRefusal = { ...failed, status: 502, message: 'register failed' };
const failures: Record<502 | 503 | 504, HandshakeRefusal> = {
  502: registerFailed,
  503: { ...failed, status: 503, message: 'register has no room now' },
  504: { ...failed, status: 504, message: 'register took too long' },
};
