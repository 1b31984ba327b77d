import { type Database, openDatabase } from '../../db/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';

let own: TestDatabase;
let database: Database;
let log: { event: string; code?: string | undefined }[];

beforeAll(async () => {
  own = await createTestDatabase();
});

afterAll(() => own.drop());

beforeEach(() => {
  log = [];
  database = openDatabase({ url: own.url, poolSize: 1, log: entry => log.push(entry) });
});

afterEach(() => database.end());

const prepared = () => database.query<{ statement: string }>('select statement from pg_prepared_statements order by 1');

test('a statement is prepared once, however often it is asked', async () => {
  for (let n = 0; n < 10; n++) expect(await database.query('select $1::integer as n', [n])).toEqual([{ n }]);
  const statements = (await prepared()).map(({ statement }) => statement);
  expect(statements.filter(statement => statement === 'select $1::integer as n')).toHaveLength(1);
});

test('a statement whose answer a migration has changed is asked again, unprepared', async () => {
  await own.pool.query('create table changing (one integer); insert into changing values (1)');
  expect(await database.query('select * from changing')).toEqual([{ one: 1 }]);
  await own.pool.query('alter table changing add two integer default 2');
  expect(await database.query('select * from changing')).toEqual([{ one: 1, two: 2 }]);
  expect(log).toEqual([{ event: 'statements are no longer prepared', code: '0A000' }]);
});

test('behind a pooler that changes connections, statements run unprepared', async () => {
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  // What another connection looks like: it has never heard of the statement.
  await database.pool.query('deallocate all');
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  expect(log).toEqual([{ event: 'statements are no longer prepared', code: '26000' }]);
});

test('11.5 of many statements under way when a migration changes their answer, none fails', async () => {
  const many = openDatabase({ url: own.url, poolSize: 10, log: entry => log.push(entry) });
  await own.pool.query('create table changes (one integer); insert into changes values (1)');
  const askAll = () =>
    Promise.all(Array.from({ length: 10 }, () => many.query('select * from changes, pg_sleep(0.05)')));
  await askAll();
  await own.pool.query('alter table changes add two integer default 2');
  expect((await askAll()).flat()).toEqual(Array(10).fill({ one: 1, two: 2, pg_sleep: '' }));
  expect(log).toEqual([{ event: 'statements are no longer prepared', code: '0A000' }]);
  await many.end();
});

test('of many that wait for a connection when preparing fails, none runs prepared any more, and no connection is closed', async () => {
  const many = openDatabase({ url: own.url, poolSize: 2, log: entry => log.push(entry) });
  const askMany = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        many.query<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.02)'),
      ),
    );
  const pidsOf = (answers: { pid: number }[][]) => new Set(answers.flat().map(({ pid }) => pid));
  const before = pidsOf(await askMany(2));
  const clients = await Promise.all([many.pool.connect(), many.pool.connect()]);
  await Promise.all(clients.map(client => client.query('deallocate all')));
  for (const client of clients) client.release();
  let lent = 0;
  many.pool.on('acquire', () => lent++);
  expect(pidsOf(await askMany(20))).toEqual(before);
  // Each of the two connections has failed once.
  expect(lent).toBeLessThanOrEqual(22);
  expect(log).toEqual([{ event: 'statements are no longer prepared', code: '26000' }]);
  await many.end();
});

test('a second statement that fails for having been prepared is answered without, and none is prepared any more', async () => {
  const two = { text: 'select 2 as two' };
  await database.query(two.text);
  await database.pool.query('deallocate all');
  const ask = (text: string) => database.queryWithNext({ text }, two);
  expect(await ask('select 1 as one')).toEqual({ rows: [{ one: 1 }], next: undefined });
  expect(log).toEqual([{ event: 'statements are no longer prepared', code: '26000' }]);
  expect(await ask('select 1 as one')).toEqual({ rows: [{ one: 1 }], next: [{ two: 2 }] });
});
