import type { ClientBase, Pool } from 'pg';
import { distribute } from './citus.ts';
import { requireOwnTables } from './foreign-tables.ts';
import { withLongTimeout } from './long-timeout.ts';
import { migrations } from './migrations/index.ts';

/**
 * Brings the schema to the newest version, forward only, each migration in a transaction of its own. Any number of
 * calls may run at once: they wait for each other, and all but one find nothing left to do. Where Citus is, the newest
 * schema is then spread over its nodes.
 * @returns the version now in force and the names of the migrations that this call applied
 * @throws Error when the database is newer than this program, which would not know what it writes, or holds tables of
 *   somebody else
 */
export async function migrate(
  pool: Pick<Pool, 'connect'>,
  all: typeof migrations = migrations,
): Promise<{ version: number; applied: string[] }> {
  const client = await pool.connect();
  try {
    const applied: string[] = [];
    for (let number = 1; number <= all.length; number++) {
      const migration = all[number - 1];
      if (migration === undefined) continue;
      if (await againAfterDeadlock(() => apply(client, number, migration))) applied.push(migration.name);
    }
    const isSpread = all === migrations && (await againAfterDeadlock(() => distribute(client)));
    // Citus gives its settings to sessions that begin from now on, on the other nodes too.
    client.release(isSpread);
    return { version: all.length, applied };
  } catch (error) {
    // Nobody knows what state the connection is in: it is closed, not lent again.
    client.release(true);
    throw error;
  }
}

/**
 * A migration locks tables one after the other, and may so meet an order that has them the other way round. PostgreSQL
 * then ends one of the two: whichever it is tries again.
 */
async function againAfterDeadlock<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  for (let number = 1; ; number++) {
    try {
      return await work();
    } catch (error) {
      const isDeadlock = error instanceof Error && 'code' in error && error.code === '40P01';
      if (!isDeadlock || number === TRIES) throw error;
    }
  }
}

const TRIES = 20;

async function apply(
  client: ClientBase,
  number: number,
  { name, sql }: { name: string; sql: string },
): Promise<boolean> {
  await client.query('begin');
  try {
    // Migrations may take long, and waiting for another call's is no mistake.
    await client.query('set local statement_timeout = 0; set local lock_timeout = 0');
    await client.query('set local idle_in_transaction_session_timeout = 0');
    // Even `create table if not exists` fails when two run it at the same moment, hence a lock before anything else.
    await client.query(withLongTimeout("select pg_advisory_xact_lock(hashtext('websocket-order migrations'))"));
    if (number === 1)
      await requireOwnTables(
        client,
        migrations.map(each => each.sql),
      );
    await client.query(
      'create table if not exists migrations (number integer primary key, name text not null, at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ newest: number }>(
      'select coalesce(max(number), 0) as newest from migrations',
    );
    const newest = rows[0]?.newest ?? 0;
    if (newest > migrations.length) {
      throw new Error(
        `the database has migration ${newest}, this program knows ${migrations.length}: deploy a newer one`,
      );
    }
    const pending = number > newest;
    if (pending) {
      await client.query('insert into migrations (number, name) values ($1, $2)', [number, name]);
      await client.query(withLongTimeout(sql));
    }
    await client.query('commit');
    return pending;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
