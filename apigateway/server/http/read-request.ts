import type { IncomingMessage } from 'node:http';
import { isHost } from './host.ts';
import type { HostRule } from './hosts.ts';
import { tokensIn } from './list.ts';
import { type RequestTarget, readTarget } from './request-target.ts';

/** Why a request is refused before anybody is asked. */
export interface RequestFault {
  status: 400 | 417 | 431 | 501 | 505;
  code: 'invalid_request' | 'not_implemented' | 'too_large';
  message: string;
}

/**
 * What a request is about, or what is wrong with it beyond what Node has looked at. A request in absolute form gets the
 * Host that its target names, and a host that is not served here is a fault.
 */
export function readRequest(request: IncomingMessage, isServed: HostRule): RequestTarget | RequestFault {
  const { method = '', url = '', headers } = request;
  const fault = faultIn(request);
  if (fault !== undefined) return fault;
  const target = readTarget(method, url);
  if (target === undefined) return invalid('the request target is not valid');
  if (target.host !== undefined) headers.host = target.host;
  return isServed(headers.host) ? target : otherHost;
}

/** Short ones take far more memory than their bytes; clients and proxies send some dozens. */
const MOST_HEADERS = 200;

function faultIn({ headers, rawHeaders, httpVersionMajor, httpVersionMinor }: IncomingMessage) {
  if (httpVersionMajor !== 1) return otherVersion;
  if (rawHeaders.length > 2 * MOST_HEADERS) return tooManyHeaders;
  const isNew = httpVersionMinor > 0;
  const hosts = countOf('host', rawHeaders);
  if (hosts > 1) return invalid('there is more than one Host header');
  if (hosts === 0 && isNew) return invalid('there is no Host header');
  if (!isHost(headers.host ?? '')) return invalid('the Host header is not valid');
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  // Whoever stands between an old client and us may see the end of such a body elsewhere (RFC 9112, section 6.1).
  if (!isNew) return invalid('HTTP/1.0 has no transfer codings');
  const codings = tokensIn(coding);
  if (codings.at(-1) !== 'chunked') return invalid('the body has no end');
  return codings.length === 1 ? undefined : otherCoding;
}

/** Of two lines with one name Node keeps the first for some headers, and does not say so. */
function countOf(name: string, rawHeaders: string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const each = rawHeaders[at];
    if (each?.length === name.length && each.toLowerCase() === name) count += 1;
  }
  return count;
}

const invalid = (message: string): RequestFault => ({ status: 400, code: 'invalid_request', message });
/** Not served is not the same as not valid: it is told apart where it is counted. */
export const otherHost: RequestFault = invalid('this host is not served here: HOSTS lists those that are');
const tooManyHeaders: RequestFault = { status: 431, code: 'too_large', message: 'there are too many headers' };
const otherVersion: RequestFault = {
  status: 505,
  code: 'not_implemented',
  message: 'no such version of HTTP is spoken here',
};
const otherCoding: RequestFault = {
  status: 501,
  code: 'not_implemented',
  message: 'the only transfer coding of requests is chunked',
};
