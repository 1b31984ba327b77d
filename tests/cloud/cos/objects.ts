import { createHash } from 'node:crypto';
import { CosError } from './error.ts';
import type { CosRequest } from './request.ts';

/** An object in a bucket. */
export interface StoredObject {
  readonly body: Buffer;
  /** With its quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
  /** What is answered with it: type, cache rule, `x-cos-meta-…`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isPublic: boolean;
}

/** A bucket. Sub-resources (`website`, `cors`, `policy`, …) are kept as the XML or JSON they came in. */
export interface Bucket {
  readonly objects: Map<string, StoredObject>;
  readonly settings: Map<string, string>;
  isPublic: boolean;
}

const keptHeaders = [
  'content-type',
  'cache-control',
  'content-encoding',
  'content-language',
  'content-disposition',
  'expires',
];

/**
 * Puts an object (436/7749). There is no compare-and-set: `x-cos-forbid-overwrite` is the one condition of a PUT.
 * @throws CosError `InvalidDigest`, `FileAlreadyExists`, `KeyTooLong`
 */
export function putObject({ objects }: Bucket, { key, headers }: CosRequest, body: Buffer): StoredObject {
  if (Buffer.byteLength(key) > 850) throw new CosError(400, 'KeyTooLong', 'Your key is too long.');
  const digest = headers.get('content-md5');
  if (digest !== undefined && digest !== createHash('md5').update(body).digest('base64')) {
    throw new CosError(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.');
  }
  if (headers.get('x-cos-forbid-overwrite') === 'true' && objects.has(key)) {
    throw new CosError(409, 'FileAlreadyExists', 'The file already exists.');
  }
  const kept = [...headers].filter(([name]) => keptHeaders.includes(name) || name.startsWith('x-cos-meta-'));
  const object = {
    body,
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    modifiedAt: new Date(),
    headers: Object.fromEntries(kept),
    isPublic: headers.get('x-cos-acl')?.startsWith('public-read') ?? false,
  };
  objects.set(key, object);
  return object;
}

/** The object, or @throws CosError 404 `NoSuchKey`. */
export function objectOf({ objects }: Bucket, key: string): StoredObject {
  const object = objects.get(key);
  if (object === undefined) throw new CosError(404, 'NoSuchKey', 'The specified key does not exist.');
  return object;
}

/**
 * What the conditions of a GET or HEAD say (436/7753); 304 has no body.
 * @throws CosError 412 `PreconditionFailed`
 */
export function conditionOf({ etag, modifiedAt }: StoredObject, { headers }: CosRequest): 200 | 304 {
  const seconds = Math.floor(modifiedAt.getTime() / 1000) * 1000;
  const match = headers.get('if-match');
  const unmodified = headers.get('if-unmodified-since');
  if (match !== undefined ? !hasTag(match, etag) : unmodified !== undefined && seconds > Date.parse(unmodified)) {
    throw new CosError(412, 'PreconditionFailed', 'Precondition Failed');
  }
  const noneMatch = headers.get('if-none-match');
  const modified = headers.get('if-modified-since');
  if (noneMatch !== undefined) return hasTag(noneMatch, etag) ? 304 : 200;
  return modified !== undefined && seconds <= Date.parse(modified) ? 304 : 200;
}

/** The part of a body that is asked for with `range: bytes=a-b`; `undefined`: all of it. */
export function rangeOf({ body }: StoredObject, { headers }: CosRequest): { from: number; to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.get('range') ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, body.length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? body.length - 1 : Math.min(Number(last), body.length - 1);
  if (from > to) throw new CosError(416, 'InvalidRange', 'The requested range cannot be satisfied.');
  return { from, to };
}

function hasTag(list: string, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replaceAll('"', '');
  return list.split(',').some(tag => tag.trim() === '*' || bare(tag) === bare(etag));
}
