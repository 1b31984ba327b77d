import type { Database } from './database.ts';

/**
 * Says what orders that were acknowledged a failover of this server may lose, or that it loses none. Where no
 * synchronous standby is named, a commit is on the primary's disk alone when it is answered.
 * @see PostgreSQL documentation, synchronous_standby_names
 */
export async function promiseOfFailover(database: Database): Promise<string> {
  const [row] = await database.query<{ standbys: string }>(
    "select current_setting('synchronous_standby_names') as standbys",
  );
  if (row === undefined) throw new Error('the server does not say which standbys it waits for');
  return row.standbys === ''
    ? 'a crash of the database loses no acknowledged order; a failover may lose the last ones, as synchronous_standby_names is empty'
    : `neither a crash of the database nor a failover to ${row.standbys} loses an acknowledged order`;
}
