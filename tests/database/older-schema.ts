import type { Pool } from 'pg';
import { migrations } from '../../db/migrations/index.ts';

/**
 * An order as versions up to 030 place it, word for word: `$1` is its key, `$2` the shop, which has `rice` and `tofu`.
 */
export const PLACE_BEFORE = `
  select replayed, order_id, seq, body::text as body
  from place_order($1, '\\x00', $2, '{rice,tofu}', '{2,1}', array[null, '少辣'], '小明', '138', '人民路', null, null, null, null, null, null, 24576)`;

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
