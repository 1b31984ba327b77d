import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from './home.ts';
import { listProcesses, signal } from './processes.ts';

const fastShutdownMs = 10_000;
const killedMs = 5_000;

/**
 * Ends what an owner killed by `kill -9` has left: its server, parts of a server whose main process was killed too, the
 * lock file of a dead one. Only for the holder of the database. What it leaves to PostgreSQL is the shared memory of a
 * dead server, which the next start on the same data directory frees itself.
 */
export async function endLeftovers(home: Home, log: (line: string) => void): Promise<void> {
  const lock = path.join(home.data, 'postmaster.pid');
  const running = serverProcesses(home);
  if (running.length > 0) {
    log(`ending a PostgreSQL that was left behind: ${running.join(', ')}`);
    await end(home, lock);
  }
  // A zombie, or a process that got the dead one's number, makes PostgreSQL believe that the lock file is in force.
  rmSync(lock, { force: true });
}

/** The processes of the server of this home, whoever started it. */
export function serverProcesses(home: Home): number[] {
  // The main process has the name among its arguments, every other one has it in its title (cluster_name).
  const isServer = ({ command }: { command: string }) =>
    command.startsWith(`postgres: ${home.name}: `) ||
    (/bin[/\\]postgres(\.exe)? /.test(command) && command.includes(`cluster_name=${home.name} `));
  return listProcesses()
    .filter(isServer)
    .map(running => running.pid);
}

/** Kills every process of the server of this home and waits until they are gone. */
export async function killAll(home: Home): Promise<void> {
  for (const pid of serverProcesses(home)) signal(pid, 'SIGKILL');
  if (await waitUntilGone(home, killedMs)) return;
  throw new Error(`PostgreSQL does not end: processes ${serverProcesses(home).join(', ')} of ${home.data}.`);
}

async function end(home: Home, lock: string): Promise<void> {
  const main = existsSync(lock) ? Number(readFileSync(lock, 'utf8').split('\n')[0]) : undefined;
  if (main !== undefined && serverProcesses(home).includes(main)) {
    signal(main, 'SIGINT'); // PostgreSQL's fast shutdown
    if (await waitUntilGone(home, fastShutdownMs)) return;
  }
  await killAll(home);
}

async function waitUntilGone(home: Home, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (serverProcesses(home).length > 0) {
    if (performance.now() > until) return false;
    await sleep(20);
  }
  return true;
}
