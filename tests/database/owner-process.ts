import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { signal } from '../../db/embedded/processes.ts';

/** What tests/database/owner.ts has said. */
export interface OwnedDatabase {
  url: string;
  pid: number;
  lifelinePid: number;
  home: string;
  error?: string;
}

/** A program of its own that holds an embedded database. */
export interface OwnerProcess {
  pid: number;
  database: OwnedDatabase;
  /** `kill -9` of the program, and its end. Its lifeline then stops the server. */
  kill(): Promise<void>;
  /** The same without the lifeline: the server is left behind. */
  killWithLifeline(): Promise<void>;
  /** What Ctrl-C does: SIGINT to the whole process group. */
  interrupt(): Promise<void>;
}

/** Starts the program and waits for what it says. `LANG` and `LC_ALL` are taken from `locale` alone. */
export async function startOwner(
  args: string[],
  locale: { LANG?: string; LC_ALL?: string } = {},
): Promise<OwnerProcess> {
  const { LANG: _, LC_ALL: __, ...environment } = process.env;
  const child = spawn(process.execPath, ['scripts/run.mjs', 'tests/database/owner.ts', ...args], {
    env: { ...environment, ...locale },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error('the owner did not start');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const database = JSON.parse(line) as OwnedDatabase;
  return {
    pid,
    database,
    kill: () => ended(child, () => child.kill('SIGKILL')),
    killWithLifeline() {
      signal(database.lifelinePid, 'SIGKILL');
      return ended(child, () => child.kill('SIGKILL'));
    },
    interrupt: () => ended(child, () => process.kill(-pid, 'SIGINT')),
  };
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  end();
  await exit;
}
