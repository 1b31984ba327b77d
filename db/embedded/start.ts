import { mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import { type Binaries, copyBinaries, findBinaries, makeLinks, program } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { findHome, type Home, linkHome, removeHome } from './home.ts';
import { endLeftovers, killAll } from './leftovers.ts';
import { takeHold } from './owner.ts';
import { runServer, type Server } from './server.ts';
import { canRun, type ServerUser, serverUser } from './server-user.ts';

/** What to start and where. */
export interface EmbeddedPostgresOptions {
  /** Folder of the data; made if need be, kept by `stop`. */
  directory: string;
  /** Default: `findBinaries()`, the PostgreSQL 17 that npm installed. */
  binaries?: Binaries;
  /** 0, the default, is a free one. */
  port?: number;
  /** Made if it does not exist; small letters, digits and `_`. Default: `postgres`. */
  database?: string;
  /** PostgreSQL's settings by their own names, over the defaults of `server.ts`. */
  settings?: Record<string, string>;
  /** Removes the directory when the server stops, also when this process is killed. */
  temporary?: boolean;
  /** Gets the server's log, line by line. */
  log?: (line: string) => void;
}

/** A PostgreSQL of our own, on 127.0.0.1. */
export interface EmbeddedPostgres {
  /** `postgres://…` of the superuser, password included: not for a log. */
  url: string;
  port: number;
  /** Of PostgreSQL's main process. */
  pid: number;
  /** Process that stops the server when this one is gone; none on Windows. */
  lifelinePid: number | undefined;
  /** Where the data really is: not in `directory` when the server's user cannot go there. */
  home: string;
  /** Shuts the server down and waits for its end. Again: nothing. */
  stop(): Promise<void>;
  /** `kill -9` of the whole server, for tests of crashes. The data stays, temporary or not. */
  kill(): Promise<void>;
}

/**
 * Starts a real PostgreSQL out of npm on the directory: makes the data directory the first time, ends what a killed
 * process has left there, and answers when a connection has been made. The server ends with this process at the latest.
 * Throws when another living process holds the directory, when its data is of another major version, when the port is
 * taken, and when there are no binaries for this platform.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => {}, settings = {}, port = 0, temporary = false, database = 'postgres' } = options;
  const found = options.binaries ?? findBinaries();
  mkdirSync(options.directory, { recursive: true });
  const directory = realpathSync(options.directory);
  const home = findHome(directory);
  const hold = takeHold(home.owner);
  let server: Server | undefined;
  try {
    await endLeftovers(home, log);
    linkHome(home);
    const user = serverUser(home.data);
    const binaries = requireRunnable(found, user, home);
    const password = await ensureCluster(home, binaries, user);
    if (!hold.holds()) throw new Error(`Another process has just taken the database in ${directory}.`);
    const removeAfterwards = temporary ? [...new Set([home.directory, directory])] : [];
    server = await runServer({ home, binaries, user, port, settings, log, removeAfterwards });
    const url = await openDatabase(`postgres://postgres:${password}@127.0.0.1:${server.port}/`, database);
    return tieToHome(server, url, { home, directory, temporary, release: hold.release });
  } catch (error) {
    await server?.stop();
    hold.release();
    if (temporary) removeHome(directory, home);
    throw error;
  }
}

interface Tie {
  home: Home;
  directory: string;
  temporary: boolean;
  release: () => void;
}

function tieToHome(server: Server, url: string, { home, directory, temporary, release }: Tie): EmbeddedPostgres {
  const released = server.ended.then(release);
  return {
    url,
    port: server.port,
    pid: server.pid,
    lifelinePid: server.lifelinePid,
    home: home.directory,
    async stop() {
      await server.stop();
      await released;
      if (temporary) removeHome(directory, home);
    },
    async kill() {
      await server.kill();
      await killAll(home);
      await released;
    },
  };
}

/** The binaries in a form that the server's user can run: as they are, with their links made, or copied. */
function requireRunnable(found: Binaries, user: ServerUser, home: Home): Binaries {
  const linked = makeLinks(found);
  if (linked && canRun(user, program(found, 'postgres'))) return found;
  const copied = copyBinaries(found, home.binaries);
  if (canRun(user, program(copied, 'postgres'))) return copied;
  throw new Error(
    `The embedded PostgreSQL of ${dirname(found.directory)} does not run on this machine (a system without glibc?). ` +
      'Set DATABASE_URL to a PostgreSQL of your own.',
  );
}

async function openDatabase(server: string, name: string): Promise<string> {
  if (!/^[a-z_][a-z0-9_]*$/.test(name)) throw new Error(`Not a name for a database: ${name}`);
  const client = new pg.Client({ connectionString: `${server}postgres` });
  await client.connect();
  try {
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rows.length === 0) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return server + name;
}
