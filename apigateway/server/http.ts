import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Log, messageOf } from './log.ts';
import { type Page, replyPage } from './pages.ts';
import { type Exchange, exchangeOf, reply, replyError, replyJson } from './reply.ts';
import type { Route } from './routes.ts';

/** What can be asked for over HTTP. */
export interface HttpOptions {
  routes: ReadonlyMap<string, Route>;
  answerRoute(route: Route, exchange: Exchange): Promise<void>;
  /** Asked for with every request, because a developer changes them. */
  pages(): ReadonlyMap<string, Page>;
  /** Where `/` leads, when there are pages. */
  home: string | undefined;
  isHealthy(): Promise<boolean>;
  log: Log;
}

/**
 * Answers HTTP: a route's function, a page, the health, or 404. Paths are compared as they came, so `//`, `%2e%2e` and
 * their like are paths at which there is nothing.
 */
export function createHttp(options: HttpOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { routes, home, log } = options;

  async function answer(exchange: Exchange): Promise<void> {
    const { path } = exchange;
    const route = routes.get(path);
    if (route !== undefined) return options.answerRoute(route, exchange);
    if (path === '/healthz') {
      const ok = await options.isHealthy();
      return replyJson(exchange, ok ? 200 : 503, { ok });
    }
    const page = options.pages().get(path);
    if (page !== undefined) return replyPage(exchange, page);
    if (path === '/' && home !== undefined) {
      return reply(exchange, 302, { location: home, 'cache-control': 'no-cache' }, '');
    }
    replyError(exchange, 404, 'not_found', 'there is nothing at this path');
  }

  return (request, response) => {
    const exchange = exchangeOf(request, response, randomUUID());
    answer(exchange).catch(error => {
      log('error', 'request failed', { requestId: exchange.requestId, message: messageOf(error) });
      if (response.headersSent) response.destroy();
      else replyError(exchange, 500, 'internal', 'something went wrong on our side');
    });
  };
}

/** Answers what is not HTTP, came too slowly, or has too large headers. */
export function refuseBrokenRequest(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const [status, code] = brokenRequests[error.code ?? ''] ?? ['400 Bad Request', 'invalid_request'];
  const body = JSON.stringify({ error: { code, message: status.slice(4).toLowerCase() } });
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\nx-request-id: ${randomUUID()}`;
  socket.end(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`, () => socket.destroy());
}

const brokenRequests: Record<string, [status: string, code: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'invalid_request'],
};
