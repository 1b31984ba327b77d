import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { canEnter, type ServerUser, serverUser } from './server-user.ts';

const elsewhere = '/var/lib/websocket-order';
const pointerName = 'the-data-is-elsewhere.txt';

/** Where one embedded database lives. */
export interface Home {
  /** Absolute path of the folder of everything below. */
  directory: string;
  /** PostgreSQL's data directory, made by initdb. */
  data: string;
  /** File of the superuser's password, mode 0600. */
  password: string;
  /** File that says which process holds the database. */
  owner: string;
  /** The folder in which a copy of the binaries may be made. */
  binaries: string;
  /** ASCII name of this database, the same as long as the folder stays where it is. */
  name: string;
  /** The text file in the folder that was asked for, when the data is not there. */
  pointer?: { file: string; text: string };
}

/**
 * The home of the database that somebody wants in `directory` (absolute, existing): the directory itself, except for
 * root when PostgreSQL's user cannot enter it (a clone under /root), then a folder below /var/lib that a text file in
 * the directory points to.
 */
export function findHome(directory: string): Home {
  const here = homeIn(directory);
  const user = serverUser(here.data);
  const pointer = path.join(directory, pointerName);
  if (!existsSync(pointer) && (canEnter(user, directory) || openTo(user, directory))) return here;
  if (existsSync(here.data)) {
    throw new Error(
      `The database in ${directory} belongs to user ${user.uid}, who cannot enter that folder any more. ` +
        'Give its parent folders back their x permission (chmod a+x).',
    );
  }
  return homeElsewhere(directory, pointer);
}

/**
 * Writes the pointer to a home that is elsewhere, and one back. Data found there without a pointer to it is moved aside: whoever
 * removed the pointer wanted an empty database, and gets one; the old one is kept once all the same. Only for the
 * holder of the database, while no server runs.
 */
export function linkHome({ directory, data, pointer }: Home): void {
  if (pointer === undefined) return;
  if (existsSync(pointer.file) && readFileSync(pointer.file, 'utf8') === pointer.text) return;
  if (existsSync(data)) {
    rmSync(`${data}.previous`, { recursive: true, force: true });
    renameSync(data, `${data}.previous`);
  }
  writeFileSync(pointer.file, pointer.text);
  writeFileSync(path.join(directory, 'belongs-to.txt'), `${path.dirname(pointer.file)}\n`);
}

/** Removes the folder, and the one it points to if the data is elsewhere. */
export function removeHome(directory: string, home: Home): void {
  for (const folder of [home.directory, directory]) rmSync(folder, { recursive: true, force: true });
}

/** The database's own folder may be closed, as a temporary one is: lets others pass, who still cannot look in. */
function openTo(user: ServerUser, directory: string): boolean {
  if (!canEnter(user, path.dirname(directory))) return false;
  chmodSync(directory, statSync(directory).mode | 0o011);
  return canEnter(user, directory);
}

function homeElsewhere(directory: string, pointer: string): Home {
  if (process.getuid?.() !== 0) {
    throw new Error(`The database of ${directory} was made by root: start as root again, or delete ${pointer}.`);
  }
  const home = homeIn(path.join(elsewhere, hash(directory)));
  // Not left to the umask: the server's user has to get through both.
  for (const folder of [elsewhere, home.directory]) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  }
  const text =
    'PostgreSQL does not run as root, and the user it runs as cannot enter this folder.\n' +
    `So the data is in ${home.directory}\nDelete this file to begin with an empty database.\n`;
  return { ...home, pointer: { file: pointer, text } };
}

function homeIn(directory: string): Home {
  const data = path.join(directory, 'data');
  return {
    directory,
    data,
    password: path.join(directory, 'password'),
    owner: path.join(directory, 'owner.json'),
    binaries: process.getuid?.() === 0 ? elsewhere : directory,
    name: `websocket-order-${hash(data)}`,
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
