import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastingPort } from '../port.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** Whose session a client has: until it goes, for one transaction, for one statement. */
export type PoolMode = 'session' | 'transaction' | 'statement';

/** The `pgbouncer` of the PATH in front of a database, as its package sets it up: it takes few start parameters. */
export interface PgBouncer {
  /** Of the same database, through the pooler. */
  url: string;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  end(): Promise<void>;
}

/** Starts one, with at most `size` sessions on the server. */
export async function startPgBouncer(database: string, mode: PoolMode, size = 4): Promise<PgBouncer> {
  const directory = temporaryDirectory('websocket-order-pgbouncer-');
  const port = await lastingPort();
  const server = new URL(database);
  const target = `host=127.0.0.1 port=${server.port} user=${server.username} password='${decodeURIComponent(server.password)}'`;
  const settings = [
    '[databases]',
    `* = ${target}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    `default_pool_size = ${size}`,
    // A server that was away is asked again soon.
    'server_login_retry = 1',
  ];
  const file = join(directory, 'pgbouncer.ini');
  writeFileSync(file, settings.join('\n'));
  chmodSync(directory, 0o755);
  let running = await run(file);
  server.port = String(port);
  return {
    url: server.href,
    kill: () => running.kill(),
    async start() {
      running = await run(file);
    },
    async end() {
      await running.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function run(file: string): Promise<{ kill(): Promise<void> }> {
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const child = spawn('pgbouncer', [file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(isRoot && { uid: 65534, gid: 65534 }),
  });
  const exited = once(child, 'exit');
  let said = '';
  await Promise.race([
    exited.then(() => Promise.reject(new Error(`pgbouncer did not start: ${said}`))),
    new Promise<void>(resolve => {
      child.stderr.on('data', (chunk: Buffer) => {
        said = said.slice(-2_000) + chunk.toString();
        if (/process up/.test(said)) resolve();
      });
    }),
  ]);
  return {
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
