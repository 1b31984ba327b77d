import { createServer, type Server } from 'node:http';
import type { SecurityEvents } from '../security-events.ts';
import { createGuard } from './secret-guard.ts';

/** What the metrics server is made of. */
export interface MetricsServerOptions {
  /** Makes the text anew for every request. */
  text(): string;
  /** Asked for as `authorization: Bearer`; without one, whoever reaches the port may read. */
  secret: string | undefined;
  securityEvents: SecurityEvents;
}

/** `GET /metrics`, on a port of its own: what stands there is nobody's business but the owner's. */
export function createMetricsServer({ text, secret, securityEvents }: MetricsServerOptions): Server {
  const isSecret = secret === undefined ? () => true : createGuard([secret]);
  const isAllowed = (authorization = '') => isSecret(authorization.replace(/^bearer +/i, ''));
  function answerTo(path: string | undefined, method: string | undefined, authorization: string | undefined) {
    if (!isAllowed(authorization)) {
      securityEvents.tell('wrong_metrics_secret');
      return { status: 401, body: 'unauthorized\n' };
    }
    if (path !== '/metrics') return { status: 404, body: 'not found\n' };
    if (method !== 'GET') return { status: 405, body: 'method not allowed\n' };
    return { status: 200, body: text() };
  }
  const server = createServer({ requestTimeout: 10_000, maxHeaderSize: 8 * 1024 }, (request, response) => {
    const { status, body } = answerTo(request.url, request.method, request.headers.authorization);
    response.writeHead(status, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
      // A body is not read, so the connection is of no further use.
      ...(request.method === 'GET' ? {} : { connection: 'close' }),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(status === 405 ? { allow: 'GET' } : {}),
    });
    response.end(body);
  });
  server.maxConnections = 20;
  return server;
}
