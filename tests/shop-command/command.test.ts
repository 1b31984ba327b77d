import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../db/embedded/start.ts';
import { demoShops } from '../../functions/init_db/demo-shops.ts';
import { runShop } from '../../scripts/shop-command/run.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';

// `npm run shop` on a real database: what it makes, shows and refuses, and that a fault changes nothing.

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'shop-command-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

async function shop(...args: string[]): Promise<{ code: number; said: string; complained: string }> {
  let [said, complained] = ['', ''];
  const code = await runShop(
    args,
    { DATABASE_URL: database.url },
    {
      say: text => (said += text),
      complain: text => (complained += text),
    },
  );
  return { code, said, complained };
}

const file = (name: string) => path.join(folder, name);

async function stored(id: string) {
  const { rows } = await database.pool.query(
    'select shop_text(s, false) as text, (select array_agg(k.key_hash::text) from shop_keys k where k.shop = s.id) as keys from shops s where id = $1',
    [id],
  );
  return { ...JSON.parse(rows[0].text), keys: rows[0].keys };
}

async function done(...args: string[]): Promise<string> {
  const { code, said, complained } = await shop(...args);
  expect({ code, complained }).toEqual({ code: 0, complained: '' });
  return said;
}

test('a shop is made, listed, changed, and given another key', async () => {
  expect(await done('list')).toContain('there is no shop yet');
  expect(await done('add', 'noodles', '--name', '牛肉面', '--prep-minutes', '12')).toMatch(
    /#shop=noodles&key=[\w-]{43}\n$/,
  );
  await done('set', 'noodles', '--pickup', 'yes', '--about', '{"phone":"0931 123456"}', '--delivery', 'null');
  const before = await stored('noodles');
  expect(before).toMatchObject({ name: '牛肉面', currency: 'CNY', prepMinutes: 12, pickup: true, delivery: null });
  expect(before.about).toEqual({ phone: '0931 123456' });
  expect(await done('list')).toMatch(/^shop +name .*\nnoodles {2}牛肉面 {2}0 +yes +pickup +CNY +Asia\/Shanghai\n$/);
  await done('keys', 'rotate', 'noodles');
  expect((await stored('noodles')).keys).not.toEqual(before.keys);
});

