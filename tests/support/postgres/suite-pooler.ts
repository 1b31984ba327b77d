import pg from 'pg';
import { type PgBouncer, type PoolMode, startPgBouncer } from './pgbouncer.ts';

/** A mode in which the product works. */
type SharingMode = Exclude<PoolMode, 'statement'>;

/**
 * The mode of the pooler that every connection of the product goes through, as TEST_POOLER names it; `undefined` where
 * the suites run without one.
 */
export function suitePoolMode(named: string | undefined = process.env.TEST_POOLER): SharingMode | undefined {
  if (named === undefined || named === '') return undefined;
  if (named !== 'session' && named !== 'transaction') throw new Error(`TEST_POOLER must be session or transaction`);
  return named;
}

/** What docs/operating.md has people set where a pooler is: the product sets nothing in a session that may be shared. */
const SETTINGS = {
  statement_timeout: '5000',
  lock_timeout: '3000',
  idle_in_transaction_session_timeout: '5000',
  default_transaction_isolation: 'read committed',
};

/** Sets up the database of a url for a pooler. */
export async function setForPooler(directUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: directUrl });
  await client.connect();
  const name = client.escapeIdentifier(new URL(directUrl).pathname.slice(1));
  const statements = Object.entries(SETTINGS).map(([key, value]) => `alter database ${name} set ${key} = '${value}'`);
  try {
    await client.query(statements.join('; '));
  } finally {
    await client.end();
  }
}

/** For connections that a test has past the pooler: those settings are not meant for them. */
export const pastPooler: pg.ClientConfig =
  suitePoolMode() === undefined
    ? {}
    : { options: '-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0' };

/** Whether an entry of the database's log says only what a pooler of transactions brings with it. */
export function isOfPooler({ event }: { event: string }): boolean {
  return suitePoolMode() === 'transaction' && event === 'statements are no longer prepared';
}

/** More than a test has clients, each of which has a session for itself in session mode; few, where they share them. */
const SESSIONS: Readonly<Record<SharingMode, number>> = { session: 48, transaction: 12 };

/** Starts the pooler of a run in front of a server; `undefined` where the suites run without one. */
export async function startSuitePooler(server: string): Promise<PgBouncer | undefined> {
  const mode = suitePoolMode();
  return mode && (await startPgBouncer(server, mode, SESSIONS[mode]));
}

/** How the product reaches the database of a url, and what ends the pooler on the way, where the suites run through one. */
export async function throughSuitePooler(directUrl: string): Promise<{ url: string; end(): Promise<void> }> {
  const pooler = await startSuitePooler(directUrl);
  if (pooler === undefined) return { url: directUrl, end: async () => {} };
  await setForPooler(directUrl);
  return pooler;
}
