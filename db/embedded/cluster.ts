import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Binaries, majorOf, program } from './binaries.ts';
import type { Home } from './home.ts';
import { giveTo, makePrivateDirectory, type ServerUser, serverEnvironment } from './server-user.ts';
import { removeAbandoned, unfinishedName } from './unfinished.ts';

/** Makes the data directory unless it is there. Returns the password of the superuser `postgres`. */
export async function ensureCluster(home: Home, binaries: Binaries, user: ServerUser): Promise<string> {
  if (!existsSync(home.data)) await makeCluster(home, binaries, user);
  checkVersion(home, binaries);
  if (!existsSync(home.password)) {
    throw new Error(`The password of the database is lost: there is no ${home.password} beside ${home.data}.`);
  }
  return readFileSync(home.password, 'utf8').trim();
}

async function makeCluster(home: Home, binaries: Binaries, user: ServerUser): Promise<void> {
  // Under another name until it is complete, so that an interrupted initdb leaves nothing that looks like data.
  const unfinished = unfinishedName(home.data);
  removeAbandoned(home.data);
  rmSync(home.password, { force: true });
  writeFileSync(home.password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  giveTo(user, home.password);
  makePrivateDirectory(user, unfinished);
  try {
    await initdb(home, binaries, user, unfinished);
    renameSync(unfinished, home.data);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function initdb(home: Home, binaries: Binaries, user: ServerUser, directory: string): Promise<void> {
  const command = program(binaries, 'initdb');
  const args = [
    ...['--pgdata', directory, '--encoding=UTF8', '--locale=C', '--username=postgres', '--no-instructions'],
    ...['--auth=scram-sha-256', '--pwfile', home.password],
    // A container may have a /dev/shm of 1 MB. Older ones know no such option, and take what the system has.
    ...(majorOf(binaries) >= 16 ? ['--set', 'dynamic_shared_memory_type=mmap'] : []),
  ];
  const child = spawn(command, args, { ...user, cwd: home.directory, env: serverEnvironment() });
  const output: Buffer[] = [];
  child.stdout.on('data', chunk => output.push(chunk));
  child.stderr.on('data', chunk => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code === 0) return;
  throw new Error(`initdb could not make ${home.data}:\n${Buffer.concat(output).toString()}`);
}

function checkVersion(home: Home, binaries: Binaries): void {
  const made = Number(readFileSync(path.join(home.data, 'PG_VERSION'), 'utf8'));
  const ours = majorOf(binaries);
  if (made === ours) return;
  throw new Error(
    `The data in ${home.data} was made by PostgreSQL ${made}, and this is PostgreSQL ${ours}, which cannot open it. ` +
      `To begin with an empty database, rename that folder; to keep the data, run a PostgreSQL ${made} on it, ` +
      'dump it and load it here, or set DATABASE_URL to that PostgreSQL.',
  );
}
