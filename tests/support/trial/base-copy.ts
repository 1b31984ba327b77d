import type { Dirent } from 'node:fs';
import { appendFile, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

/**
 * Copies the data directory of a server that runs, as pg_basebackup does, which not every PostgreSQL brings: what is
 * written meanwhile the copy gets by replication, from `conninfo`, as soon as it is started.
 * @see PostgreSQL documentation, "Making a Base Backup Using the Low Level API"
 */
export async function copyAsStandby(pool: pg.Pool, from: string, to: string, conninfo: string): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows: found } = await client.query<{ is_old: boolean }>(IS_OLD);
    const [start, stop] = found[0]?.is_old === true ? OLD : NEW;
    await client.query(start);
    await copyFolder(from, to);
    const { rows } = await client.query<{ labelfile: string }>(stop);
    await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '');
  } finally {
    client.release(true);
  }
  await writeFile(join(to, 'standby.signal'), '');
  await appendFile(join(to, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`);
}

const NEW = ["select pg_backup_start('standby', true)", 'select labelfile from pg_backup_stop(false)'] as const;
// As they were called up to PostgreSQL 14, where a backup by several at once had to be asked for.
const OLD = ["select pg_start_backup('standby', true, false)", 'select labelfile from pg_stop_backup(false)'] as const;
const IS_OLD = "select current_setting('server_version_num')::integer < 150000 as is_old";

/** Their contents are of no use to a copy; the folders are. */
const emptied = new Set(['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_stat_tmp']);

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) await copyEntry(entry, from, to);
}

async function copyEntry(entry: Dirent, from: string, to: string): Promise<void> {
  const [source, target] = [join(from, entry.name), join(to, entry.name)];
  if (entry.isDirectory()) {
    if (emptied.has(entry.name)) await mkdir(target, { mode: 0o700 });
    else await copyFolder(source, target);
  } else if (entry.isFile() && !entry.name.startsWith('postmaster.')) {
    await copyFile(source, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error; // files of a server that runs come and go
    });
  }
}
