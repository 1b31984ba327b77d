import type { Pool } from 'pg';

/** A copy of every table, taken at one moment. */
export interface Backup {
  /** Puts everything back as it was then: what came after is gone. */
  restore(): Promise<void>;
}

/** Copies every table, as a backup does. */
export async function takeBackup(pool: Pool): Promise<Backup> {
  // What the database makes of other columns it makes anew.
  const { rows: tables } = await pool.query<{ name: string; columns: string }>(
    `select c.relname as name, string_agg(quote_ident(a.attname), ',' order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by 1`,
  );
  await pool.query('drop schema if exists backup cascade');
  await pool.query(
    [
      'create schema backup',
      ...tables.map(({ name, columns }) => `create table backup.${name} as select ${columns} from public.${name}`),
    ].join(';'),
  );
  // One text, one transaction. Without the checks of keys, for which the tables would need an order.
  const back = [
    'set local session_replication_role = replica',
    `truncate ${tables.map(({ name }) => `public.${name}`).join()}`,
    ...tables.map(({ name, columns }) => `insert into public.${name} (${columns}) table backup.${name}`),
  ].join(';');
  return {
    async restore() {
      await pool.query(back);
    },
  };
}
