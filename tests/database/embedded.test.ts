import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findBinaries } from '../../db/embedded/binaries.ts';
import { listProcesses, signal, startOf } from '../../db/embedded/processes.ts';
import { canEnter, type ServerUser, serverUser } from '../../db/embedded/server-user.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../../db/embedded/start.ts';
import { hasOldest, oldestBinaries } from '../support/postgres/binaries.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { until } from '../support/until.ts';
import { type OwnerProcess, startOwner } from './owner-process.ts';

const isRoot = process.getuid?.() === 0;
let seed: string;
let folder: string;
let directory: string;
let started: EmbeddedPostgres[];
let owners: OwnerProcess[];

beforeAll(async () => {
  seed = temporaryDirectory('embedded-seed-');
  const server = await startEmbeddedPostgres({ directory: seed });
  await server.stop();
});

afterAll(() => rmSync(seed, { recursive: true }));

beforeEach(() => {
  folder = temporaryDirectory('embedded 数据 ');
  directory = path.join(folder, '订单 database');
  // A copy takes a tenth of the time of initdb; the tests about beginnings use another directory.
  spawnSync('cp', ['-a', seed, directory]);
  started = [];
  owners = [];
});

afterEach(async () => {
  for (const owner of owners) {
    await owner.kill();
    if (owner.database.pid) await until(() => startOf(owner.database.pid) === undefined);
  }
  for (const server of started) await server.stop();
  expect(listProcesses().filter(({ command }) => command.includes(folder))).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

test('starts from nothing, answers a query and stops', async () => {
  const server = await startNew();
  expect(await ask(server.url, 'select 6 * 7 as answer')).toEqual([{ answer: 42 }]);
  await server.stop();
  expect(startOf(server.pid)).toBeUndefined();
  await expect(ask(server.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
});

test('keeps its data and its password over a restart', async () => {
  const first = await startNew({ database: 'shop' });
  await ask(first.url, 'create table kept as select 7 as n');
  await first.stop();
  const second = await startNew({ database: 'shop' });
  expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
});

test('listens on 127.0.0.1 only, is durable, and takes settings', async () => {
  const { url } = await start({ settings: { max_connections: '33', listen_addresses: '*' } });
  const names = ['listen_addresses', 'unix_socket_directories', 'fsync', 'synchronous_commit', 'max_connections'];
  const values = await ask(url, `select ${names.map(name => `current_setting('${name}') as ${name}`).join(', ')}`);
  expect(values).toEqual([
    {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'on',
      synchronous_commit: 'on',
      max_connections: '33',
    },
  ]);
});

test('a password is needed, and only its owner can read it', async () => {
  const { url, home } = await startNew();
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(path.join(home, 'password')).mode & 0o777).toBe(0o600);
  expect(statSync(path.join(home, 'data')).mode & 0o777).toBe(0o700);
  expect(readFileSync(path.join(home, 'data', 'pg_hba.conf'), 'utf8')).not.toMatch(/^[^#].*trust/m);
});

test.each([{ LANG: 'C' }, { LC_ALL: 'C' }, {}])('speaks UTF-8 with the locale %j', async locale => {
  const { database } = await own([path.join(folder, '新的 new')], locale);
  const question = "select current_setting('server_encoding') as encoding, '面🍜' as text, length('面🍜')";
  expect(await ask(database.url, question)).toEqual([{ encoding: 'UTF8', text: '面🍜', length: 2 }]);
});

test('starts again after kill -9 of the server and its owner', async () => {
  const owner = await own([directory]);
  await ask(owner.database.url, 'create table kept as select 7 as n');
  await owner.killWithLifeline();
  signal(owner.database.pid, 'SIGKILL'); // nobody's child any more: a zombie where process 1 does not reap
  const { url } = await start();
  expect(await ask(url, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('ends a busy session that has outlived the killed server', async () => {
  const owner = await own([directory]);
  const busy = ask(owner.database.url, 'do $$ begin loop end loop; end $$').catch(() => 'ended');
  const session =
    "select pid from pg_stat_activity where datname = current_database() and query like 'do %' and state = 'active'";
  await until(async () => (await ask(owner.database.url, session)).length === 1);
  const [{ pid } = { pid: 0 }] = await ask<{ pid: number }>(owner.database.url, session);
  await owner.killWithLifeline();
  signal(owner.database.pid, 'SIGKILL');
  await until(() => startOf(owner.database.pid) === undefined);
  expect(startOf(pid)).toBeDefined();
  await start();
  expect(startOf(pid)).toBeUndefined();
  expect(await busy).toBe('ended');
});

test('stops a live orphan on its own data directory', async () => {
  const owner = await own([directory]);
  await owner.killWithLifeline();
  expect(startOf(owner.database.pid)).toBeDefined();
  const lines: string[] = [];
  const { url } = await start({ log: line => lines.push(line) });
  expect(startOf(owner.database.pid)).toBeUndefined();
  expect(lines.join('\n')).toContain('database system was shut down at');
  expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('refuses a directory that another live process holds, and names that process', async () => {
  const owner = await own([directory]);
  await expect(start()).rejects.toThrow(`in use by process ${owner.pid} (another running program)`);
  expect(await ask(owner.database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('of two starts at once one is refused', async () => {
  const outcomes = await Promise.allSettled([start(), start()]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: expect.stringContaining(`in use by process ${process.pid} (this same process)`) },
  });
});

test('does not believe the locks of the dead', async () => {
  const { home, stop } = await start();
  await stop();
  const user = serverUser(path.join(home, 'data'));
  const other = spawn('sleep', ['60'], { ...user, cwd: '/' });
  // The shell becomes a `sleep` that never asks for the end of the child it inherits: a zombie.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { ...user, cwd: '/' });
  const zombie = await new Promise<number>(resolve => parent.stdout.once('data', data => resolve(Number(data))));
  await until(() => startOf(zombie) === undefined);
  for (const pid of [zombie, other.pid]) {
    writeLock(home, user, String(pid));
    writeFileSync(path.join(home, 'owner.json'), JSON.stringify({ pid, start: 'before', file: `${home}/owner.json` }));
    const server = await start();
    await server.stop();
  }
  expect(other.exitCode).toBeNull();
  for (const child of [other, parent]) child.kill();
});

test.each([
  ['kill -9', 'kill'],
  ['Ctrl-C', 'interrupt'],
] as const)('shuts down in good order when its owner ends by %s', async (_, way) => {
  const owner = await own([directory]);
  await owner[way]();
  await until(() => startOf(owner.database.pid) === undefined);
  const lines: string[] = [];
  await start({ log: line => lines.push(line) });
  expect(lines.join('\n')).toContain('database system was shut down at');
});

test('a temporary directory goes with the server, and with a killed owner', async () => {
  const server = await start({ temporary: true });
  await server.stop();
  expect(existsSync(directory)).toBe(false);
  const owner = await own([directory, 'temporary']);
  expect(existsSync(directory)).toBe(true);
  await owner.kill();
  await until(() => !existsSync(directory));
});

test('an interrupted initdb leaves nothing that looks like data', async () => {
  const { pid } = spawnSync('true');
  mkdirSync(path.join(folder, '新的 new', `data.new-${pid}`, 'base'), { recursive: true });
  const { home } = await startNew();
  expect(readdirSync(home).sort()).toEqual(['data', 'owner.json', 'password']);
});

test('says that its port is taken', async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(start({ port })).rejects.toThrow(`Port ${port} is taken`);
  await new Promise(resolve => other.close(resolve));
  const server = await start({ port });
  expect(server.port).toBe(port);
});

test('makes the missing symlinks on demand', async () => {
  const found = findBinaries();
  const bare = path.join(folder, 'native');
  cpSync(found.directory, bare, {
    recursive: true,
    filter: file => !file.endsWith('.a') && !lstatSync(file).isSymbolicLink(),
  });
  const { url } = await start({ binaries: { ...found, directory: bare } });
  expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

(hasOldest ? test : test.skip)('14 and 17 both run, and neither opens the data of the other', async () => {
  const old = await startNew({ binaries: oldestBinaries() });
  expect(await ask(old.url, "select current_setting('server_version') as v")).toEqual([{ v: '14.23' }]);
  await old.stop();
  await expect(startNew()).rejects.toThrow(/made by PostgreSQL 14, and this is PostgreSQL 17.*DATABASE_URL/);
  const { url } = await start();
  expect(await ask(url, "select current_setting('server_version') as v")).toEqual([{ v: '17.10' }]);
});

test('opens its own closed folder to the user it runs as, and no other', async () => {
  chmodSync(directory, 0o700);
  const { home } = await start();
  expect(home).toBe(directory);
  expect(statSync(directory).mode & 0o777).toBe(isRoot ? 0o711 : 0o700);
});

test('without binaries it says to set DATABASE_URL', () => {
  expect(() => findBinaries(os.tmpdir())).toThrow(/No embedded PostgreSQL for this platform.*Set DATABASE_URL/);
});

(isRoot ? test : test.skip)('runs from a folder of mode 0700 as root, and keeps its data', async () => {
  chmodSync(folder, 0o700);
  rmSync(directory, { recursive: true });
  expect(canEnter(serverUser(directory), folder)).toBe(false);
  const first = await start();
  expect(readFileSync(path.join(directory, 'the-data-is-elsewhere.txt'), 'utf8')).toContain(first.home);
  await ask(first.url, 'create table kept as select 7 as n');
  await expect(start()).rejects.toThrow('in use by process');
  await first.stop();
  const second = await start();
  expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  await second.stop();

  rmSync(directory, { recursive: true });
  const third = await start({ temporary: true });
  expect(await ask(third.url, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
  await third.stop();
  expect(existsSync(third.home)).toBe(false);
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory, ...options });
  started.push(server);
  return server;
}

function startNew(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  return start({ directory: path.join(folder, '新的 new'), ...options });
}

async function own(...args: Parameters<typeof startOwner>): Promise<OwnerProcess> {
  const owner = await startOwner(...args);
  owners.push(owner);
  expect(owner.database.error).toBeUndefined();
  return owner;
}

async function ask<Row>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // tests kill servers
  await client.connect();
  try {
    const { rows } = await client.query(statement);
    return rows;
  } finally {
    await client.end();
  }
}

/** A lock file as PostgreSQL writes it, of a process that is not PostgreSQL. */
function writeLock(home: string, { uid, gid }: ServerUser, pid: string): void {
  const file = path.join(home, 'data', 'postmaster.pid');
  writeFileSync(file, [pid, path.join(home, 'data'), '1', '5432', '', '127.0.0.1', '', 'ready', ''].join('\n'));
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
}
