import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DeployError } from '../failures.ts';
import { hashOfFiles, type PackageFile, zipOf } from './zip.ts';

/** Where packages were written, with their bytes, by the function's key. */
export type WrittenPackages = Map<string, { file: string; bytes: number }>;

/** A signed request has at most 10 MB, and base64 makes four bytes of three. */
export const maxZipBytes = 7_000_000;

/** The package of one function. Packing takes time, so it is done when somebody wants the bytes. */
export interface Package {
  readonly hash: string;
  /** @throws DeployError when it is too large */
  zip(): Promise<Buffer>;
}

/** The package of the function `key` with these files. */
export function packageOf(key: string, files: PackageFile[]): Package {
  let zipped: Promise<Buffer> | undefined;
  return {
    hash: hashOfFiles(files),
    zip() {
      zipped ??= zipOf(files).then(bytes => limited(key, bytes));
      return zipped;
    },
  };
}

/** @throws DeployError when a package is too large for a call */
export function limited(key: string, zip: Buffer): Buffer {
  if (zip.length <= maxZipBytes) return zip;
  throw new DeployError(
    `the package of ${key} has ${kilobytes(zip.length)}, more than the ${kilobytes(maxZipBytes)} that one call can carry`,
  );
}

/** Writes every package to a folder as `<key>.zip`; answers path and bytes by key. */
export async function writePackages(packages: ReadonlyMap<string, Package>, folder: string): Promise<WrittenPackages> {
  mkdirSync(folder, { recursive: true });
  const written: WrittenPackages = new Map();
  for (const [key, pack] of packages) {
    const bytes = await pack.zip();
    const file = path.join(folder, `${key}.zip`);
    writeFileSync(file, bytes);
    written.set(key, { file, bytes: bytes.length });
  }
  return written;
}

/** A size for people. */
export function kilobytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
