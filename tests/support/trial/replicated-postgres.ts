import { chownSync, copyFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findHome } from '../../../db/embedded/home.ts';
import { pastPooler } from '../postgres/suite-pooler.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { until } from '../until.ts';
import { copyAsStandby } from './base-copy.ts';
import { type KillablePostgres, startPostgres } from './postgres.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/**
 * A primary and a standby that follows it, behind one address, as an operator has them:
 *
 *     functions → (proxy) → primary ← (proxy) ← standby
 *
 * What is killed, frozen and started again is whoever is the primary.
 */
export interface ReplicatedPostgres extends KillablePostgres {
  /** Between the standby and the primary. */
  link: TcpProxy;
  /**
   * Copies the primary and waits until the copy follows it. From then on a commit waits for the standby, unless
   * `isSynchronous` is false. For a primary that has none.
   */
  addStandby(given?: { isSynchronous?: boolean }): Promise<void>;
  /** Whether every commit that was acknowledged is on the standby, and the next ones will wait for it. */
  isSafe(): Promise<boolean>;
  /** `kill -9` of the primary; the standby takes its place, alone. */
  failOver(): Promise<void>;
}

const SETTINGS = {
  // A standby that was away finds what it has missed, and looks for it soon.
  wal_keep_size: '512MB',
  wal_retrieve_retry_interval: '200ms',
};

/** Starts both. */
export async function startReplicatedPostgres(settings: Record<string, string> = {}): Promise<ReplicatedPostgres> {
  const servers: { server: KillablePostgres; directory: string }[] = [];
  const start = async (directory: string) => {
    const server = await startPostgres({ ...SETTINGS, ...settings }, directory);
    servers.push({ server, directory });
    return server;
  };
  let primaryHome = newDirectory();
  let primary = await start(primaryHome);
  let standby: { server: KillablePostgres; directory: string } | undefined;
  const [address, link] = [await startTcpProxy(portOf(primary.url)), await startTcpProxy(portOf(primary.url))];
  const url = new URL(primary.url);
  url.port = String(address.port);
  const pool = new pg.Pool({ connectionString: url.href, max: 4, allowExitOnIdle: true, ...pastPooler });
  pool.on('error', () => {}); // a connection that a test has killed

  async function isSafe(): Promise<boolean> {
    const { rows } = await primary.pool.query<{ is_safe: boolean }>(IS_SAFE);
    return standby !== undefined && rows[0]?.is_safe === true;
  }

  async function addStandby({ isSynchronous = true } = {}): Promise<void> {
    const directory = newDirectory();
    const { password } = new URL(primary.url);
    const conninfo = `host=127.0.0.1 port=${link.port} user=postgres password=${password}`;
    const [from, to] = [findHome(primaryHome), findHome(directory)];
    await copyAsStandby(primary.pool, from.data, to.data, conninfo);
    copyFileSync(from.password, to.password);
    giveAsIn(from.data, to.data);
    standby = { server: await start(directory), directory };
    await until('the standby follows', async () => (await primary.pool.query(FOLLOWERS)).rows.length > 0);
    if (!isSynchronous) return;
    await primary.pool.query("alter system set synchronous_standby_names = '*'");
    await primary.pool.query('select pg_reload_conf()');
    await until('commits wait for the standby', isSafe);
  }

  async function end(): Promise<void> {
    await pool.end();
    for (const { server } of servers.splice(0).reverse()) await server.end();
    await Promise.all([address.close(), link.close()]);
  }

  try {
    await addStandby();
  } catch (error) {
    await end();
    throw error;
  }
  return {
    url: url.href,
    pool,
    link,
    addStandby,
    isSafe,
    kill: () => primary.kill(),
    start: () => primary.start(),
    freeze: () => primary.freeze(),
    thaw: () => primary.thaw(),
    async failOver() {
      if (standby === undefined) throw new Error('there is no standby');
      const old = primary;
      await old.kill();
      address.cut();
      link.heal();
      await standby.server.pool.query('select pg_promote(true, 30)');
      primary = standby.server;
      primaryHome = standby.directory;
      standby = undefined;
      for (const proxy of [address, link]) proxy.leadTo(portOf(primary.url));
      const index = servers.findIndex(({ server }) => server === old);
      servers.splice(index, 1);
      await old.end();
    },
    end,
  };
}

const FOLLOWERS = "select from pg_stat_replication where state = 'streaming'";

const IS_SAFE = `
  select exists (
    select from pg_stat_replication
    where sync_state in ('sync', 'quorum') and state = 'streaming' and flush_lsn >= pg_current_wal_flush_lsn()
  ) as is_safe`;

function newDirectory(): string {
  return realpathSync(temporaryDirectory('websocket-order-faults-'));
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Makes all in `folder` belong to whom `model` belongs to. */
function giveAsIn(model: string, folder: string): void {
  const { uid, gid } = statSync(model);
  const all = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  for (const name of all) chownSync(join(folder, name), uid, gid);
}
