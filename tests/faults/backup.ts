import type { Pool } from 'pg';

/** A copy of every table, taken at one moment. */
export interface Backup {
  /** Puts everything back as it was then: what came after is gone. */
  restore(): Promise<void>;
}

/** Copies every table, as a backup does. */
export async function takeBackup(pool: Pool): Promise<Backup> {
  const { rows } = await pool.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  const tables = rows.map(({ name }) => name);
  await pool.query('drop schema if exists backup cascade');
  await pool.query(
    ['create schema backup', ...tables.map(name => `create table backup.${name} as table public.${name}`)].join(';'),
  );
  // One text, one transaction. Without the checks of keys, for which the tables would need an order.
  const back = [
    'set local session_replication_role = replica',
    `truncate ${tables.map(name => `public.${name}`).join()}`,
    ...tables.map(name => `insert into public.${name} table backup.${name}`),
  ].join(';');
  return {
    async restore() {
      await pool.query(back);
    },
  };
}
