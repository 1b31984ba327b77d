import type { Pool } from 'pg';

/**
 * The schema as the database's own catalogue tells it: tables with columns, constraints, indexes and storage options,
 * composite types, functions. A stable text, the same on every PostgreSQL from 14 on, kept in git as schema.sql so that
 * a change of it can be read in review. What an extension brings is not in it. The embedded PostgreSQL brings no pg_dump.
 * @throws Error when there is something of a kind that this dump would silently leave out
 */
export async function dumpSchema(pool: Pick<Pool, 'query'>): Promise<string> {
  const ask = async (query: string): Promise<string[]> => {
    const { rows } = await pool.query<{ text: string }>(query);
    return rows.map(({ text }) => text);
  };
  const unknown = await ask(UNKNOWN);
  if (unknown.length > 0) throw new Error(`the dump of the schema knows nothing of ${unknown.join(', ')}`);
  const functions = (await ask(FUNCTIONS)).map(withoutAs);
  const parts = [...(await ask(TYPES)), ...(await ask(TABLES)), ...functions];
  return `${HEADER}\n${parts.join('\n\n')}\n`;
}

/** Of SQL-standard bodies, which PostgreSQL prints itself: `UPDATE t AS a` from 15.20 on, `UPDATE t a` before. */
function withoutAs(text: string): string {
  return text.replaceAll(/^(\s*(?:UPDATE|DELETE FROM) \w+) AS (\w+)/gm, '$1 $2');
}

const HEADER = `-- GENERATED, read-only documentation: the schema that db/migrations/*.sql makes, read back from the catalogue.
-- Nothing reads this file but people and one test. Change a migration, then rewrite this file: npm run schema
`;

const IN_PUBLIC = "= 'public'::regnamespace";

const UNKNOWN = `
  select format('%s (%s)', c.relname, c.relkind) as text from pg_class c
  where c.relnamespace ${IN_PUBLIC} and c.relkind not in ('r', 'i', 'c')
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  union all
  select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where c.relnamespace ${IN_PUBLIC} and not t.tgisinternal
  union all
  select format('%s (%s)', typname, typtype) from pg_type where typnamespace ${IN_PUBLIC} and typtype not in ('b', 'c')
  union all
  select proname from pg_proc where pronamespace ${IN_PUBLIC} and prokind <> 'f'
  union all
  select format('%s.%s', c.relname, a.attname) from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace ${IN_PUBLIC} and (a.attgenerated not in ('', 's') or a.attidentity <> '')`;

const TYPES = `
  select format(E'create type %I as (\\n%s\\n);', c.relname, (
    select string_agg(format('  %I %s', a.attname, format_type(a.atttypid, a.atttypmod)), E',\\n' order by a.attnum)
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) as text
  from pg_class c
  where c.relnamespace ${IN_PUBLIC} and c.relkind = 'c'
  order by c.relname collate "C"`;

// From 18 on "not null" is a constraint too; it stands with its column here.
const TABLES = `
  select format(E'create %stable %I (\\n%s\\n)%s;%s',
    case c.relpersistence when 'u' then 'unlogged ' else '' end,
    c.relname,
    concat_ws(E',\\n', (
      select string_agg(concat_ws(' ', format('  %I %s', a.attname, format_type(a.atttypid, a.atttypmod)),
        case a.attgenerated when 's' then format('generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid))
          else 'default ' || pg_get_expr(d.adbin, d.adrelid) end,
        case when a.attnotnull then 'not null' end), E',\\n' order by a.attnum)
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ), (
      select string_agg(format('  constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), E',\\n'
        order by k.contype, k.conname collate "C")
      from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n'
    )),
    ' with (' || array_to_string(c.reloptions, ', ') || ')',
    (
      select string_agg(E'\\n' || pg_get_indexdef(i.indexrelid) || ';', '' order by x.relname collate "C")
      from pg_index i join pg_class x on x.oid = i.indexrelid
      where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
    )) as text
  from pg_class c
  where c.relnamespace ${IN_PUBLIC} and c.relkind = 'r'
  order by c.relname collate "C"`;

const FUNCTIONS = `
  select pg_get_functiondef(p.oid) || ';' as text
  from pg_proc p
  where p.pronamespace ${IN_PUBLIC}
  order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`;
