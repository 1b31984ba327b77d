import type { Pool } from 'pg';
import { migrations } from '../../db/migrations/index.ts';

/** Brings an empty database to what an older version of the project knew: the first `count` migrations. */
export async function migrateUpTo(pool: Pick<Pool, 'query'>, count: number): Promise<void> {
  await pool.query(
    'create table migrations (number integer primary key, name text not null, at timestamptz not null default now())',
  );
  for (const [index, { name, sql }] of migrations.slice(0, count).entries()) {
    await pool.query(`begin; ${sql}; commit`);
    await pool.query('insert into migrations (number, name) values ($1, $2)', [index + 1, name]);
  }
}
