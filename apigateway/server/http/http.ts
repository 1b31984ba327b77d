import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Log, messageOf } from '../../log.ts';
import type { SecurityEvents } from '../../security-events.ts';
import type { AskReadiness } from '../readiness.ts';
import type { Admission } from './admission.ts';
import { type Cors, isPreflight, preflightHeaders } from './cors.ts';
import type { HostRule } from './hosts.ts';
import { type Page, replyPage } from './pages.ts';
import { otherHost, readRequest } from './read-request.ts';
import { type AddressRule, isSecure, remoteAddressOf } from './remote-address.ts';
import { type Exchange, reply, replyError, replyJson } from './reply.ts';
import type { RequestPace } from './request-pace.ts';
import type { Found, Place, RouteTable } from './route-table.ts';

/** What can be asked for over HTTP. */
export interface HttpOptions extends AddressRule {
  isServed: HostRule;
  admission: Admission;
  pace: RequestPace;
  securityEvents: SecurityEvents;
  routes: RouteTable;
  /** Where WebSockets are opened. */
  socketPaths: { has(path: string): boolean };
  answerRoute(found: Found, exchange: Exchange): Promise<void>;
  /** For all answers but pages, which pages of other origins have no need to read. */
  cors: Cors;
  /** What those pages may send to the routes. */
  corsHeaders: readonly string[];
  /** Asked for with every request, because a developer changes them. */
  pages(): ReadonlyMap<string, Page>;
  /** Where `/` leads, when there are pages. */
  home: string | undefined;
  isHealthy(): Promise<boolean>;
  askReadiness: AskReadiness;
  log: Log;
}

/**
 * Answers HTTP: a route's function, a page, the health, or 404. Paths are compared as they came, but that `%41` is `A`;
 * dots and empty segments are not resolved, so at `//` and `/x/../` there is nothing.
 */
export function createHttp(options: HttpOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { routes, home, log } = options;

  async function answer(exchange: Exchange): Promise<void> {
    const { path, request, response } = exchange;
    const route = routes.find(path);
    const page = route === undefined ? options.pages().get(path) : undefined;
    if (page !== undefined) return replyPage(exchange, page);
    const mayRead = options.cors(request, response);
    if (route !== undefined && mayRead && isPreflight(request)) {
      return reply(exchange, 204, preflightHeaders(methodsOf(route.place), options.corsHeaders), '');
    }
    if (route !== undefined) return options.answerRoute(route, exchange);
    if (path === '*') return reply(exchange, 204, { allow: 'GET, HEAD, POST, OPTIONS' }, '');
    if (options.socketPaths.has(path)) return replyError(exchange, 426, ...onlySocket);
    if (path !== '/healthz' && path !== '/readyz' && (path !== '/' || home === undefined)) {
      return replyError(exchange, 404, 'not_found', 'there is nothing at this path');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return replyError(exchange, 405, 'method_not_allowed', 'not for this path', { allow: 'GET, HEAD' });
    }
    if (path === '/') return reply(exchange, 302, { location: home ?? '', 'cache-control': 'no-cache' }, '');
    if (path === '/readyz') {
      const readiness = await options.askReadiness();
      return replyJson(exchange, readiness.ready ? 200 : 503, readiness);
    }
    const ok = await options.isHealthy();
    replyJson(exchange, ok ? 200 : 503, { ok });
  }

  return (request, response) => {
    // What stood in the same packet as the request that was one too many is forgotten with the connection.
    if (options.admission.isRefused(request.socket)) return;
    const read = readRequest(request, options.isServed);
    const { path, search } = 'path' in read ? read : { path: '', search: '' };
    const remoteAddress = remoteAddressOf(request, options);
    const exchange: Exchange = {
      request,
      response,
      requestId: randomUUID(),
      remoteAddress,
      isSecure: isSecure(request, options),
      bodyBytes: 0,
      answerBytes: 0,
      path,
      search,
    };
    if (read === otherHost) options.securityEvents.tell('host_refused');
    if (!options.admission.admit(exchange)) return;
    options.pace.serve(exchange, () => {
      if ('status' in read) return replyError(exchange, read.status, read.code, read.message, { connection: 'close' });
      answer(exchange).catch(error => {
        log('error', 'request failed', { requestId: exchange.requestId, message: messageOf(error) });
        if (response.headersSent) response.destroy();
        else replyError(exchange, 500, 'internal', 'something went wrong on our side');
      });
    });
  };
}

/** What a preflight is told: no page need know of `ANY`, and none can send TRACE. */
function methodsOf({ methods }: Place): readonly string[] {
  return methods.includes('ANY') ? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] : methods;
}

/** A proxy before us that does not pass `Upgrade` on is the usual reason. */
const onlySocket = [
  'upgrade_required',
  'a WebSocket is opened here: does a proxy drop the headers Upgrade and Connection?',
  { upgrade: 'websocket', connection: 'upgrade' },
] as const;
