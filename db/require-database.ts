import pg from 'pg';
import { addressOf } from './database-url.ts';
import { explain } from './explain.ts';
import { problemOfEncoding } from './session.ts';
import { withTlsSpelledOut } from './tls-mode.ts';

/** Oldest PostgreSQL that the migrations are tested on. */
const OLDEST_MAJOR = 14;

/**
 * Opens a connection once and throws what is wrong in a sentence for whoever has set `DATABASE_URL`: which host, why, and
 * what to do. The sentence never holds the password.
 * @throws Error with that sentence
 */
export async function requireDatabase(url: string): Promise<void> {
  const where = addressOf(url);
  const client = new pg.Client({
    connectionString: withTlsSpelledOut(url),
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  client.on('error', () => {}); // said by the call that it breaks
  try {
    await client.connect();
    const { rows } = await client.query<Facts>(
      `select current_setting('server_version_num')::int / 10000 as major, pg_is_in_recovery() as standby,
        current_setting('server_encoding') as encoding`,
    );
    const problem = rows[0] && problemOf(rows[0]);
    if (problem !== undefined) throw new Error(problem);
    // A pooler of statements takes no transaction; migrations and some timers are one.
    await client.query('begin');
    await client.query('commit');
  } catch (error) {
    throw new Error(`DATABASE_URL (${where}): ${explain(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

interface Facts {
  major: number;
  standby: boolean;
  encoding: string;
}

function problemOf({ major, standby, encoding }: Facts): string | undefined {
  if (major < OLDEST_MAJOR) return `this is PostgreSQL ${major}, and ${OLDEST_MAJOR} or later is needed`;
  return standby ? 'this server is a standby, which only reads: name the primary' : problemOfEncoding(encoding);
}
