import { createHash } from 'node:crypto';
import { ZipFile } from 'yazl';

/** One file of a package. */
export interface PackageFile {
  /** Path inside the package, with `/` between folders. */
  path: string;
  bytes: Buffer;
  /** Whether it may be run, as `scf_bootstrap` must. */
  executable?: boolean;
}

/** Any moment would do; it must be the same everywhere. DOS times have no zone, so this one is local. */
const sameTime = new Date(2020, 0, 1);

/** Packs files so that the same files give the same bytes: sorted, with one time stamp and fixed modes. */
export async function zipOf(files: PackageFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { path, bytes, executable = false } of sortedByPath(files)) {
    const mode = executable ? 0o100755 : 0o100644;
    zip.addBuffer(bytes, path, { mtime: sameTime, mode, forceDosTimestamp: true });
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The first 16 hex digits of the SHA-256 of files: names, modes and contents, in whatever order they come. */
export function hashOfFiles(files: PackageFile[]): string {
  const hash = createHash('sha256');
  for (const { path, bytes, executable = false } of sortedByPath(files)) {
    hash.update(`${path}\0${executable ? 'x' : '-'}${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

function sortedByPath(files: PackageFile[]): PackageFile[] {
  return files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}
