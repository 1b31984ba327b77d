import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { dumpSchema } from '../../db/schema-dump.ts';
import { parseOrNothing } from '../../functions/domain/answer.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { aShop, upTo } from '../support/postgres/ports.ts';
import { migrateUpTo, PLACE_BEFORE } from './older-schema.ts';

let own: TestDatabase;

afterEach(() => own.drop());

/** How the functions of the version before read an order. */
const ORDER_BEFORE = 'select order_json(o)::text as body from orders o where o.id = $1';

/** Functions whose SQL-standard body, argument or result holds a row of a table, as the catalogue tells. */
const BOUND_TO_ROWS = `
  select distinct p.oid::regprocedure::text as function from pg_depend d
  join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
  join pg_type t on d.refclassid = 'pg_type'::regclass and t.oid = d.refobjid
  join pg_class c on c.oid = t.typrelid and c.relkind in ('r', 'p')
  where p.prosqlbody is not null and p.pronamespace = 'public'::regnamespace`;

describe('9.0, F60: tables whose columns may change', () => {
  it('no function with an SQL-standard body takes or returns a row of a table', async () => {
    own = await createTestDatabase();
    expect((await own.pool.query(BOUND_TO_ROWS)).rows).toEqual([]);
  });

  it('the catalogue names such a function, whether it takes the row or returns it', async () => {
    own = await createTestDatabase();
    await own.pool.query('create function name_of(s shops) returns text language sql return s.name');
    await own.pool.query(
      'create function some_shop() returns shops language sql begin atomic select s from shops s limit 1; end',
    );
    const { rows } = await own.pool.query<{ function: string }>(BOUND_TO_ROWS);
    expect(rows.map(row => row.function).sort()).toEqual(['name_of(shops)', 'some_shop()']);
  });

  it('every table can be given a column with a default', async () => {
    own = await createTestDatabase();
    const { rows } = await own.pool.query<{ name: string }>(
      "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    );
    for (const { name } of rows) await own.pool.query(`alter table ${name} add column more integer not null default 0`);
    expect(rows.length).toBeGreaterThan(10);
  });
});

describe('9.0, F60: a filled database of an older version', () => {
  let database: Database;

  beforeEach(async () => {
    own = await createTestDatabase({ empty: true });
    database = openDatabase({ url: own.url, poolSize: 8 });
  });

  afterEach(() => database.end());

  it('one that stopped before 006 goes on: its shops are not busy, and the schema is that of a new database', async () => {
    await migrateUpTo(own.pool, 5);
    const shop = aShop();
    await postgresInstallation(database).upsertShop(shop, hashOf('key'));
    expect((await migrate(database.pool)).applied).toEqual(migrations.slice(5).map(({ name }) => name));
    const { rows } = await own.pool.query('select id, busy_minutes from shops');
    expect(rows).toEqual([{ id: shop.id, busy_minutes: 0 }]);
    const newOne = await createTestDatabase();
    try {
      expect(await dumpSchema(own.pool)).toBe(await dumpSchema(newOne.pool));
    } finally {
      await newOne.drop();
    }
  });

  it('one that is in use goes on: orders are placed throughout, and shops and orders read as before', async () => {
    await migrateUpTo(own.pool, 8);
    const shop = aShop();
    await postgresInstallation(database).upsertShop(shop, hashOf('key'));
    const ask = async () => {
      const [row] = await database.query<{ order_id: string }>(PLACE_BEFORE, [randomUUID(), shop.id]);
      return row?.order_id ?? '';
    };
    const first = await ask();
    const read = async () => {
      const texts = [
        ...(
          await own.pool.query<{ shop: string }>('select shop_json(s)::text as shop from shops s where s.id = $1', [
            shop.id,
          ])
        ).rows,
        ...(await own.pool.query<{ body: string }>(ORDER_BEFORE, [first])).rows,
      ];
      return texts.flatMap(each => Object.values(each ?? {})).map(text => parseOrNothing(text) ?? text);
    };
    const before = await read();
    const migrating = new pg.Pool({ connectionString: own.url, max: 1 });
    const [{ applied }] = await Promise.all([migrate(migrating), ...upTo(50).map(ask)]);
    await migrating.end();
    expect(applied).toEqual(migrations.slice(8).map(({ name }) => name));
    // Later migrations may add to what is read; nothing that was there changes.
    expect(await read()).toMatchObject(before);
    expect((await own.pool.query('select head::integer from streams')).rows).toEqual([{ head: 51 }]);
  });
});
