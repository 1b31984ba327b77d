import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Binaries, findBinaries, majorOf } from '../../../db/embedded/binaries.ts';

/**
 * The PostgreSQL that the tests run on, as TEST_POSTGRES names it: `14` is the pinned package of npm, a folder is the
 * `bin` of another installation. Without it: the one that the project runs on.
 */
export function testedBinaries(named: string | undefined = process.env.TEST_POSTGRES): Binaries {
  if (named === undefined || named === '') return findBinaries();
  return named === '14' ? oldestBinaries() : installedBinaries(path.resolve(named));
}

/** Whether npm has the oldest PostgreSQL that is supported for this platform. */
export const hasOldest = process.platform === 'linux' && process.arch === 'x64';

/**
 * The oldest PostgreSQL that is supported. It is an optional dependency of the package postgres-14 of this folder, which
 * is a development dependency of the project: so npm installs it for the tests alone, and only where it runs.
 */
export function oldestBinaries(): Binaries {
  const manifest = createRequire(path.resolve('package.json')).resolve('postgres-14/package.json');
  const found = findBinaries(path.dirname(manifest));
  // Where it is missing, Node's lookup goes on to what the project runs on.
  if (majorOf(found) !== 14) throw new Error('PostgreSQL 14 is not installed: npm ci brings it, on Linux x64');
  return found;
}

/** The PostgreSQL of a `bin` folder, such as Debian's /usr/lib/postgresql/15/bin. Throws when there is none. */
function installedBinaries(bin: string): Binaries {
  const { stdout, error } = spawnSync(path.join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  const version = /^postgres \(PostgreSQL\) (\S+)/.exec(stdout ?? '')?.[1];
  if (version === undefined) throw new Error(`there is no PostgreSQL in ${bin}`, { cause: error });
  return { directory: path.dirname(bin), version };
}
