import { isHost } from './host.ts';

/** What a request is about. */
export interface RequestTarget {
  /** Without the query, and with `%41` written as `A`; `*` for the server as a whole. Nothing else is decoded. */
  path: string;
  /** With the question mark, or empty. */
  search: string;
  /** Of the absolute form alone: it counts instead of the Host header. */
  host: string | undefined;
}

/**
 * Reads a request target in each form that an origin server is sent (RFC 9112, section 3.2): `/path?query`, as a proxy
 * gets it `http://host/path?query`, and `*` with OPTIONS. `undefined` when it is none of them.
 */
export function readTarget(method: string, text: string): RequestTarget | undefined {
  if (text === '*') return method === 'OPTIONS' ? server(undefined) : undefined;
  // A fragment is never sent.
  if (text.includes('#')) return undefined;
  if (text.startsWith('/')) return { ...split(text), host: undefined };
  const [, host, rest = ''] = /^https?:\/\/([^/?]+)(.*)$/i.exec(text) ?? [];
  if (host === undefined || !isHost(host) || host.startsWith(':')) return undefined;
  // This is how OPTIONS * comes through a proxy (RFC 9112, section 3.2.4).
  if (rest === '' && method === 'OPTIONS') return server(host);
  return { ...split(rest.startsWith('/') ? rest : `/${rest}`), host };
}

const server = (host: string | undefined): RequestTarget => ({ path: '*', search: '', host });

function split(text: string): Pick<RequestTarget, 'path' | 'search'> {
  const end = text.indexOf('?');
  if (end < 0) return { path: decodeUnreserved(text), search: '' };
  return { path: decodeUnreserved(text.slice(0, end)), search: text.slice(end) };
}

/** Letters, digits and `-._~` mean the same however they are written (RFC 3986, section 2.3). */
function decodeUnreserved(path: string): string {
  if (!path.includes('%')) return path;
  return path.replaceAll(/%([\da-f]{2})/gi, (encoded, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[\w.~-]/.test(character) ? character : encoded.toUpperCase();
  });
}
