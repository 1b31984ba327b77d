import type { ClientBase } from 'pg';

/**
 * Makes sure, before the first table is made, that the schema is empty of what the migrations make, or ours already.
 * @param migrations texts of SQL, which name the tables
 * @throws Error that says whose tables are in the way, and what to do
 */
export async function requireOwnTables(client: ClientBase, migrations: readonly string[]): Promise<void> {
  const { rows } = await client.query<Found>(FIND, [migrations.flatMap(tablesIn)]);
  const { schema = '', taken = [], columns = [] } = rows[0] ?? {};
  const isOurs = columns.length > 0 && BOOKKEEPING.every(column => columns.includes(column));
  const theirs = columns.length > 0 ? (isOurs ? [] : ['migrations']) : taken;
  if (theirs.length === 0) return;
  throw new Error(
    `there are tables of somebody else in schema ${schema} of this database (${theirs.join(', ')}): ` +
      'give this system a database of its own, or a role whose search_path begins with a schema of its own',
  );
}

interface Found {
  schema: string;
  /** Of our names those that are there. */
  taken: string[];
  /** Of a table `migrations`. */
  columns: string[];
}

const BOOKKEEPING = ['number', 'name', 'at'];

const FIND = `
  select current_schema() as schema,
    array(
      select relname::text from pg_class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') and relname = any($1)
      order by relname
    ) as taken,
    array(
      select attname::text from pg_attribute
      where attrelid = to_regclass(quote_ident(current_schema()) || '.migrations') and attnum > 0 and not attisdropped
    ) as columns`;

function tablesIn(sql: string): string[] {
  return [...sql.matchAll(/^create (?:unlogged )?table (\w+)/gm)].map(([, name = '']) => name);
}
