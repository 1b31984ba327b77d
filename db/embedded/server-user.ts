import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Whom PostgreSQL runs as, in the form of the options of `spawn`; empty: as whoever runs this process. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

/**
 * PostgreSQL refuses to run as root, so for root this is somebody else: the owner of the data when there is some, else
 * an unprivileged user of this machine. For everybody else it is the user itself.
 */
export function serverUser(dataDirectory: string): ServerUser {
  if (process.getuid?.() !== 0) return {};
  if (existsSync(dataDirectory)) {
    const { uid, gid } = statSync(dataDirectory);
    if (uid !== 0) return { uid, gid };
  }
  return unprivilegedUser();
}

/** Whether the server's user may go into the folder: one closed parent is enough to keep it out. */
export function canEnter(user: ServerUser, directory: string): boolean {
  if (user.uid === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Whether the server's user may run the program, its libraries included. */
export function canRun(user: ServerUser, file: string): boolean {
  const options = { ...user, cwd: path.dirname(file), env: serverEnvironment(), stdio: 'ignore' } as const;
  return spawnSync(file, ['--version'], options).status === 0;
}

/** The environment of PostgreSQL's programs. Nothing of ours: neither our locale nor our libraries are for it. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(process.platform === 'win32' ? { SystemRoot, TEMP } : {}),
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}

/** Makes the folder if need be, for the server's user alone. */
export function makePrivateDirectory(user: ServerUser, directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  giveTo(user, directory);
}

/** Makes the file or folder the server's user's own. */
export function giveTo(user: ServerUser, file: string): void {
  if (user.uid !== undefined && user.gid !== undefined) chownSync(file, user.uid, user.gid);
}

function unprivilegedUser(): ServerUser {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const [, , uid, gid] = lines.find(line => line.startsWith(`${name}:`))?.split(':') ?? [];
    // macOS has -2 for nobody, which Node's spawn and chown do not both take.
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: 65534, gid: 65534 };
}
