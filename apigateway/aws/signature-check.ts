import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** How far the clock of a caller may be from ours, as AWS has it. */
const MAX_SKEW_MS = 5 * 60 * 1000;

/** A key whose holder may push. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
}

/** A call as it came. */
export interface SignedCall {
  method: string;
  /** Path and query. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
}

/** Why a call is not taken: the name of AWS's error, and its text. */
export interface SignatureFault {
  type: string;
  message: string;
}

/**
 * Checks a call that is signed with Signature Version 4 in its headers, for the service `execute-api` and any region, by
 * making the signature again. `undefined` when it is right.
 */
export function faultInSignature(
  call: SignedCall,
  keys: readonly AccessKey[],
  nowMs: number,
): SignatureFault | undefined {
  const authorization = textOf(call.headers.authorization);
  if (authorization === '') return missing;
  const parts = partsOf(authorization);
  if (parts === undefined) return incomplete;
  const { accessKeyId, scope, names, signature } = parts;
  const key = keys.find(each => each.accessKeyId === accessKeyId);
  if (key === undefined) return unknownKey;
  if (scope.service !== 'execute-api') return wrong('Credential should be scoped to correct service: execute-api.');
  if (!names.includes('host') || !names.includes('x-amz-date')) return wrong("'Host' and 'X-Amz-Date' must be signed.");
  const time = textOf(call.headers['x-amz-date']);
  if (!isNear(time, nowMs) || time.slice(0, 8) !== scope.date)
    return wrong(`Signature not yet current or expired: ${time}`);
  const expected = signatureOf(call, names, time, scope, key.secretAccessKey);
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected) ? undefined : mismatch;
}

const missing = { type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
const incomplete = { type: 'IncompleteSignatureException', message: 'The authorization header is not one of SigV4.' };
const unknownKey = {
  type: 'UnrecognizedClientException',
  message: 'The security token included in the request is invalid.',
};
const wrong = (message: string): SignatureFault => ({ type: 'InvalidSignatureException', message });
const mismatch = wrong('The request signature we calculated does not match the signature you provided.');

interface Scope {
  date: string;
  region: string;
  service: string;
}

function partsOf(authorization: string) {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/\s,]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, *SignedHeaders=([\w;-]+), *Signature=([\da-f]{64})$/.exec(
      authorization,
    );
  if (found === null) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = '', names = '', signature = ''] = found;
  return { accessKeyId, scope: { date, region, service }, names: names.split(';'), signature };
}

/** `20261101T120000Z` */
function isNear(time: string, nowMs: number): boolean {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Math.abs(at - nowMs) <= MAX_SKEW_MS;
}

function signatureOf(call: SignedCall, names: string[], time: string, scope: Scope, secret: string): Buffer {
  const { date, region, service } = scope;
  const toSign = [
    'AWS4-HMAC-SHA256',
    time,
    `${date}/${region}/${service}/aws4_request`,
    hash(canonicalCall(call, names)),
  ].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, toSign);
}

/** The hash is that of the body which came, whatever a header says of it. */
function canonicalCall({ method, url, headers, body }: SignedCall, names: string[]): string {
  const [path = '/', query = ''] = url.split('?', 2);
  const lines = names.map(name => `${name}:${textOf(headers[name]).trim().replaceAll(/ +/g, ' ')}\n`).join('');
  // All services but S3 sign a path whose segments, encoded as they are sent, are encoded once more.
  const canonicalPath = encode(path).replaceAll('%2F', '/');
  return [method, canonicalPath, canonicalQuery(query), lines, names.join(';'), hash(body)].join('\n');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.sort().join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function textOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
