import type { Database } from './database.ts';

/** What a failover may lose, in two forms. */
export interface FailoverPromise {
  /** For the owner's log: with the names of the standbys. */
  message: string;
  /** For everybody. */
  inPublic: string;
}

/**
 * Asks what orders that were acknowledged a failover of this server may lose. Where no synchronous standby is named, a
 * commit is on the primary's disk alone when it is answered.
 * @see PostgreSQL documentation, synchronous_standby_names
 */
export async function askFailover(database: Database): Promise<FailoverPromise> {
  const [row] = await database.query<{ standbys: string }>(
    "select current_setting('synchronous_standby_names') as standbys",
  );
  if (row === undefined) throw new Error('the server does not say which standbys it waits for');
  return row.standbys === ''
    ? {
        message:
          'a crash of the database loses no acknowledged order; a failover may lose the last ones, as synchronous_standby_names is empty',
        inPublic: 'may lose the last acknowledged orders',
      }
    : {
        message: `neither a crash of the database nor a failover to ${row.standbys} loses an acknowledged order`,
        inPublic: 'loses no acknowledged order',
      };
}
