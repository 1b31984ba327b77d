import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastingPort } from '../port.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** Whose session a client has: until it goes, for one transaction, for one statement. */
export type PoolMode = 'session' | 'transaction' | 'statement';

/**
 * The `pgbouncer` of the PATH in front of a server, as its package sets it up: it takes few start parameters. Whom it lets
 * in, and with which password, it asks the server, as which it goes on there.
 */
export interface PgBouncer {
  /** Of the same database, through the pooler. */
  url: string;
  port: number;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  end(): Promise<void>;
}

/** Starts one, with at most `size` sessions on the server for each database and role. `database` is its superuser's. */
export async function startPgBouncer(database: string, mode: PoolMode, size = 4): Promise<PgBouncer> {
  const directory = temporaryDirectory('websocket-order-pgbouncer-');
  const port = await lastingPort();
  const server = new URL(database);
  const users = join(directory, 'users.txt');
  writeFileSync(users, `"${server.username}" "${decodeURIComponent(server.password)}"\n`);
  const settings = [
    '[databases]',
    `* = host=127.0.0.1 port=${server.port} auth_user=${server.username}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${users}`,
    `pool_mode = ${mode}`,
    `default_pool_size = ${size}`,
    'max_client_conn = 1000',
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
    port,
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
