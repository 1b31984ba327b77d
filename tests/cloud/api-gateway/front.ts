import http, { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { listen, stop } from '../../support/listen.ts';
import { isPreflight } from '../scf/cors.ts';
import type { ReleasedApis } from './release.ts';

/**
 * Opens the address of a service: `/release/bill` goes to what is released to `release`, as `/bill`. CORS is answered
 * here, for every origin, where an API has it.
 */
export async function openFront(
  releasedTo: (environment: string) => ReleasedApis | undefined,
): Promise<{ address: string; close(): Promise<void> }> {
  function found({ url = '/' }: IncomingMessage): { apis: ReleasedApis; url: string } | undefined {
    const [, environment = '', rest = ''] = /^\/([^/?]+)(.*)$/.exec(url) ?? [];
    const apis = releasedTo(environment);
    return apis === undefined ? undefined : { apis, url: rest.startsWith('/') ? rest : `/${rest}` };
  }

  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    const to = found(request);
    if (to === undefined) return notFound(response);
    const hasCors = to.apis.hasCors(to.url.replace(/\?.*$/, '')) && request.headers.origin !== undefined;
    if (hasCors && isPreflight(request)) return response.writeHead(200, preflightHeaders(request)).end();
    pass(request, response, to, hasCors ? { 'access-control-allow-origin': '*' } : {});
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    const to = found(request);
    if (to === undefined) return socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    passUpgrade(request, socket, head, to);
  });
  const address = `127.0.0.1:${await listen(server)}`;
  return {
    address,
    async close() {
      for (const socket of sockets) socket.destroy();
      await stop(server);
    },
  };
}

function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { apis, url }: { apis: ReleasedApis; url: string },
  cors: Record<string, string>,
): void {
  const { method, headers } = request;
  const forwarded = { ...headers, 'x-forwarded-for': request.socket.remoteAddress };
  const call = http.request({ host: '127.0.0.1', port: apis.port, method, path: url, headers: forwarded });
  call.on('error', () => response.destroy());
  call.on('response', answer => {
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...cors });
    answer.pipe(response);
  });
  request.pipe(call);
}

/** Byte by byte, once the first line is the gateway's. */
function passUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { apis, url }: { apis: ReleasedApis; url: string },
): void {
  const to = connect(apis.port, '127.0.0.1', () => {
    const { rawHeaders } = request;
    const lines = [`GET ${url} HTTP/1.1`];
    for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
    lines.push(`x-forwarded-for: ${request.socket.remoteAddress}`);
    to.write(`${lines.join('\r\n')}\r\n\r\n`);
    to.write(head);
    socket.pipe(to).pipe(socket);
  });
  to.on('error', () => socket.destroy());
  to.on('close', () => socket.destroy());
  socket.on('close', () => to.destroy());
}

function preflightHeaders({ headers }: IncomingMessage): Record<string, string> {
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET,POST,PUT,DELETE,HEAD,OPTIONS,PATCH',
    'access-control-allow-headers': String(headers['access-control-request-headers'] ?? ''),
    'access-control-max-age': '600',
  };
}

function notFound(response: ServerResponse): void {
  response
    .writeHead(404, { 'content-type': 'application/json' })
    .end('{"message":"There is no api match env_mapping"}');
}