test('what init_db sets besides is set here too: the webhook, and how long orders and links stay', async () => {
  await done('add', 'kept', '--name', 'A', '--link-days', '3');
  const webhook = { url: 'https://hooks.example/orders', secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}` };
  writeFileSync(file('webhook.json'), JSON.stringify(webhook));
  await done('set', 'kept', '--webhook', `@${file('webhook.json')}`, '--retention-days', '30');
  const SET = 'select webhook_url, webhook_secret, retention_days, link_days from shops where id = $1';
  const settings = async () => Object.values((await database.pool.query(SET, ['kept'])).rows[0]);
  expect(await settings()).toEqual([webhook.url, webhook.secret, 30, 3]);
  const { code, complained } = await shop('set', 'kept', '--webhook', '{"url":"x","secret":"y"}', '--link-days', '0');
  expect([code, complained]).toEqual([2, expect.stringMatching(/^--link-days: must.*\n--webhook\.url: must/)]);
  expect(await settings()).toEqual([webhook.url, webhook.secret, 30, 3]);
  await done('set', 'kept', '--webhook', 'null');
  expect(await settings()).toEqual([null, null, 30, 3]);
});

test('keys of a shop are made, listed and revoked, and its last manager stays', async () => {
  await done('add', 'keyed', '--name', 'A');
  const made = await done('keys', 'make', 'keyed', '--name', 'At the stove', '--role', 'display');
  const [, keyId = ''] = /^the key (\S+) is made\n.*[\w-]{43}\n/.exec(made) ?? [];
  expect(await done('keys', 'list', 'keyed')).toMatch(new RegExp(`${keyId} +At the stove +display +\\S+ +never\\n`));
  await done('keys', 'revoke', 'keyed', keyId);
  expect(await done('keys', 'list', 'keyed')).not.toContain(keyId);
  const [, manager = ''] = /\n(\S+) .*manager/.exec(await done('keys', 'list', 'keyed')) ?? [];
  expect((await shop('keys', 'revoke', 'keyed', manager)).code).toBe(1);
  expect((await shop('keys', 'list', 'nobody')).complained).toContain('there is no shop nobody');
});

test('a menu goes out and in again, whole', async () => {
  const [definition] = demoShops;
  await done('add', 'menu', '--name', 'A');
  const dishes = (definition?.dishes ?? []).map((dish, index) => ({ ...dish, description: `=${index}\n"a"` }));
  await database.pool.query('select upsert_shop($1, $2)', [{ id: 'menu', name: 'A', currency: 'CNY', dishes }, 'x']);
  const before = await stored('menu');
  await done('menu', 'export', 'menu', file('menu.csv'));
  await done('menu', 'import', 'menu', file('menu.csv'));
  expect(await stored('menu')).toEqual(before);
  const [{ name }] = before.dishes;
  writeFileSync(file('sold-out.csv'), readFileSync(file('menu.csv'), 'utf8').replace(',yes,', ',no,'));
  expect(await done('menu', 'import', 'menu', file('sold-out.csv'))).not.toContain('again');
  const check = await done('menu', 'import', 'menu', file('menu.csv'), '--check');
  expect(check).toContain(`sold out now, and there again: ${name}\n`);
  expect(await done('menu', 'import', 'menu', file('menu.csv'))).toContain(`are there again: ${name}\n`);
  await done('add', 'copy', '--name', 'B', '--menu', file('menu.csv'));
  expect((await stored('copy')).dishes).toEqual(before.dishes);
  expect((await shop('menu', 'export', 'menu', file('menu.csv'))).complained).toContain('--force writes over it');
});

test('a file with faults changes nothing, and each fault has its line', async () => {
  await done('add', 'careful', '--name', 'A');
  writeFileSync(file('bad.csv'), 'kind,id,name,price\ndish,a,A,1\ndish,b,B,x\ndish,c,,1\n');
  const before = await stored('careful');
  const { code, complained } = await shop('menu', 'import', 'careful', file('bad.csv'));
  expect(code).toBe(1);
  expect(complained).toMatch(/bad\.csv: line 3, column D.*\n.*bad\.csv: line 4, column C.*\nnothing is changed\n$/);
  expect(await stored('careful')).toEqual(before);
  expect((await shop('add', 'new', '--name', 'A', '--menu', file('bad.csv'))).code).toBe(1);
  expect(await done('list')).not.toMatch(/^new /m);
  writeFileSync(file('gbk.csv'), Buffer.from([0xc3, 0xe6]));
  expect((await shop('menu', 'import', 'careful', file('gbk.csv'))).complained).toContain('CSV UTF-8');
});

test('--check says what would change, and changes nothing', async () => {
  await done('add', 'checked', '--name', 'A');
  writeFileSync(file('one.csv'), 'kind,id,name,price\ndish,a,A,1\n');
  const before = await stored('checked');
  expect(await done('menu', 'import', 'checked', file('one.csv'), '--check')).toContain('nothing is changed');
  expect(await stored('checked')).toEqual(before);
});

test.each([
  [[], 'say what to do'],
  [['lisst'], 'there is no command lisst; did you mean list?'],
  [['list', 'a'], '"a" is a word too many'],
  [['add', 'a b', '--name', 'A'], '1 to 64 letters'],
  [['add', 'a'], 'a new shop has a name'],
  [['add', 'a', '--nam', 'A'], 'there is no --nam; did you mean --name?'],
  [['set', 'a'], 'say what to set'],
  [['set', 'a', '--open', 'perhaps'], '--open is yes or no'],
  [['set', 'a', '--prep-minutes', '1.5'], '--prep-minutes is a whole number'],
  [['set', 'a', '--hours', '{'], '--hours is JSON'],
  [['set', 'a', '--name'], '--name'],
  [['set', 'a', '--prep-minutes', '0'], '--prep-minutes: must be a whole number from 1 to 240'],
  [['add', 'a', '--name', 'A', '--currency', 'euro'], '--currency: must be three capital letters'],
  [['set', 'a', '--time-zone', 'Mars/X'], '--time-zone: must be a time zone'],
  [['set', 'a', '--pickup', 'no', '--delivery', 'null'], 'must offer pickup, delivery or both'],
  [['set', 'a', '--open', 'no', '--open', 'yes'], '--open is there twice'],
  [['set', 'a', '--open=no', '--open=no'], '--open is there twice'],
  [['keys', 'make', 'a', '--name', 'A', '--role', 'boss'], '--role: must be one of manager, staff, display'],
  [['keys', 'a'], 'keys list, make, revoke or rotate'],
  [['keys', 'make', 'a', '--name', 'A'], 'a key has a role'],
  [['keys', 'revoke', 'a'], 'keys list a shows their ids'],
  [['menu', 'export', 'a'], 'name the file'],
  [['menu', 'export', 'a', 'b', '--check'], '--check does not go with this command'],
])('wrong usage, %j, says what to do and opens no database', async (args, words) => {
  let complained = '';
  const code = await runShop(
    args,
    { DATABASE_URL: 'postgres://nowhere.invalid/x' },
    {
      say: () => {},
      complain: text => (complained += text),
    },
  );
  expect(code).toBe(2);
  expect(complained).toContain(words);
  expect(complained).toMatch(/--help says how it is used\n$/);
});

test('what the rules refuse is said by the name of the option', async () => {
  await done('add', 'ruled', '--name', 'A');
  const { code, complained } = await shop('set', 'ruled', '--prep-minutes', '999', '--hours', '{"week":[]}');
  expect([code, complained]).toEqual([
    2,
    expect.stringMatching(/--prep-minutes: must be a whole number from 1 to 240\n--hours\.week: must hold seven days/),
  ]);
  const { code: missing, complained: told } = await shop('set', 'nobody', '--open', 'yes');
  expect([missing, told]).toEqual([1, expect.stringContaining('there is no shop nobody')]);
  expect((await shop('set', 'ruled', '--delivery', 'null')).code).toBe(1); // it has no pickup
});

test('help is readable, and the script takes it too', async () => {
  expect(await done('--help')).toContain('menu import <shop> <file.csv>');
  expect(readFileSync('package.json', 'utf8')).toContain('scripts/shop.ts');
});

test('the database of npm start is used while it runs, and started where it does not', async () => {
  const directory = path.join(folder, 'local');
  const run = async (...args: string[]) => {
    let said = '';
    const code = await runShop(
      args,
      { LOCAL_DIRECTORY: directory },
      {
        say: text => (said += text),
        complain: text => (said += text),
      },
    );
    return { code, said };
  };
  expect((await run('add', 'first', '--name', 'A')).code).toBe(0);
  const running = await startEmbeddedPostgres({ directory: path.join(directory, 'postgres'), database: 'orders' });
  try {
    expect(await run('list')).toEqual({ code: 0, said: expect.stringMatching(/^first /m) });
    expect((await run('add', 'second', '--name', 'B')).code).toBe(0);
  } finally {
    await running.stop();
  }
  expect((await run('list')).said).toMatch(/^second /m);
});

test('a database without our tables is left alone', async () => {
  const empty = await createTestDatabase({ empty: true });
  try {
    let complained = '';
    const code = await runShop(
      ['list'],
      { DATABASE_URL: empty.url },
      {
        say: () => {},
        complain: text => (complained += text),
      },
    );
    expect([code, complained]).toEqual([1, expect.stringContaining('init_db')]);
  } finally {
    await empty.drop();
  }
});
