import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.ts';

/** How far the caller's clock may be from ours, seconds (213/30654). */
const MAX_SKEW_SECONDS = 300;

/** A request whose signature is to be checked. */
export interface SignedRequest {
  method: string;
  /** Path and query as they came. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Checks a TC3-HMAC-SHA256 signature by making it again, and returns the service it was made for.
 * @throws ApiError `AuthFailure.SecretIdNotFound`, `.SignatureExpire`, `.SignatureFailure`, `.InvalidAuthorization`
 */
export function checkSignature(
  request: SignedRequest,
  { secretId, secretKey }: { secretId: string; secretKey: string },
  nowMs: number,
): string {
  const { id, date, service, signedHeaders, signature } = authorizationOf(request.headers.authorization);
  if (id !== secretId) throw new ApiError('AuthFailure.SecretIdNotFound', 'The SecretId is not found.');
  const timestamp = Number(request.headers['x-tc-timestamp']);
  if (!(Math.abs(nowMs / 1000 - timestamp) <= MAX_SKEW_SECONDS)) {
    throw new ApiError('AuthFailure.SignatureExpire', 'The signature has expired: check your system time.');
  }
  const day = new Date(timestamp * 1000).toISOString().slice(0, 10);
  if (date !== day) throw new ApiError('AuthFailure.SignatureFailure', 'The date is not that of the timestamp.');
  const isComplete = ['content-type', 'host'].every(name => signedHeaders.includes(name));
  if (!isComplete) throw new ApiError('AuthFailure.SignatureFailure', 'content-type and host must be signed.');

  const toSign = [
    'TC3-HMAC-SHA256',
    timestamp,
    `${date}/${service}/tc3_request`,
    hash(canonical(request, signedHeaders)),
  ];
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), service), 'tc3_request');
  const expected = hmac(key, toSign.join('\n'));
  const given = Buffer.from(signature, 'hex');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return service;
  throw new ApiError('AuthFailure.SignatureFailure', 'The provided credentials could not be validated.');
}

function canonical({ method, url, headers, body }: SignedRequest, signedHeaders: string[]): string {
  const [path = '/', query = ''] = url.split('?');
  const lines = signedHeaders.map(name => `${name}:${signedValue(headers, name)}\n`).join('');
  return [method, path, query, lines, signedHeaders.join(';'), hash(body)].join('\n');
}

function signedValue(headers: IncomingHttpHeaders, name: string): string {
  const value = String(headers[name] ?? '').trim();
  if (name === 'x-tc-action') return value.toLowerCase();
  // The SDK signs the host's name without the port that it then sends.
  return name === 'host' ? value.replace(/:\d+$/, '') : value;
}

function authorizationOf(header: string | undefined) {
  const found =
    /^TC3-HMAC-SHA256 Credential=([^/]+)\/([\d-]+)\/([\w-]+)\/tc3_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      header ?? '',
    );
  if (found === null)
    throw new ApiError('AuthFailure.InvalidAuthorization', 'The authorization is missing or malformed.');
  const [, id = '', date = '', service = '', names = '', signature = ''] = found;
  return { id, date, service, signedHeaders: names.split(';'), signature };
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
