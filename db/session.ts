import type pg from 'pg';

/** What a connection is told as soon as it is open. Milliseconds where it is a time. */
const SETTINGS = {
  statement_timeout: '5000',
  lock_timeout: '3000',
  idle_in_transaction_session_timeout: '5000',
  default_transaction_isolation: 'read committed',
} as const;

type Setting = keyof typeof SETTINGS;

/**
 * What becomes of a role that may do more than functions need. `owner`: nothing, since the owner's calls need it, and
 * whoever tries things out has no other. `told`: whoever runs this is told of a superuser and of the tables' owner.
 * `least`: a superuser is refused besides.
 */
export type RoleRule = 'owner' | 'told' | 'least';

/** Something that is amiss and lets the connection work. */
export interface Warning {
  event: string;
  message: string;
}

interface Session extends Record<Setting, string> {
  is_own: boolean;
  fsync: string;
  full_page_writes: string;
  synchronous_commit: string;
  server_encoding: string;
  is_superuser: boolean;
  owns_orders: boolean;
}

const names = Object.keys(SETTINGS) as Setting[];

// Settings travel as a statement and not with the start of the connection: poolers refuse what they do not know there.
// A server names its process in the connection's key, a pooler makes up a key of its own; a session that is perhaps
// shared is left as it is.
const PREPARE = `
  select is_own, current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit,
    current_setting('server_encoding') as server_encoding,
    (select r.rolsuper from pg_roles r where r.rolname = current_user) as is_superuser,
    exists (
      select from pg_class c where c.oid = to_regclass('orders') and pg_has_role(c.relowner, 'member')) as owns_orders,
    ${names.map((name, index) => `case when is_own then set_config('${name}', $${index + 2}, false) else current_setting('${name}') end as ${name}`).join(',\n    ')}
  from (select pg_backend_pid() = $1::int as is_own) as session`;

/**
 * Prepares a connection that has just been opened: limits the time of its statements, and sees to it that what was
 * acknowledged outlives a crash. Behind a pooler the settings are those of the role. Resolves to what the owner should
 * know: which settings are missing there, or that the role may do more than functions need.
 * @throws UnsafeDatabase when the server may lose what it has acknowledged, cannot hold what people write, or lets this
 *   role do everything
 */
export async function prepareSession(client: pg.ClientBase, rule: RoleRule): Promise<Warning[]> {
  const { rows } = await client.query<Session>(PREPARE, [keyOf(client), ...Object.values(SETTINGS)]);
  const [session] = rows;
  if (session === undefined) throw new Error('the server does not say how it is set up');
  requireDurableCommits(session);
  const problem = problemOfEncoding(session.server_encoding);
  if (problem !== undefined) throw new UnsafeDatabase(problem);
  if (session.is_superuser && rule === 'least')
    throw new UnsafeDatabase(`${SUPERUSER}; DATABASE_SUPERUSER=allow lets it be`);
  const missing = names.filter(name => !isSafe(name, session[name]));
  return [
    ...(missing.length === 0
      ? []
      : [{ event: 'settings missing behind a pooler', message: missing.map(adviceOf).join('; ') }]),
    ...(rule === 'owner' ? [] : excessOf(session)),
  ];
}

function excessOf({ is_superuser, owns_orders }: Session): Warning[] {
  if (is_superuser) return [{ event: 'the database’s role may do everything', message: SUPERUSER }];
  return owns_orders ? [{ event: 'the database’s role owns the tables', message: OWNER }] : [];
}

const INSTEAD =
  'give init_db a RUNTIME_DATABASE_URL, for which it makes a role that may only run the functions, and give that to them as DATABASE_URL';
const SUPERUSER = `this role is a superuser, and whoever got into a function would have the whole server: ${INSTEAD}`;
const OWNER = `this role owns the tables, and functions need not: ${INSTEAD}`;

/** The process id that the connection's start has named; 0 where it has named none. */
function keyOf(client: pg.ClientBase): number {
  const { processID } = client as pg.ClientBase & { processID?: number | null };
  return processID ?? 0;
}

function isSafe(name: Setting, value: string): boolean {
  return name === 'default_transaction_isolation' ? value === SETTINGS[name] : value !== '0';
}

function adviceOf(name: Setting): string {
  return `alter role ... set ${name} = '${SETTINGS[name]}'`;
}

/**
 * With these settings off an order that was answered 2xx could be lost in a crash, and that would show on the day it
 * happens: better not to start. In a session that is shared, `synchronous_commit` may be what somebody else has left
 * behind; the statements that acknowledge something raise it themselves.
 */
function requireDurableCommits({ is_own, fsync, full_page_writes, synchronous_commit }: Session): void {
  const settings = { fsync, full_page_writes, ...(is_own && { synchronous_commit }) };
  const off = Object.entries(settings).flatMap(([name, value]) => (value === 'off' ? [name] : []));
  if (off.length > 0)
    throw new UnsafeDatabase(
      `${off.join(', ')} is off in this database: orders that were answered could be lost in a crash`,
    );
}

/**
 * Why a database of this encoding cannot be used, or `undefined`: SQL_ASCII takes every byte and knows no letters, and
 * others lack those of most people's names.
 */
export function problemOfEncoding(encoding: string): string | undefined {
  if (encoding === 'UTF8') return undefined;
  return `the encoding of this database is ${encoding}, and names and addresses need UTF8: make another with createdb --template=template0 --encoding=UTF8 --locale=C`;
}

/** The database is set up so that it may lose or spoil what it has acknowledged. */
export class UnsafeDatabase extends Error {
  override readonly name = 'UnsafeDatabase';
}
