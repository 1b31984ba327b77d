import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';

// Shops first: what belongs to a shop is found by it, and no statement touches two shops. Read from the catalogue, so that
// it holds of whatever a migration adds.

let own: TestDatabase;
let functions: SqlFunction[];
/** Tables with the column that says whose a row is. */
let shopColumns: Map<string, string>;

beforeAll(async () => {
  own = await createTestDatabase();
  functions = (await own.pool.query<SqlFunction>(FUNCTIONS)).rows;
  const { rows } = await own.pool.query<{ table: string }>(
    `select table_name as "table" from information_schema.columns where table_schema = 'public' and column_name = 'shop'`,
  );
  shopColumns = new Map([['shops', 'id'], ...rows.map(({ table }) => [table, 'shop'] as const)]);
  for (const table of presence) shopColumns.delete(table);
});
afterAll(() => own.drop());

/** A connection comes before anybody knows its shop, and what it follows is found by the connection. */
const presence = ['connections', 'followers'];

/** What writes connections of several shops in one statement, and why it must. They skip what others hold. */
const acrossShops = {
  'close_unnamed(integer)': 'these belong to no shop',
  'forget_connections(integer)': 'nobody holds or reads what is closed, whosever it was',
  'settle_connections(timestamp with time zone,timestamp with time zone,interval)':
    'a step of the clock is one transaction for all shops',
};

