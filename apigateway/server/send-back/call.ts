import type { IncomingMessage } from 'node:http';
import { readTarget } from '../http/request-target.ts';

/** Where a caller may put the secret, in the order in which a URL to paste is made of them. */
export const secretPlaces = ['path', 'password', 'query', 'bearer'] as const;

export type SecretPlace = (typeof secretPlaces)[number];

/** What a call of the send-back URL says besides its body. */
export interface SendBackCall {
  /** The name of an API, or what stands in its place; `undefined` when the call is of another form. */
  name: string | undefined;
  /** What it gives as the secret, in every place where that is allowed. */
  secrets: string[];
}

/**
 * Reads a call: `POST /<name>`, or `/<secret>/<name>`, each with or without `/send-back` before it and a slash behind it,
 * with a query or in absolute form.
 */
export function readCall({ method = '', url = '', headers }: IncomingMessage, places: Places): SendBackCall {
  const { path = '', search = '' } = readTarget(method, url) ?? {};
  const parts = partsOf(path);
  const secrets = search !== '' && places.has('query') ? new URLSearchParams(search).getAll('secret') : [];
  if (headers.authorization !== undefined) secrets.push(secretIn(headers.authorization, places));
  const [first, second] = parts;
  if (parts.length === 2 && first !== undefined && places.has('path')) secrets.push(first);
  const isForm = method === 'POST' && (parts.length === 1 || (parts.length === 2 && places.has('path')));
  return { name: isForm ? (second ?? first) : undefined, secrets };
}

type Places = ReadonlySet<SecretPlace>;

/** The URL as it has to be pasted into a function: of the places that are allowed the one that most code can send. */
export function urlToPaste(base: string, name: string, secret: string | undefined, places: Places) {
  const place = secretPlaces.find(each => places.has(each));
  const encoded = encodeURIComponent(secret ?? '');
  if (secret === undefined || place === 'bearer') return `${base}/${name}`;
  if (place === 'path') return `${base}/${encoded}/${name}`;
  return place === 'query' ? `${base}/${name}?secret=${encoded}` : `${base.replace('://', `://x:${encoded}@`)}/${name}`;
}

/** The parts of a path, decoded; without `send-back`, under which all names were found once, and a slash at the end. */
function partsOf(path: string): string[] {
  const parts = path.replace(/\/$/, '').split('/').slice(1);
  if (parts.length > 1 && parts[0] === 'send-back') parts.shift();
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return [];
  }
}

function secretIn(authorization: string, places: Places): string {
  const [scheme = '', value = ''] = authorization.split(/ +/, 2);
  if (scheme.toLowerCase() === 'bearer') return places.has('bearer') ? value : '';
  if (scheme.toLowerCase() !== 'basic' || !places.has('password')) return '';
  const credentials = Buffer.from(value, 'base64').toString();
  return credentials.slice(credentials.indexOf(':') + 1);
}
