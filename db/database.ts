import pg from 'pg';
import { Refusal } from '../functions/domain/refusal.ts';
import { addressOf } from './database-url.ts';
import { explain } from './explain.ts';
import { isFaultOfPreparing, preparedName } from './prepared.ts';
import { refusalOf } from './refusals.ts';
import { prepareSession, type RoleRule, UnsafeDatabase } from './session.ts';
import { withTlsSpelledOut } from './tls-mode.ts';

/** A database that is given single statements, each of which commits by itself and may be repeated. */
export interface Database {
  /**
   * Runs one statement. It is repeated, up to twice, when the failure is one that another try can cure; so only
   * statements that are safe to repeat may be given.
   * @throws Refusal raised by our own SQL functions; `unavailable` when the database cannot be reached or is overloaded:
   *   the outcome is then unknown, never failed. Anything else is a bug and is thrown as it is.
   */
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * As `query`, and sends a second statement along: the server begins it when the first has committed, and the answers
   * cost one round trip. `next` is `undefined` where only the second has failed; it is not tried again.
   */
  queryWithNext<Row, Next>(first: Statement, next: Statement): Promise<{ rows: Row[]; next: Next[] | undefined }>;
  /** The pool itself, for migrations. */
  pool: pg.Pool;
  end(): Promise<void>;
}

/** A statement with its values. */
export interface Statement {
  text: string;
  values?: unknown[];
}

/** How to reach the database. Times in milliseconds. */
export interface DatabaseOptions {
  url: string;
  /** Connections at most: 1 where a process serves one event at a time. */
  poolSize: number;
  /** Whose role it is to be; the owner's unless set. */
  role?: RoleRule;
  /** Gets what happens to idle connections and what was tried again; never statements or values. */
  log?: (entry: { event: string; code?: string | undefined; message?: string | undefined }) => void;
}

/**
 * Opens a database lazily: nothing is connected until the first query. The server is told to end what takes too long,
 * because a client that gives up does not stop what it asked for.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize, log = () => undefined, role = 'owner' } = options;
  const told = new Set<string>();
  const pool = new pg.Pool({
    connectionString: withTlsSpelledOut(url),
    max: poolSize,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // A link that is half open answers nothing at all: give up after what the server itself would have allowed.
    query_timeout: 8_000,
    application_name: 'websocket-order',
    allowExitOnIdle: true,
    onConnect: async client => {
      for (const warning of await prepareSession(client, role)) {
        if (!told.has(warning.event)) log(warning);
        told.add(warning.event);
      }
    },
    pipeline: true,
  });
  // Its failure has been told; a pooler says twice that what was behind it is gone.
  const closed = new WeakSet<pg.PoolClient>();
  pool.on('release', (isSpoilt: unknown, client) => {
    if (isSpoilt) closed.add(client);
  });
  // Without a listener a connection that dies while idle would end the process.
  // 57P01 is a server that is being shut down: it says so itself.
  pool.on('error', (error, client: pg.PoolClient) => {
    const code = codeOf(error);
    if (code !== '57P01' && !closed.has(client)) log({ event: 'idle database connection lost', code });
  });

  let prepares = true;

  function stopPreparing(error: unknown): void {
    if (prepares) log({ event: 'statements are no longer prepared', code: codeOf(error) });
    prepares = false;
  }

  /** @see Database.query for what is repeated and what is thrown */
  async function attempt(statements: Statement[]): Promise<(unknown[] | undefined)[]> {
    for (let number = 1; ; number++) {
      let isPrepared = false;
      try {
        const client = await pool.connect();
        // Not before there is a connection: meanwhile others may have found out that preparing fails.
        isPrepared = prepares;
        const [first, ...others] = await run(client, statements.map(isPrepared ? preparedQuery : plainQuery));
        if (first?.status === 'rejected') throw first.reason;
        for (const other of others) {
          if (isPrepared && other.status === 'rejected' && isFaultOfPreparing(other.reason))
            stopPreparing(other.reason);
        }
        return [first, ...others].map(each => (each?.status === 'fulfilled' ? each.value.rows : undefined));
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal !== undefined) throw refusal;
        if (isPrepared && isFaultOfPreparing(error)) {
          // Slower, and right everywhere. Others that were under way fail in the same way, and are repeated too.
          stopPreparing(error);
          number--; // nothing has run
          continue;
        }
        const kind = kindOf(error);
        if (kind === 'bug') throw error;
        if (kind === 'down' || number === 3) {
          log({ event: 'database unavailable', code: codeOf(error), message: whyUnreachable(url, error) });
          throw new Refusal('unavailable', 'the order system is busy, try again', {
            retryAfterSeconds: 2,
            cause: error,
          });
        }
        log({ event: 'statement repeated', code: codeOf(error) });
      }
    }
  }

  return {
    pool,
    end: () => pool.end(),
    async query<Row>(text: string, values?: unknown[]): Promise<Row[]> {
      const [rows] = await attempt([{ text, ...(values && { values }) }]);
      return rows as Row[];
    },
    async queryWithNext<Row, Next>(first: Statement, next: Statement) {
      const [rows, following] = await attempt([first, next]);
      return { rows: rows as Row[], next: following as Next[] | undefined };
    },
  };
}

