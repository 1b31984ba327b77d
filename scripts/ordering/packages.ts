import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withPolicy } from '../../web/policy.ts';
import { buildAll } from '../bundles.ts';
import { DeployError } from '../tencent/failures.ts';
import { maxZipBytes, type Package, packageOf } from '../tencent/service/packages.ts';
import type { PackageFile } from '../tencent/service/zip.ts';
import type { OrderingFunction } from './settings.ts';

/** What goes into the package of each function, by its key. */
export type Packages = Map<string, PackageFile[]>;

/** Builds `dist/`, unless it is built already, and reads the folder of each function. */
export async function readPackages(functions: OrderingFunction[], isBuilt: boolean): Promise<Packages> {
  if (!isBuilt) await buildAll();
  return new Map(functions.map(({ key, folder }) => [key, readFolder(folder, key)]));
}

/** The package of one function. Pages in it are told where everything else is by `web/config.json`. */
export function packageFor(packages: Packages, key: string, addresses?: object): Package {
  const files = (packages.get(key) ?? []).map(file =>
    addresses !== undefined && file.path.startsWith('web/') ? addressed(file, addresses) : file,
  );
  return packageOf(key, files);
}

/** @throws DeployError when the package of a function would be too large */
export async function checkSize(packages: Packages, key: string): Promise<void> {
  const bytes = (packages.get(key) ?? []).reduce((sum, file) => sum + file.bytes.length, 0);
  // What is small enough as it is need not be packed to know it.
  if (bytes > maxZipBytes / 2) await packageFor(packages, key).zip();
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
