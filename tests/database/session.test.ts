import { openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { requireDatabase } from '../../db/require-database.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';

let own: TestDatabase;

beforeAll(async () => {
  own = await createTestDatabase();
});

afterAll(() => own.drop());

/** What a new connection says of its settings, in a database whose own settings are these. */
async function settingsOver(own: TestDatabase, name: string, value: string): Promise<unknown> {
  const { pathname } = new URL(own.url);
  await own.pool.query(`alter database ${pathname.slice(1)} set ${name} = '${value}'`);
  const database = openDatabase({ url: own.url, poolSize: 1 });
  const [settings] = await database.query<{ value: string }>(`select current_setting('${name}') as value`);
  await database.end();
  await own.pool.query(`alter database ${pathname.slice(1)} reset ${name}`);
  return settings?.value;
}

test.each([
  ['11.8 default_transaction_isolation', 'serializable', 'read committed'],
  ['11.7 statement_timeout', '0', '5s'],
  ['11.7 lock_timeout', '0', '3s'],
  ['11.7 idle_in_transaction_session_timeout', '0', '5s'],
])('%s of a connection is ours, whatever the database’s is', async (title, theirs, ours) => {
  expect(await settingsOver(own, title.split(' ')[1] ?? '', theirs)).toBe(ours);
});

test.each([
  'SQL_ASCII',
  'LATIN1',
])('11.8 a database in %s is refused, with what to do, by a start and by every connection', async encoding => {
  const other = await createTestDatabase({ encoding });
  const sentence = `the encoding of this database is ${encoding}, and names and addresses need UTF8: make another with createdb`;
  await expect(requireDatabase(other.url)).rejects.toThrow(sentence);
  const database = openDatabase({ url: other.url, poolSize: 1 });
  await expect(database.query('select 1')).rejects.toThrow(sentence);
  await expect(migrate(database.pool)).rejects.toThrow(sentence);
  await database.end();
  await other.drop();
});
