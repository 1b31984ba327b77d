import pg from 'pg';
import { type Database, openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { upTo } from '../support/postgres/ports.ts';

let own: TestDatabase;
let database: Database;

beforeEach(async () => {
  own = await createTestDatabase({ empty: true });
  database = openDatabase({ url: own.url, poolSize: 20 });
});

afterEach(async () => {
  await database.end();
  await own.drop();
});

const names = migrations.map(({ name }) => name);

describe('migrate', () => {
  it('makes the schema once, though 20 calls begin at the same moment', async () => {
    const answers = await Promise.all(upTo(20).map(() => migrate(database.pool)));
    expect(answers.flatMap(({ applied }) => applied).sort()).toEqual(names);
    expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([migrations.length]));
    expect(await applied()).toEqual(names);
  });

  it('finds nothing to do the second time', async () => {
    expect((await migrate(database.pool)).applied).toEqual(names);
    expect(await migrate(database.pool)).toEqual({ version: migrations.length, applied: [] });
  });

  it('refuses a database that is newer than the program, and changes nothing', async () => {
    await migrate(database.pool);
    await own.pool.query('insert into migrations (number, name) values ($1, $2)', [migrations.length + 1, 'later']);
    await expect(migrate(database.pool)).rejects.toThrow('deploy a newer one');
    expect(await applied()).toEqual([...names, 'later']);
  });

  it.each([
    ['create table orders (id integer)', 'orders'],
    ['create view events as select 1 as a; create table orders (id integer)', 'events, orders'],
    ['create table migrations (version text)', 'migrations'],
    ['create table migrations (id integer, name text, applied timestamptz)', 'migrations'],
  ])('11.8 refuses a database in which somebody else has said %s, before the first table is made', async (sql, names) => {
    await own.pool.query(sql);
    const before = await tables();
    await expect(migrate(database.pool)).rejects.toThrow(
      `there are tables of somebody else in schema public of this database (${names}): give this system a database of its own`,
    );
    expect(await tables()).toEqual(before);
  });

  it('11.8 makes its tables beside those of somebody else in a schema of its own', async () => {
    await own.pool.query('create table orders (id integer); create schema takeaway');
    await own.pool.query(`alter database ${new URL(own.url).pathname.slice(1)} set search_path = takeaway`);
    expect((await migrate(database.pool)).applied).toEqual(names);
  });

  it('leaves nothing of a migration that fails, keeps those before it, and goes on once the cause is gone', async () => {
    await own.pool.query('create domain rate_limits as text');
    await expect(migrate(database.pool)).rejects.toThrow('"rate_limits" already exists');
    expect(await applied()).toEqual(names.slice(0, 1));
    expect(await tables()).toEqual(['dishes', 'migrations', 'shop_acks', 'shops', 'streams']);
    await own.pool.query('drop domain rate_limits');
    expect((await migrate(database.pool)).applied).toEqual(names.slice(1));
  });

  it('leaves its connection fit for use after a failure', async () => {
    const alone = openDatabase({ url: own.url, poolSize: 1 });
    try {
      await own.pool.query('create domain orders as text');
      await expect(migrate(alone.pool)).rejects.toThrow('"orders" already exists');
      expect(await alone.query('select pg_current_xact_id_if_assigned() as transaction')).toEqual([
        { transaction: null },
      ]);
    } finally {
      await alone.end();
    }
  });

  it('waits for another call that takes long, longer than any other statement may', async () => {
    const other = new pg.Client({ connectionString: own.url });
    await other.connect();
    try {
      await other.query("select pg_advisory_lock(hashtext('websocket-order migrations'))");
      const waiting = migrate(database.pool);
      await new Promise(resolve => setTimeout(resolve, 9_000));
      await other.query("select pg_advisory_unlock(hashtext('websocket-order migrations'))");
      expect((await waiting).applied).toEqual(names);
    } finally {
      await other.end();
    }
  });
});

async function applied(): Promise<string[]> {
  const { rows } = await own.pool.query<{ name: string }>('select name from migrations order by number');
  return rows.map(({ name }) => name);
}

async function tables(): Promise<string[]> {
  const { rows } = await own.pool.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  return rows.map(({ name }) => name);
}
