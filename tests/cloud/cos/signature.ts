import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { CosError } from './error.ts';
import type { CosRequest } from './request.ts';

/** Who may sign. */
export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
}

/** Fields of the signature; in the header `authorization` or, for a link, in the query. */
const fields = [
  'q-sign-algorithm',
  'q-ak',
  'q-sign-time',
  'q-key-time',
  'q-header-list',
  'q-url-param-list',
  'q-signature',
] as const;

/**
 * Checks the signature of a call of object storage (436/7778). `false`: it is not signed at all.
 * @throws CosError 403 `InvalidAccessKeyId`, `AccessDenied` (expired, not yet valid, malformed), `SignatureDoesNotMatch`
 */
export function checkCosSignature(request: CosRequest, { secretId, secretKey }: Credentials, nowMs: number): boolean {
  const signed = signatureOf(request);
  if (signed === undefined) return false;
  if (signed['q-sign-algorithm'] !== 'sha1')
    throw new CosError(403, 'AccessDenied', 'Unsupported signature algorithm.');
  if (signed['q-ak'] !== secretId) throw new CosError(403, 'InvalidAccessKeyId', 'The Access Key Id does not exist.');
  checkTime(signed['q-sign-time'], nowMs);
  checkTime(signed['q-key-time'], nowMs);
  const query = picked(
    request.query,
    signed['q-url-param-list'],
    name => !(fields as readonly string[]).includes(name),
  );
  const headers = picked(
    request.headers,
    signed['q-header-list'],
    name => name.startsWith('x-cos-') || name === 'host',
  );
  const key = createHmac('sha1', secretKey).update(signed['q-key-time']).digest('hex');
  // With the bucket in the path (the SDK's `Domain: 'host/{Bucket}'`) the SDK signs the key alone.
  const isGood = [request.decodedPath, `/${request.key}`].some(path => {
    const canonical = [request.method.toLowerCase(), path, query, headers, ''].join('\n');
    const toSign = ['sha1', signed['q-sign-time'], createHash('sha1').update(canonical).digest('hex'), ''].join('\n');
    return isEqual(createHmac('sha1', key).update(toSign).digest('hex'), signed['q-signature']);
  });
  if (isGood) return true;
  throw new CosError(403, 'SignatureDoesNotMatch', 'The Signature you specified is invalid.');
}

function signatureOf({ headers, query }: CosRequest): Record<(typeof fields)[number], string> | undefined {
  const authorization = headers.get('authorization');
  const source =
    authorization === undefined
      ? query
      : new Map(
          authorization
            .split('&')
            .map(pair => splitAt(pair, '='))
            .map(([name, value]) => [name, decode(value)]),
        );
  if (!source.has('q-signature')) {
    if (authorization !== undefined) throw new CosError(403, 'AccessDenied', 'The authorization is malformed.');
    return undefined;
  }
  const signed = Object.fromEntries(fields.map(name => [name, source.get(name) ?? '']));
  return signed as Record<(typeof fields)[number], string>;
}

function checkTime(range: string, nowMs: number): void {
  const [from, to] = range.split(';').map(Number);
  if (from === undefined || to === undefined || !(from <= to)) {
    throw new CosError(403, 'AccessDenied', 'The signature has a wrong time.');
  }
  // As the SDK reads its own clock, a second of difference is nothing.
  if (nowMs / 1000 > to + 1) throw new CosError(403, 'AccessDenied', 'Request has expired');
  if (nowMs / 1000 < from - 60) throw new CosError(403, 'RequestTimeTooSkewed', 'The signature is not valid yet.');
}

/** The listed names with their values, encoded as documented. @throws CosError when one that must be signed is not. */
function picked(source: ReadonlyMap<string, string>, list: string, isRequired: (name: string) => boolean): string {
  const names = list === '' ? [] : list.split(';');
  const encoded = new Map([...source].map(([name, value]) => [encode(name).toLowerCase(), encode(value)]));
  const missing = [...source.keys()].filter(isRequired).find(name => !names.includes(encode(name).toLowerCase()));
  if (missing !== undefined && source.size > 0 && isStrict(missing)) {
    throw new CosError(403, 'AccessDenied', `${missing} must be signed.`);
  }
  return names.map(name => `${name}=${encoded.get(name) ?? ''}`).join('&');
}

/** Only headers that change what happens have to be signed; a link's query is up to who made it. */
function isStrict(name: string): boolean {
  return name.startsWith('x-cos-') && !name.startsWith('x-cos-security') && name !== 'x-cos-sdk-retry';
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, each => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(text: string): string {
  return decodeURIComponent(text);
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
