import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries, program } from './binaries.ts';
import type { Home } from './home.ts';
import { tieLifeline } from './lifeline.ts';
import { type ServerUser, serverEnvironment } from './server-user.ts';

const readyMs = 60_000; // long, as recovery after a crash comes first
const stopMs = 10_000;
const keptLines = 20;

/** A `postgres` that accepts connections. */
export interface Server {
  pid: number;
  port: number;
  /** Process that stops the server when this one is gone; none on Windows. */
  lifelinePid: number | undefined;
  /** Fulfilled when it has ended, for whatever reason. */
  ended: Promise<void>;
  /** PostgreSQL's fast shutdown; SIGKILL when that takes more than 10 s. */
  stop(): Promise<void>;
  /** SIGKILL, for tests of crashes. */
  kill(): Promise<void>;
}

/** What to run: `settings` are PostgreSQL's own, by name; port 0 is a free one. */
export interface ServerOptions {
  home: Home;
  binaries: Binaries;
  user: ServerUser;
  port: number;
  settings: Record<string, string>;
  log: (line: string) => void;
  /** Folders to remove after the server, should this process be killed. */
  removeAfterwards: string[];
}

/** Starts `postgres` and waits until it accepts connections. Throws with its last words when it does not. */
export async function runServer(options: ServerOptions): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port === 0 ? await freePort() : options.port;
    const outcome = await attemptOn(port, options);
    if (typeof outcome !== 'string') return outcome;
    if (!outcome.includes('Address already in use')) throw new Error(`PostgreSQL did not start:\n${outcome}`);
    if (options.port !== 0) throw new Error(`Port ${port} is taken: the database needs another, or 0 for a free one.`);
    if (attempt === 5) throw new Error('No free port for the database.'); // each time somebody else was faster
  }
}

async function attemptOn(port: number, options: ServerOptions): Promise<Server | string> {
  const child = spawnServer(port, options);
  const { pid } = child;
  const lifeline = pid === undefined ? undefined : tieLifeline(pid, options.home.data, options.removeAfterwards);
  const ended = new Promise<void>(resolve => {
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  }).then(() => lifeline?.cut());
  const lines: string[] = [];
  const ready = new Promise<true>(resolve => {
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on('line', line => {
      options.log(line);
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      if (/database system is ready to accept (read-only )?connections/.test(line)) resolve(true);
    });
  });
  const failed = new Promise<false>(resolve => {
    child.on('error', error => {
      lines.push(error.message);
      resolve(false);
    });
    child.on('close', () => resolve(false)); // not 'exit': the last lines come after it
  });
  const late = new AbortController();
  const outcome = await Promise.race([ready, failed, sleep(readyMs, 'late' as const, { signal: late.signal })]);
  late.abort();
  if (outcome === 'late') lines.push(`not ready after ${readyMs / 1000} s`);
  if (outcome === true && pid !== undefined)
    return { pid, port, lifelinePid: lifeline?.pid, ended, ...waysToEnd(child, ended) };
  child.kill('SIGKILL');
  await ended;
  return lines.join('\n');
}

function spawnServer(port: number, { home, binaries, user, settings }: ServerOptions): ChildProcess {
  const all: Record<string, string> = {
    max_connections: '200',
    shared_buffers: '128MB',
    fsync: 'on',
    synchronous_commit: 'on',
    // Files in the data directory: nothing stays in /dev/shm after kill -9, and a container's is only 64 MB.
    dynamic_shared_memory_type: 'mmap',
    ...settings,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '', // a socket's lock file outlives kill -9 too, and its path may be 107 bytes at most
    logging_collector: 'off',
    // By this name the processes of this server are found again; never the last argument, see serverProcesses.
    cluster_name: home.name,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(program(binaries, 'postgres'), [...flags, '-D', home.data], {
    ...user,
    cwd: home.directory,
    env: serverEnvironment(),
    detached: true, // Ctrl-C in the terminal is for this process, which then stops the server in good order
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  });
}

function waysToEnd(child: ChildProcess, ended: Promise<void>): Pick<Server, 'stop' | 'kill'> {
  // A program that has nothing else to do may end; the lifeline then stops the server.
  child.unref();
  (child.stderr as Socket | null)?.unref();
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    child.kill(signal);
    const killer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(killer);
  };
  return { stop: () => end('SIGINT'), kill: () => end('SIGKILL') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>(resolve => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('No free port for the database.');
  return address.port;
}