/** Read about all shops, lock nothing and write nothing: which shops have something due, lists, what must never be. */
const readsAboutAll = /^(shops_(to|with)_|shops_page\(|audit\()/;

/** What only the version before calls: they go with the next. */
const ofTheVersionBefore = [
  'claim_escalations(integer)',
  'claim_overdue(integer)',
  'claim_visitor_news(integer)',
  'close_stale(integer)',
  'escalate(interval)',
  'expire_order(text)',
  'forget_refusals(integer)',
  'forget_some(interval,integer)',
  'reopen_shops(integer)',
  'settle_overdue(text)',
  'follow_order(text,uuid,interval,integer,integer)',
];

interface SqlFunction {
  signature: string;
  volatile: boolean;
  source: string;
}

const FUNCTIONS = `
  select p.oid::regprocedure::text as signature, p.provolatile = 'v' as volatile,
    coalesce(nullif(p.prosrc, ''), pg_get_function_sqlbody(p.oid)) as source
  from pg_proc p where p.pronamespace = 'public'::regnamespace`;

/** Without comments and texts, which may hold anything. */
const bareOf = ({ source }: SqlFunction) => source.replaceAll(/--.*/g, '').replaceAll(/'[^']*'/g, "''");

function statementsOf(each: SqlFunction): string[] {
  return bareOf(each)
    .split(/;|\b(?:loop|begin)[ \t]*$|^ *(?:els)?if\b.*\bthen$|^ *else$/m)
    .map(text => text.replaceAll(/\s+/g, ' '));
}

/** A table that a statement names, and the name it goes by there. */
interface Named {
  table: string;
  alias: string | undefined;
  isInsert: boolean;
}

const keywords = /^(set|where|order|on|join|left|cross|for|limit|group|select|values|union|as|returning)$/i;

function tablesIn(statement: string): Named[] {
  const named: Named[] = [];
  const found = statement.matchAll(/(\bfrom|\bjoin|\bupdate|\binsert into|\busing|,) \(*(\w+)(?: as)?(?: (\w+))?/gi);
  for (const [, word = '', table = '', next] of found) {
    const alias = next === undefined || keywords.test(next) ? undefined : next;
    if (shopColumns.has(table) && !(word === ',' && alias === undefined))
      named.push({ table, alias, isInsert: /insert/i.test(word) });
  }
  return named;
}

function namesItsShop(statement: string, { table, alias, isInsert }: Named): boolean {
  const column = shopColumns.get(table) ?? '';
  if (isInsert) return new RegExp(`insert into ${table}(?: as \\w+)? \\((?:[^)]*, )?${column}\\b`, 'i').test(statement);
  const name = alias === undefined ? `(?<![.\\w])(?:${table}\\.)?${column}` : `\\b${alias}\\.${column}`;
  return new RegExp(`${name} = |= ${name}\\b|\\(${name}, \\S+\\) in \\(`).test(statement);
}

async function keysThatBeginElsewhere(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ table: string; index: string; first: string }>(
    `select t.relname as "table", i.relname as index, a.attname as first
     from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
       join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
     where x.indisunique and t.relnamespace = 'public'::regnamespace`,
  );
  return rows
    .filter(({ table, first }) => shopColumns.has(table) && first !== shopColumns.get(table))
    .map(({ index }) => index);
}

test('every key of what belongs to a shop begins with the shop', async () => {
  expect(shopColumns.size).toBeGreaterThan(10);
  expect(await keysThatBeginElsewhere(own.pool)).toEqual([]);
  await own.pool.query('create unique index elsewhere on orders (number, shop)');
  expect(await keysThatBeginElsewhere(own.pool)).toEqual(['elsewhere']);
  await own.pool.query('drop index elsewhere');
});

test('every statement names the shop of every table that has one', () => {
  const strangers = functions
    .filter(({ signature }) => !readsAboutAll.test(signature) && !ofTheVersionBefore.includes(signature))
    .flatMap(each =>
      statementsOf(each).flatMap(statement =>
        tablesIn(statement)
          .filter(named => !namesItsShop(statement, named))
          .map(({ table }) => `${each.signature}: ${table} in ${statement}`),
      ),
    );
  expect(strangers).toEqual([]);
});

test.each([
  'delete from commands c where c.at < now()',
  'update orders o set note = null where o.id = p_id',
  'select o.id from orders o join shops s on s.id = o.shop where o.status = p_status and s.name = p_name',
  'insert into events (seq, type) values (1, p_type)',
  'update escalations e set tries = 1 from held h, orders o where e.shop = p_shop and o.id = e.order_id',
])('notices: %s', statement => {
  const isStrange = tablesIn(statement).some(named => !namesItsShop(statement, named));
  // A join of two tables of one shop may still be one of all shops: that no value is named is what is strange there.
  expect(isStrange || !/p_shop/.test(statement)).toBe(true);
});

/** Whether a statement changes connections, or what they follow, that it names neither by their shop nor one by one. */
function writesPresenceOfAll(statement: string): boolean {
  const isWriting = /\b(update |delete from )(connections|followers)\b/i.test(statement);
  return isWriting && !/\b(shop|visits) = p_shop\b|\b(id|connection) = (any \()?[pv]_/i.test(statement);
}

test('what writes connections of several shops says why', () => {
  const found = functions
    .filter(({ signature }) => !ofTheVersionBefore.includes(signature))
    .filter(each => statementsOf(each).some(writesPresenceOfAll));
  expect(found.map(({ signature }) => signature).sort()).toEqual(Object.keys(acrossShops));
  const skipping = found.filter(({ source }) => /for update( of \w+)? skip locked/.test(source));
  expect(skipping).toEqual(found);
});

test('what reads about all shops locks and writes nothing', () => {
  const reading = functions.filter(({ signature }) => readsAboutAll.test(signature));
  expect(reading.length).toBeGreaterThan(8);
  expect(reading.filter(each => each.volatile || /\bfor update\b/i.test(each.source))).toEqual([]);
});

test('what the version before calls is still there', () => {
  expect(functions.map(({ signature }) => signature)).toEqual(expect.arrayContaining(ofTheVersionBefore));
});

/** How many arguments a call has whose text begins behind its bracket. */
function argumentsIn(text: string): number {
  let depth = 0;
  let count = text.startsWith(')') ? 0 : 1;
  for (const letter of text) {
    if (letter === ')' && depth === 0) break;
    if (letter === ',' && depth === 0) count++;
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
  }
  return count;
}

function volatileCalls(statement: string): string[] {
  const isVolatile = new Set(['clock_timestamp 0', 'random 0', 'gen_random_uuid 0', 'timeofday 0', 'nextval 1']);
  const others = new Set<string>();
  for (const { signature, volatile } of functions) {
    const [, name = '', list = ''] = /^(\w+)\((.*)\)$/.exec(signature) ?? [];
    (volatile ? isVolatile : others).add(`${name} ${list === '' ? 0 : list.split(',').length}`);
  }
  const lists = [...statement.matchAll(/\bset (.*?)(?= where | from | returning |$)/gi)].map(([, list = '']) => list);
  return lists
    .flatMap(list =>
      [...list.matchAll(/\b(\w+)\(/g)].map(
        call => `${call[1]} ${argumentsIn(list.slice((call.index ?? 0) + call[0].length))}`,
      ),
    )
    .filter(call => isVolatile.has(call) && !others.has(call));
}

test('no function that answers differently each time stands in what an update sets', () => {
  expect(volatileCalls('update streams s set last_at = clock_timestamp() where s.shop = p_shop')).toEqual([
    'clock_timestamp 0',
  ]);
  const found = functions.flatMap(each =>
    statementsOf(each)
      .filter(statement => /\bupdate\b/i.test(statement))
      .flatMap(statement => volatileCalls(statement).map(call => `${each.signature}: ${call}`)),
  );
  expect(found).toEqual([]);
});

test('no function is longer than 80 lines', () => {
  const linesOf = (each: SqlFunction) =>
    bareOf(each)
      .split('\n')
      .filter(line => line.trim() !== '');
  const long = functions.filter(each => linesOf(each).length > 80);
  expect(long.map(({ signature }) => signature)).toEqual([]);
});
