import type { PackageFile } from '../service/zip.ts';
import { listObjects, md5, removeObjects, uploadFiles } from './bucket-files.ts';
import type { Ask } from './cos.ts';

/** The object in which a deployment remembers what it has put into a bucket. */
export const listKey = '.sls-deployment';

/**
 * Uploads the files that differ, and removes those that an earlier deployment put there and that are wanted no more.
 * Whatever else lies in the bucket, as what functions put there, stays.
 */
export async function convergeListedFiles(
  cos: Ask,
  files: PackageFile[],
  changed: (text: string) => void,
): Promise<void> {
  const there = await listObjects(cos);
  const wanted = new Set(files.map(({ path }) => path));
  const list = listOf(wanted);
  const listed = there.get(listKey);
  const isListed = listed === md5(list.bytes) || (listed === undefined && files.length === 0);
  const before = isListed ? wanted : await readList(cos, listed);
  // Known before it is there: when this is interrupted, the next deployment still knows what is its own.
  const either = listOf(new Set([...before, ...wanted]));
  if (!isListed) await uploadFiles(cos, [either], there);
  const uploaded = await uploadFiles(cos, files, there);
  if (uploaded > 0) changed(`got ${uploaded} files`);
  const superfluous = [...before].filter(key => !wanted.has(key) && there.has(key));
  await removeObjects(cos, superfluous);
  if (superfluous.length > 0) changed(`lost ${superfluous.length} old files`);
  if (!isListed && !either.bytes.equals(list.bytes)) await uploadFiles(cos, [list], new Map());
}

function listOf(keys: ReadonlySet<string>): PackageFile {
  return { path: listKey, bytes: Buffer.from(JSON.stringify([...keys].toSorted())) };
}

async function readList(cos: Ask, etag: string | undefined): Promise<Set<string>> {
  if (etag === undefined) return new Set();
  const { Body } = (await cos('getObject', { Key: listKey })) as { Body: Buffer };
  try {
    const keys: unknown = JSON.parse(String(Body));
    return new Set(Array.isArray(keys) ? keys.filter(key => typeof key === 'string') : []);
  } catch {
    // Somebody has changed it; then nothing is known to be old.
    return new Set();
  }
}
