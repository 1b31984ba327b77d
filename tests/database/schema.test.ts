import { readFileSync } from 'node:fs';
import path from 'node:path';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { dumpSchema } from '../../db/schema-dump.ts';
import { withoutCommentLines } from '../../scripts/sql-text.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';

let own: TestDatabase;

beforeEach(async () => {
  own = await createTestDatabase();
});

afterEach(() => own.drop());

const kept = readFileSync(path.join(__dirname, '../../db/schema.sql'), 'utf8');

describe('db/schema.sql', () => {
  it('is what the migrations make: if not, look at the difference and run `npm run schema`', async () => {
    expect(await dumpSchema(own.pool)).toBe(kept);
  });

  it('is what the migrations make without their comments, as bundles carry them', async () => {
    const bare = await createTestDatabase({ empty: true });
    try {
      const stripped = migrations.map(({ name, sql }) => ({ name, sql: withoutCommentLines(sql) }));
      await migrate(bare.pool, stripped);
      expect(await dumpSchema(bare.pool)).toBe(kept);
    } finally {
      await bare.drop();
    }
  });

  it.each([
    'alter table shops add column colour text',
    "alter table shops alter column name set default 'x'",
    'alter table shops alter column name drop not null',
    'alter table rate_limits alter column count type bigint',
    'alter table orders drop constraint orders_total_cents_check',
    'alter table orders add constraint more check (version < 1000)',
    'drop index orders_open',
    'create index orders_open_2 on orders (shop) where version > 1',
    'alter table streams reset (fillfactor)',
    'alter table rate_limits set logged',
    'create or replace function may_become(p_from text, p_to text) returns boolean language sql immutable return true',
    'alter function run_command volatile cost 7',
    'drop function audit()',
    'create table more (id integer)',
    'alter type wire_item add attribute more text',
  ])('notices: %s', async change => {
    await own.pool.query(change);
    expect(await dumpSchema(own.pool)).not.toBe(kept);
  });

  it.each([
    ['a view', 'create view v as select 1 as one'],
    ['a sequence', 'create sequence s'],
    [
      'a trigger',
      'create trigger t before update on shops for each row execute function suppress_redundant_updates_trigger()',
    ],
    ['an enum', "create type e as enum ('a')"],
    ['an identity column', 'alter table shops add column g integer generated always as identity'],
    ['a procedure', "create procedure p() language sql as 'select 1'"],
  ])('is not made without a word about %s', async (_, change) => {
    await own.pool.query(change);
    await expect(dumpSchema(own.pool)).rejects.toThrow('knows nothing of');
  });
});
