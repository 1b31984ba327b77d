import { createWriteStream } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fromBufferPromise } from 'yauzl';
import { ApiError } from '../api-error.ts';
import { wrong } from '../parameters.ts';

/** The largest package, and what it may be unpacked (583/11637). */
const MAX_ZIP_BYTES = 50 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 500 * 1024 * 1024;

/** Refuses what is no package. @throws ApiError `InvalidParameterValue.InlineZipFile`, `InvalidParameterValue.Code` */
export function checkedZip(zip: Buffer): Buffer {
  if (zip.length > MAX_ZIP_BYTES) throw new ApiError('InvalidParameterValue.Code', 'The package is larger than 50 MB.');
  if (zip.subarray(0, 2).toString() === 'PK') return zip;
  throw new ApiError(wrong('InlineZipFile'), 'The code is not a zip file.');
}

/**
 * Unpacks a package into a folder of its own and keeps the modes of its files.
 * @throws ApiError when it is broken or too large
 */
export async function unpack(zip: Buffer, directory: string): Promise<void> {
  let total = 0;
  try {
    const archive = await fromBufferPromise(zip, { lazyEntries: true });
    for await (const entry of archive.eachEntry()) {
      total += entry.uncompressedSize;
      if (total > MAX_UNPACKED_BYTES) throw new ApiError(wrong('Code'), 'The code is larger than 500 MB.');
      const file = path.join(directory, entry.fileName);
      if (entry.fileName.endsWith('/')) await mkdir(file, { recursive: true });
      if (entry.fileName.endsWith('/')) continue;
      await mkdir(path.dirname(file), { recursive: true });
      await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(file));
      // Without modes of Unix nothing can be executed: a web function's bootstrap then fails, as it does there.
      await chmod(file, (entry.externalFileAttributes >>> 16) & 0o777 || 0o644);
    }
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError(wrong('InlineZipFile'), `The zip file cannot be read: ${cause}`);
  }
}
