import { type Database, openDatabase } from '../../db/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  await own.pool.query(`
    create table notes (text text);
    create function note(p_text text) returns text language plpgsql as $$
    begin
      insert into notes values (p_text);
      return p_text;
    end $$;
    create function refuse() returns text language plpgsql as $$
    begin
      insert into notes values ('refused');
      raise exception 'closed' using errcode = 'WO002';
    end $$`);
});
afterAll(() => own.drop());

beforeEach(async () => {
  await own.pool.query('truncate notes');
  database = openDatabase({ url: own.url, poolSize: 1 });
});
afterEach(() => database.end());

const backend = async () => (await database.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;

test('the second statement sees what the first has committed, in a transaction of its own', async () => {
  const first = { text: 'select note($1) as text, txid_current()::text as id', values: ['one'] };
  const next = { text: 'select text, txid_current()::text as id from notes' };
  const answer = await database.queryWithNext<{ id: string }, { text: string; id: string }>(first, next);
  expect(answer.next).toEqual([{ text: 'one', id: expect.any(String) }]);
  expect(answer.next?.[0]?.id).not.toBe(answer.rows[0]?.id);
});

test('a second statement that fails leaves what the first has done', async () => {
  const first = { text: 'select note($1)', values: ['kept'] };
  expect(await database.queryWithNext(first, { text: 'select 1 / 0' })).toEqual({
    rows: [{ note: 'kept' }],
    next: undefined,
  });
  expect(await database.query('select text from notes')).toEqual([{ text: 'kept' }]);
});

test('a first statement that is refused stores nothing, whatever follows it, and keeps the connection', async () => {
  const before = await backend();
  await expect(
    database.queryWithNext({ text: 'select refuse()' }, { text: 'select text from notes' }),
  ).rejects.toMatchObject({
    code: 'shop_closed',
  });
  expect(await database.query('select text from notes')).toEqual([]);
  expect(await backend()).toBe(before);
});

test('what is repeated after a broken connection is both', async () => {
  const before = await backend();
  await own.pool.query('select pg_terminate_backend($1::integer)', [before]);
  const answer = await database.queryWithNext<{ note: string }, { text: string }>(
    { text: 'select note($1)', values: ['once'] },
    { text: 'select text from notes' },
  );
  expect(answer).toEqual({ rows: [{ note: 'once' }], next: [{ text: 'once' }] });
});
