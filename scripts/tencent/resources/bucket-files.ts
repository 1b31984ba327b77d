import { createHash } from 'node:crypto';
import { cacheControlOf, contentTypeOf } from '../../../apigateway/server/http/pages.ts';
import { DeployError } from '../failures.ts';
import { eachOf } from '../patience.ts';
import type { PackageFile } from '../service/zip.ts';
import type { Ask } from './cos.ts';

/** Of one page of a list, and of one deletion. */
const mostKeys = 1000;
/** Calls at once. */
const width = 8;

/** MD5 by key, as the ETag of an object that was uploaded in one piece. */
export async function listObjects(cos: Ask): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let marker = '';
  do {
    const page = (await cos('getBucket', {
      MaxKeys: mostKeys,
      ...(marker === '' ? {} : { Marker: marker }),
    })) as ListPage;
    const { Contents = [], IsTruncated, NextMarker } = page;
    for (const { Key, ETag } of Contents) found.set(Key, ETag.replaceAll('"', ''));
    marker = String(IsTruncated) === 'true' ? (NextMarker ?? Contents.at(-1)?.Key ?? '') : '';
  } while (marker !== '');
  return found;
}

interface ListPage {
  Contents?: { Key: string; ETag: string }[];
  IsTruncated?: string;
  NextMarker?: string;
}

/** Uploads the files that `there`, a list of the bucket, has not as they are; answers how many. */
export async function uploadFiles(cos: Ask, files: PackageFile[], there: ReadonlyMap<string, string>): Promise<number> {
  const old = files.filter(({ path, bytes }) => there.get(path) !== md5(bytes));
  // Scripts and styles before the pages that name them.
  for (const isPage of [false, true]) {
    await eachOf(
      old.filter(({ path }) => path.endsWith('.html') === isPage),
      width,
      file => upload(cos, file),
    );
  }
  return old.length;
}

/** @throws DeployError when an object could not be removed */
export async function removeObjects(cos: Ask, keys: string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += mostKeys) {
    const Objects = keys.slice(at, at + mostKeys).map(Key => ({ Key }));
    // A deletion of many is answered as a success even if some failed.
    const { Error: failed = [] } = (await cos('deleteMultipleObject', { Objects })) as { Error?: FailedDeletion[] };
    const [first] = failed;
    if (first !== undefined) throw new DeployError(`cos: ${first.Key} could not be removed: ${first.Code}`);
  }
}

interface FailedDeletion {
  Key: string;
  Code: string;
}

/** Of an object that is uploaded in one piece, its ETag. */
export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

async function upload(cos: Ask, { path: Key, bytes }: PackageFile): Promise<void> {
  await cos('putObject', {
    Key,
    Body: bytes,
    ContentType: contentTypeOf(Key),
    CacheControl: cacheControlOf(Key),
  });
}
