import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withPolicy } from '../../../web/policy.ts';
import { buildAll } from '../../bundles.ts';
import { DeployError } from '../failures.ts';
import type { FunctionSettings } from './settings.ts';
import { hashOfFiles, type PackageFile, zipOf } from './zip.ts';

/** What goes into the package of each function, by its key. */
export type Packages = Map<string, PackageFile[]>;

/** Where packages were written, with their bytes, by the function's key. */
export type WrittenPackages = Map<string, { file: string; bytes: number }>;

/** A signed request has at most 10 MB, and base64 makes four bytes of three. */
const maxZipBytes = 7_000_000;

/** Builds `dist/`, unless it is built already, and reads the folder of each function. */
export async function readPackages(functions: FunctionSettings[], isBuilt: boolean): Promise<Packages> {
  if (!isBuilt) await buildAll();
  return new Map(functions.map(({ key, folder }) => [key, readFolder(folder, key)]));
}

/** The package of one function. Packing takes time, so it is done when somebody wants the bytes. */
export interface Package {
  readonly hash: string;
  /** @throws DeployError when it is too large */
  zip(): Promise<Buffer>;
}

/** The package of one function. Pages in it are told where everything else is by `web/config.json`. */
export function packageOf(packages: Packages, key: string, addresses?: object): Package {
  const files = (packages.get(key) ?? []).map(file =>
    addresses !== undefined && file.path.startsWith('web/') ? addressed(file, addresses) : file,
  );
  let zipped: Promise<Buffer> | undefined;
  return {
    hash: hashOfFiles(files),
    zip() {
      zipped ??= zipOf(files).then(bytes => limited(key, bytes));
      return zipped;
    },
  };
}

/** @throws DeployError when the package of a function would be too large */
export async function checkSize(packages: Packages, key: string): Promise<void> {
  const bytes = (packages.get(key) ?? []).reduce((sum, file) => sum + file.bytes.length, 0);
  // What is small enough as it is need not be packed to know it.
  if (bytes > maxZipBytes / 2) await packageOf(packages, key).zip();
}

function limited(key: string, zip: Buffer): Buffer {
  if (zip.length <= maxZipBytes) return zip;
  throw new DeployError(
    `the package of ${key} has ${kilobytes(zip.length)}, more than the ${kilobytes(maxZipBytes)} that one call can carry`,
  );
}

/** Writes every package to a folder as `<key>.zip`; answers path and bytes by key. */
export async function writePackages(packages: Packages, folder: string): Promise<WrittenPackages> {
  mkdirSync(folder, { recursive: true });
  const written: WrittenPackages = new Map();
  for (const key of packages.keys()) {
    const bytes = await packageOf(packages, key).zip();
    const file = path.join(folder, `${key}.zip`);
    writeFileSync(file, bytes);
    written.set(key, { file, bytes: bytes.length });
  }
  return written;
}

/** A file of the pages for these addresses: `config.json` names them, and the policy in a page lets it go there. */
export function addressed(file: PackageFile, addresses: object): PackageFile {
  if (path.basename(file.path) === 'config.json') return { ...file, bytes: configOf(addresses) };
  if (!file.path.endsWith('.html')) return file;
  return { ...file, bytes: Buffer.from(withPolicy(file.bytes.toString('utf8'), { ...addresses })) };
}

/** `config.json` of the pages. It is public: addresses alone, no secrets. */
function configOf(addresses: object): Buffer {
  return Buffer.from(`${JSON.stringify(addresses, undefined, 2)}\n`);
}

/** A size for people. */
export function kilobytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The files of one folder of `dist/`. @throws DeployError when there is none */
export function readFolder(name: string, key = name): PackageFile[] {
  const folder = path.join('dist', name);
  if (!existsSync(folder))
    throw new DeployError(
      `functions.${key}: there is no ${folder}; only functions that \`npm run build\` makes can be deployed`,
    );
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      const inside = path.relative(folder, file).split(path.sep).join('/');
      return { path: inside, bytes: readFileSync(file), executable: inside === 'scf_bootstrap' };
    });
}
