import { realpathSync } from 'node:fs';
import pg from 'pg';
import { findHome } from '../../../db/embedded/home.ts';
import { serverProcesses } from '../../../db/embedded/leftovers.ts';
import { signal } from '../../../db/embedded/processes.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../db/embedded/start.ts';
import { lastingPort } from '../port.ts';
import { testedBinaries } from '../postgres/binaries.ts';
import { pastPooler } from '../postgres/suite-pooler.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** A PostgreSQL of the suite's own, which may die. */
export interface KillablePostgres {
  /** Straight to the server. Stays the same over restarts. */
  url: string;
  /** Straight to the server, past every proxy, for what a test wants to see or do. */
  pool: pg.Pool;
  /** `kill -9` of the whole server. */
  kill(): Promise<void>;
  /** Starts it again on the same data, unless it runs. */
  start(): Promise<void>;
  /** SIGSTOP of all its processes. */
  freeze(): void;
  /** SIGCONT of all its processes. */
  thaw(): void;
  /** Ends it and removes the data. */
  end(): Promise<void>;
}

/** Starts a PostgreSQL; `settings` are its own, as `max_connections`. `directory` is its folder, where data is in it already. */
export async function startPostgres(
  settings: Record<string, string> = {},
  directory = realpathSync(temporaryDirectory('websocket-order-faults-')),
): Promise<KillablePostgres> {
  const binaries = testedBinaries();
  const options = { directory, binaries, port: await lastingPort(), database: 'orders', temporary: true, settings };
  let server: EmbeddedPostgres = await startEmbeddedPostgres(options);
  let isDead = false;
  const pool = new pg.Pool({ connectionString: server.url, max: 4, allowExitOnIdle: true, ...pastPooler });
  pool.on('error', () => {}); // a connection that a test has killed

  function signalAll(name: NodeJS.Signals): void {
    signal(server.pid, name); // first: it makes no others from then on
    for (const pid of serverProcesses(findHome(directory))) signal(pid, name);
  }

  return {
    url: server.url,
    pool,
    async kill() {
      isDead = true;
      await server.kill();
    },
    async start() {
      if (!isDead) return;
      server = await startEmbeddedPostgres(options);
      isDead = false;
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    async end() {
      signalAll('SIGCONT');
      await pool.end();
      await server.stop();
    },
  };
}
