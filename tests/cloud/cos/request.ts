import type { IncomingMessage } from 'node:http';
import { CosError } from './error.ts';

/** A call of object storage, taken apart. */
export interface CosRequest {
  readonly method: string;
  /** The whole path, decoded, as it is signed. */
  readonly decodedPath: string;
  /** `undefined` for the service itself. */
  readonly bucket: string | undefined;
  /** Empty for the bucket itself. */
  readonly key: string;
  /** Names and values, decoded; names as they came. */
  readonly query: ReadonlyMap<string, string>;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The host that was asked for, without the port. */
  readonly host: string;
}

/**
 * Takes a request apart. The bucket is in the host (`bucket-appid.cos.region.…`), or first in the path where the host
 * is an address or plain `localhost`. `bucketOfDomain` knows the hosts that were tied to a bucket.
 * @throws CosError 400 `InvalidURI`
 */
export function cosRequestOf(
  { method = 'GET', url = '/', headers }: IncomingMessage,
  bucketOfDomain: (host: string) => string | undefined,
): CosRequest {
  const [path = '/', search = ''] = splitOnce(url, '?');
  const decodedPath = decode(path);
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const fromHost = /^([^.]+)\.cos\./.exec(host)?.[1] ?? bucketOfDomain(host);
  const isService = fromHost === 'service';
  const [first = '', rest = ''] = splitOnce(decodedPath.slice(1), '/');
  return {
    method,
    decodedPath,
    bucket: isService ? undefined : (fromHost ?? (first === '' ? undefined : first)),
    key: fromHost === undefined ? rest : decodedPath.slice(1),
    query: queryOf(search),
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    host,
  };
}

function queryOf(search: string): Map<string, string> {
  const pairs = search.split('&').filter(pair => pair !== '');
  return new Map(pairs.map(pair => splitOnce(pair, '=').map(decode) as [string, string]));
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CosError(400, 'InvalidURI', 'Could not parse the specified URI.');
  }
}
