import type { ClientBase } from 'pg';
import { inPlpgsql, ofAnyRow, type RowFunction, type SqlFunction } from './citus-functions.ts';
import { withLongTimeout } from './long-timeout.ts';
import { LOWER_WALL } from './shop-wall.ts';

/**
 * Where the extension Citus is in the database: what belongs to a shop is spread over the nodes by the shop, so that the
 * rows of one shop lie on one node, and the functions that serve one shop run there. Repeated after every migration, it
 * sees to what is new. Without the extension it does nothing.
 * @returns whether Citus is there: what follows then needs a session that has begun afterwards
 */
export async function distribute(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query("select from pg_extension where extname = 'citus'");
  if (rows.length === 0) return false;
  await client.query('begin');
  try {
    for (const text of SETTINGS) await client.query(withLongTimeout(text));
    await client.query(withLongTimeout(LOWER_WALL));
    await rewriteFunctions(client);
    await distributeTables(client);
    for (const text of [TYPES, FUNCTIONS]) await client.query(withLongTimeout(text));
    await client.query(withLongTimeout(OF_ONE_SHOP, [RUN_AT_THE_SHOP]));
    await client.query(withLongTimeout('commit'));
    return true;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

const SETTINGS = [
  'set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0',
  "select pg_advisory_xact_lock(hashtext('websocket-order migrations'))",
  // Tables and functions are made on the nodes over one connection each, which then sees what the others have made.
  "set local citus.multi_shard_modify_mode = 'sequential'",
  // Functions may name others that are made after them: also on the other nodes.
  "set local citus.propagate_set_commands = 'local'",
  'set local check_function_bodies = off',
  // What reads a shop's rows calls functions that read more rows of the same shop: they lie on the same node.
  ofTheDatabase('citus.allow_nested_distributed_execution = on'),
  // The timer reads about all shops and then writes: over the same connections.
  ofTheDatabase("citus.multi_shard_modify_mode = 'sequential'"),
  // Times go from node to node as text, and other styles name a zone by letters that several have.
  ofTheDatabase("datestyle = 'ISO'"),
];

/** A setting of every session that begins from now on. */
function ofTheDatabase(setting: string): string {
  return `do $$ begin execute format('alter database %I set ${setting.replaceAll("'", "''")}', current_database()); end $$`;
}

/** Not of one shop, and named by functions that run on a shop's node: one copy, which every node can reach. */
const SHARED = ['connections', 'followers', 'rate_limits'];

async function distributeTables(client: ClientBase): Promise<void> {
  const { rows: tables } = await client.query<{ name: string; column: string }>(TABLES);
  const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(FOREIGN_KEYS, [
    tables.map(({ name }) => name),
  ]);
  // A table cannot go before the one that it refers to, nor after it.
  for (const { table, name } of keys)
    await client.query(withLongTimeout(`alter table ${table} drop constraint ${name}`));
  for (const { name, column } of tables)
    await client.query(withLongTimeout(DISTRIBUTE, [name, column, name === 'shops' ? 'none' : 'shops']));
  for (const { table, name, definition } of keys)
    await client.query(withLongTimeout(`alter table ${table} add constraint ${name} ${definition}`));
  await client.query(withLongTimeout(SHARE, [SHARED]));
  // What the tables held is copied to the nodes, and would else stay here unseen: also what is to be erased one day.
  if (tables.length > 0) await client.query(withLongTimeout(TRUNCATE, [tables.map(({ name }) => name)]));
}

const TRUNCATE = `
  select truncate_local_data_after_distributing_table(name::regclass) from unnest($1::text[]) as s (name)`;

const DISTRIBUTE = 'select create_distributed_table($1::regclass, $2, colocate_with => $3)';

/** `shops`, and then every table whose key begins with the shop, as far as they are not spread yet. */
const TABLES = `
  select c.relname as name, a.attname as column
  from pg_class c
  join pg_index i on i.indrelid = c.oid and i.indisprimary
  join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
  where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
    and (c.relname = 'shops' or a.attname = 'shop')
    and not exists (select from pg_dist_partition p where p.logicalrelid = c.oid)
  order by c.relname <> 'shops', c.relname`;

const FOREIGN_KEYS = `
  select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
  from pg_constraint
  where contype = 'f' and connamespace = current_schema()::regnamespace and conrelid::regclass::text = any($1)
  order by conname`;

const SHARE = `
  select citus_add_local_table_to_metadata(name::regclass, cascade_via_foreign_keys => true)
  from unnest($1::text[]) as s (name)
  where not exists (select from pg_dist_partition p where p.logicalrelid = s.name::regclass)`;

async function rewriteFunctions(client: ClientBase): Promise<void> {
  const { rows: names } = await client.query<{ name: string }>(TABLES_OF_ALL);
  const tables = names.map(({ name }) => name);
  const { rows: written } = await client.query<SqlFunction>(WRITTEN_IN_SQL);
  for (const each of written) {
    const definition = inPlpgsql(each, tables);
    if (definition !== undefined) await client.query(withLongTimeout(definition));
  }
  const { rows: ofRows } = await client.query<RowFunction>(OF_ROWS);
  for (const each of ofRows) await client.query(withLongTimeout(ofAnyRow(each)));
  await client.query(withLongTimeout(LIVE_SCREENS));
  for (const text of IMMUTABLE) await client.query(withLongTimeout(`alter function ${text} immutable`));
}

const TABLES_OF_ALL = `
  select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'`;

const WRITTEN_IN_SQL = `
  select p.proname as name, pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
    coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as body, p.provolatile = 's' as "isStable",
    p.proretset as "isSet", array(
      select a.name from unnest(p.proargnames, p.proargmodes) as a (name, mode) where a.mode = 'o') as outputs
  from pg_proc p join pg_language l on l.oid = p.prolang
  where p.pronamespace = current_schema()::regnamespace and l.lanname = 'sql' and p.provolatile <> 'i'
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  order by p.oid`;

const OF_ROWS = `
  select p.proname as name, p.proargnames[1:p.pronargs] as parameters, t.typname as row,
    pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result, p.proretset as "isSet"
  from pg_proc p join pg_type t on t.oid = p.proargtypes[0] join pg_class c on c.oid = t.typrelid and c.relkind = 'r'
  where p.pronamespace = current_schema()::regnamespace and p.provolatile <> 'v' and p.prorettype <> 'record'::regtype
  order by p.oid`;

/**
 * The same as in the migrations, with the shop's row and the connections read one after the other. As one statement it
 * would hand rows of the shop to the node of the connections, under a name by which other nodes of the same list of shops
 * hand over theirs.
 */
const LIVE_SCREENS = `
  create or replace function live_screens(p_shop text) returns table (id text, opened_at timestamptz)
  language plpgsql stable as $$
  #variable_conflict use_column
  declare v_key_version integer := (select s.key_version from shops s where s.id = p_shop);
  begin
    return query select c.id, c.opened_at from connections c
    where c.shop = p_shop and c.state = 'bound' and c.role = 'shop' and c.expires_at > now()
      and c.key_version = v_key_version;
  end $$`;

/**
 * What an update sets may call these with a column only if they say that they depend on nothing else. That is so: the
 * times that they add are shorter than a day, and to_char gets a pattern without words.
 */
const IMMUTABLE = [
  'moment_after(timestamptz, timestamptz)',
  'is_within(timestamptz, interval, timestamptz)',
  'wire_time(timestamptz)',
];

/** Types reach the other nodes with a function that names them. */
const TYPES = `
  do $$ declare v_types text := (
    select string_agg(t.oid::regtype::text, ', ') from pg_type t join pg_class c on c.oid = t.typrelid
    where t.typnamespace = current_schema()::regnamespace and c.relkind = 'c');
  begin
    execute format('create function types_of_functions(%s) returns void language sql as ''''', v_types);
    drop function types_of_functions;
  end $$`;

// A node looks into the body of a function in SQL: what that names comes first.
const FUNCTIONS = `
  select create_distributed_function(p.oid::regprocedure)
  from pg_proc p join pg_language l on l.oid = p.prolang
  where p.pronamespace = current_schema()::regnamespace
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    and not exists (
      select from pg_dist_object o where o.classid = 'pg_proc'::regclass and o.objid = p.oid)
  order by l.lanname = 'sql', p.oid`;

/** The functions with a shop that run on the node of that shop. Those that are about connections run where these are. */
const RUN_AT_THE_SHOP = [
  'place_order',
  'run_command',
  'auto_accept',
  'day_orders',
  'day_report',
  'free_slots',
  'keys_json',
  'expire_orders',
  'escalate',
  'claim_escalations',
  'settle_escalation',
  'reopen_shop',
  'cut_log',
  'forget_commands',
  'forget_refusals',
  'erase_old',
  'erase_customer',
];

const OF_ONE_SHOP = `
  select create_distributed_function(p.oid::regprocedure, 'p_shop', colocate_with => 'shops')
  from pg_proc p
  where p.pronamespace = current_schema()::regnamespace and p.proname = any($1) and 'p_shop' = any(p.proargnames)
    and not exists (
      select from pg_dist_object o
      where o.classid = 'pg_proc'::regclass and o.objid = p.oid and o.distribution_argument_index is not null)
  order by p.oid`;
