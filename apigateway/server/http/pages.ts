import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { tokensIn } from './list.ts';
import { type Exchange, reply, replyError } from './reply.ts';

/** A file in memory, ready to be sent. */
export interface Page {
  bytes: Buffer;
  /** Absent when it would not be smaller. */
  gzip: Buffer | undefined;
  etag: string;
  headers: Record<string, string>;
  /** Header `content-security-policy` when it is asked for under this host (the request's Host header), if it has one. */
  policy(host: string | undefined): string | undefined;
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
 * Reads a folder with what lies below it, by the path it is served at. Dot files and source maps are left out. What a
 * page's own `<meta>` says of its content policy is sent as a header too; whatever is no page, such as a worker, is held
 * to the policy of `home`, the path of a page. Of pages that may show images of their own server, both let in those of
 * `imageHosts` as well.
 * @throws Error when the folder does not exist.
 */
export async function loadPages(
  directory: string,
  home: string | undefined,
  imageHosts: readonly string[] = [],
): Promise<Map<string, Page>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const policyOfHome =
    home === undefined
      ? undefined
      : await readFile(path.join(directory, home), 'utf8').then(
          html => policyIn(withImageHosts(html, imageHosts)),
          () => undefined,
        );
  const pages = new Map<string, Page>();
  for (const entry of entries) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const served = `/${path.relative(directory, file).split(path.sep).join('/')}`;
    if (!entry.isFile() || /\/\./.test(served) || served.endsWith('.map')) continue;
    const stored = await readFile(file);
    const html = served.endsWith('.html') ? withImageHosts(String(stored), imageHosts) : undefined;
    const bytes = html === undefined || imageHosts.length === 0 ? stored : Buffer.from(html);
    pages.set(served, pageOf(served, bytes, html === undefined ? policyOfHome : policyIn(html)));
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
  const policy = page.policy(exchange.request.headers.host);
  const headers = {
    ...page.headers,
    ...(exchange.isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
    ...(policy === undefined ? {} : { 'content-security-policy': policy }),
    etag,
    ...(packed === undefined ? {} : { 'content-encoding': 'gzip' }),
  };
  if (isKnown(exchange.request.headers['if-none-match'], etag)) reply(exchange, 304, headers, '');
  else reply(exchange, 200, headers, packed ?? page.bytes);
}

/** Of a list such as `gzip;q=0.5, *;q=0`, whether gzip is in it and not worse than nothing (RFC 9110, section 12.5.3). */
function acceptsGzip(header: string | string[] | undefined): boolean {
  const weights = new Map(tokensIn(String(header ?? '')).map(readWeight));
  const weight = weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0;
  return weight > 0 && weight >= (weights.get('identity') ?? 0);
}

function readWeight(member: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = member.split(';').map(each => each.trim());
  const [, weight = '1'] = parameters.map(each => /^q\s*=\s*([01](?:\.\d{0,3})?)$/.exec(each)).find(Boolean) ?? [];
  return [coding, Number(weight)];
}

/** Header `content-type` of a file, by the ending of its name. */
export function contentTypeOf(file: string): string {
  return types[path.extname(file)] ?? 'application/octet-stream';
}

/** Header `cache-control` of a file: for ever where another content would have another name, else asked for each time. */
export function cacheControlOf(file: string): string {
  return hashed.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function pageOf(served: string, bytes: Buffer, policy: string | undefined): Page {
  const packed = gzipSync(bytes, { level: 9 });
  return {
    bytes,
    gzip: packed.length < bytes.length ? packed : undefined,
    etag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
    headers: {
      'content-type': contentTypeOf(served),
      'cache-control': cacheControlOf(served),
      'referrer-policy': 'no-referrer',
      // A page that has opened ours, or that ours opens, gets no hold of its window.
      'cross-origin-opener-policy': 'same-origin',
      vary: 'accept-encoding',
    },
    policy: host => policy && policyFor(policy, host),
  };
}

/** A host as browsers send it; what is not one has no business in a header. */
const hostName = /^(\[[\da-f:]+\]|[\w.-]+)(:\d+)?$/i;

/** A page whose own policy lets in images of these hosts, too. */
function withImageHosts(html: string, hosts: readonly string[]): string {
  const sources = hosts.map(host => ` https://${host}`).join('');
  return html.replace(/(<meta http-equiv="content-security-policy" content="[^"]*\bimg-src 'self')/i, `$1${sources}`);
}

/** What a page's `<meta>` says of what it may load and connect to. */
function policyIn(html: string): string | undefined {
  return /<meta http-equiv="content-security-policy" content="([^"]+)"/i.exec(html)?.[1];
}

/**
 * The policy of a page as a header. A page that may open any WebSocket may open those of its own host: it was built before
 * that was known, and older browsers do not take `'self'` for it. No other site may show it in a frame, which a `<meta>`
 * cannot say.
 */
export function policyFor(policy: string, host: string | undefined): string {
  const ownSockets = hostName.test(host ?? '') ? ` ws://${host} wss://${host}` : '';
  return `${policy.replace(/(?<=connect-src [^;]*) ws: wss:/, ownSockets)}; frame-ancestors 'none'`;
}

/** As `*` or weakly, because a proxy that compresses makes tags weak (RFC 9110, section 13.1.2). */
function isKnown(header: string | undefined, tag: string): boolean {
  return header?.split(',').some(each => ['*', tag, `W/${tag}`].includes(each.trim())) ?? false;
}
