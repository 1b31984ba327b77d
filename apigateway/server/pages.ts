import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Exchange, reply, replyError } from './reply.ts';

/** A file in memory, ready to be sent. */
export interface Page {
  bytes: Buffer;
  /** Absent when it would not be smaller. */
  gzip: Buffer | undefined;
  etag: string;
  headers: Record<string, string>;
  /** The content policy, for pages that are asked for under this host (the request's Host header). */
  policy(host: string | undefined): string;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.woff2': 'font/woff2',
};

/** A name that changes with the content, as the build writes them: `order-3KD2QF7A.js`. */
const hashed = /[.-][0-9A-Z]{8}\.\w+$/;

/**
 * Reads a folder with what lies below it, by the path it is served at. Dot files and source maps are left out.
 * @throws Error when the folder does not exist.
 */
export async function loadPages(directory: string, connectSources: readonly string[]): Promise<Map<string, Page>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const policy = (host: string | undefined) => contentSecurityPolicy(connectSources, host);
  const pages = new Map<string, Page>();
  for (const entry of entries) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const served = `/${path.relative(directory, file).split(path.sep).join('/')}`;
    if (!entry.isFile() || /\/\./.test(served) || served.endsWith('.map')) continue;
    pages.set(served, pageOf(served, await readFile(file), policy));
  }
  return pages;
}

/** Answers a request for a page. */
export function replyPage(exchange: Exchange, page: Page): void {
  const { method, headers } = exchange.request;
  if (method === 'GET' || method === 'HEAD') replyBytes(exchange, page, acceptsGzip(headers['accept-encoding']));
  else replyError(exchange, 405, 'method_not_allowed', 'not for this path', { allow: 'GET, HEAD' });
}

function replyBytes(exchange: Exchange, page: Page, mayPack: boolean) {
  const packed = mayPack ? page.gzip : undefined;
  const etag = `"${page.etag}${packed === undefined ? '' : '-gzip'}"`;
  const headers = {
    ...page.headers,
    'content-security-policy': page.policy(exchange.request.headers.host),
    etag,
    ...(packed === undefined ? {} : { 'content-encoding': 'gzip' }),
  };
  if (isKnown(exchange.request.headers['if-none-match'], etag)) reply(exchange, 304, headers, '');
  else reply(exchange, 200, headers, packed ?? page.bytes);
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(header ?? ''));
}

function pageOf(served: string, bytes: Buffer, policy: Page['policy']): Page {
  const packed = gzipSync(bytes, { level: 9 });
  return {
    bytes,
    gzip: packed.length < bytes.length ? packed : undefined,
    etag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
    headers: {
      'content-type': types[path.extname(served)] ?? 'application/octet-stream',
      'cache-control': hashed.test(served) ? 'public, max-age=31536000, immutable' : 'no-cache',
      'referrer-policy': 'no-referrer',
      vary: 'accept-encoding',
    },
    policy,
  };
}

/** A host as browsers send it; what is not one has no business in a header. */
const hostName = /^(\[[\da-f:]+\]|[\w.-]+)(:\d+)?$/i;

/**
 * Nothing but our own files, nothing inline, and no text that becomes a script but the address of the service worker.
 * Older browsers do not take `'self'` for the WebSocket of the page's own host, so that is named.
 */
export function contentSecurityPolicy(connectSources: readonly string[], host: string | undefined): string {
  const ownSockets = hostName.test(host ?? '') ? [`ws://${host}`, `wss://${host}`] : [];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    ["connect-src 'self'", ...ownSockets, ...connectSources].join(' '),
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types service-worker',
  ].join('; ');
}

function isKnown(header: string | undefined, tag: string): boolean {
  return header?.split(',').some(each => each.trim().replace(/^W\//, '') === tag) ?? false;
}