function preparedQuery({ text, values = [] }: Statement): pg.QueryConfig {
  return { name: preparedName(text), text, values };
}

function plainQuery({ text, values = [] }: Statement): pg.QueryConfig {
  return { text, values };
}

/**
 * As `pool.query`, except that a connection outlives a statement that our own functions refused, or that did not run
 * because of its having been prepared. `pool.query` closes it after any error, and a new one costs more than ten orders:
 * refused orders would be a cheap way to keep us busy, and behind a pooler of transactions a burst of first orders would
 * open hundreds. What follows the first query is sent with it and commits by itself.
 */
async function run(
  client: pg.PoolClient,
  queries: pg.QueryConfig[],
): Promise<PromiseSettledResult<pg.QueryResult<unknown & pg.QueryResultRow>>[]> {
  // While it is lent, nobody else listens; that it broke comes as the failure of the statement too.
  const ignore = () => {};
  client.on('error', ignore);
  let isOnlyHere = false;
  const notice = (said: { file?: string | undefined }) => {
    isOnlyHere ||= said.file?.endsWith('syncrep.c') === true;
  };
  client.on('notice', notice);
  let isSpoilt = true;
  try {
    const settled = await Promise.allSettled(queries.map(query => client.query(query)));
    isSpoilt = settled.some(each => each.status === 'rejected' && !isHarmless(each.reason));
    if (isOnlyHere && settled[0]?.status === 'fulfilled') throw new NotReplicated();
    return settled;
  } finally {
    client.release(isSpoilt);
    client.off('error', ignore);
    client.off('notice', notice);
  }
}

/** Whether the connection is as good as before. */
function isHarmless(error: unknown): boolean {
  return refusalOf(error) !== undefined || isFaultOfPreparing(error);
}

/**
 * Somebody has cancelled the wait for the synchronous standby. The server then answers as if all were well, but for a
 * warning, whose words are translated and whose code is that of any warning; only the file that it comes from is its own.
 * A failover may still undo the commit, so it is repeated, and waits again.
 * @see PostgreSQL source, SyncRepWaitForLSN in syncrep.c
 */
class NotReplicated extends Error {
  override readonly name = 'NotReplicated';
  override readonly message = 'the wait for the synchronous standby was cancelled';
}

/**
 * What a failure outside `query` is to whoever called: `unavailable`, or `undefined` when it is a bug. What is missing in
 * the schema counts as a bug here: this is for what makes the schema.
 */
export function unavailable(error: unknown): Refusal | undefined {
  if (kindOf(error) === 'bug' || codeOf(error)?.startsWith('42')) return undefined;
  return new Refusal('unavailable', 'the database cannot be reached, try again', {
    retryAfterSeconds: 2,
    cause: error,
  });
}

/**
 * `again`: serialization failure, deadlock, or a connection that broke, perhaps just the one that had gone stale in the
 * pool. `down`: trying at once would only add load. `bug`: neither.
 * @see PostgreSQL documentation, appendix A, for the codes
 */
function kindOf(error: unknown): 'again' | 'down' | 'bug' {
  if (error instanceof UnsafeDatabase) return 'bug';
  if (error instanceof NotReplicated) return 'again';
  const code = codeOf(error);
  if (code === undefined) return withoutCode(error);
  if (/^(40001|40P01|57P01|57P02|08...|ECONNRESET|EPIPE|CONNECTION_ENDED)$/.test(code)) return 'again';
  // 53: out of connections, memory, disk. 57014: statement time-out. 57P03: starting up. 55P03: lock time-out.
  // 25006: a read-only standby. 28, 3D: refused at the door. 42P01, 42883: the schema is not there yet.
  if (/^(53...|57014|57P0[345]|55P03|25006|25P03|28...|3D000|42P01|42883|58...)$/.test(code)) return 'down';
  // Those of sockets and of TLS; other codes of Node are mistakes of ours.
  return /^(E[A-Z]+|(CERT|DEPTH|SELF_SIGNED|UNABLE|HOSTNAME|ERR_TLS|ERR_SSL)_\w+)$/.test(code) ? 'down' : 'bug';
}

/**
 * pg gives these no code; the texts are those of pg 8.23 and pg-pool 3. Whoever has waited for seconds is not made to
 * wait three times as long.
 */
function withoutCode(error: unknown): 'again' | 'down' | 'bug' {
  const message = error instanceof Error ? error.message : '';
  if (/timeout|does not support SSL/i.test(message)) return 'down';
  return /terminated|Connection ended|not queryable/i.test(message) ? 'again' : 'bug';
}

/**
 * A sentence with the database's address for a failure to reach it; `undefined` for one of a statement, whose text may
 * hold values.
 */
function whyUnreachable(url: string, error: unknown): string | undefined {
  const sentence = explain(error);
  return sentence === (error as Error).message ? undefined : `${addressOf(url)}: ${sentence}`;
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
