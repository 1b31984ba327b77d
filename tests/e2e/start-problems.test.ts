import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { startEmbeddedPostgres } from '../../db/embedded/start.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startFakePostgres } from './fake-postgres.ts';

// What a start that fails says: one line with the variable, the host and the cause, exit code 1, and never a password.

let database: TestDatabase;
let silent: Server;
let talker: Server;
const directory = mkdtempSync(path.join(os.tmpdir(), 'start-'));
beforeAll(async () => {
  database = await createTestDatabase();
  silent = await listen(() => {});
  talker = await listen(socket => socket.on('error', () => {}).end('220 mail.example ESMTP\r\n'));
});
afterAll(async () => {
  silent.close();
  talker.close();
  rmSync(directory, { recursive: true, force: true });
  await database.drop();
});

async function listen(talk: (socket: Socket) => void): Promise<Server> {
  const server = createServer(talk).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** Runs `npm start`'s program with these variables until it ends. */
async function start(variables: Record<string, string>, program = ['scripts/start.ts']) {
  const child = spawn(process.execPath, ['scripts/run.mjs', ...program], {
    env: { ...process.env, PORT: '0', LOCAL_DIRECTORY: directory, ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 25_000,
  });
  const said = text(child.stderr);
  const [status] = await once(child, 'exit');
  return { status, lines: (await said).trim().split('\n') };
}

function changed(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

const secret = 'hunter2-s3cret';
const wrongDatabases: [string, () => string, RegExp][] = [
  ['with a raw #', () => `postgres://me:${secret}#1@127.0.0.1:5432/orders`, /raw #.*%23/],
  ['that is no URL', () => `me:${secret}@somewhere`, /postgres:\/\/user:password@host/],
  ['with a wrong password', () => changed(url => (url.password = secret)), /wrong user or password/],
  ['without such a database', () => changed(url => (url.pathname = '/nowhere')), /nowhere\): there is no database/],
  [
    'whose port is closed',
    () => `postgres://me:${secret}@127.0.0.1:1/orders`,
    /127\.0\.0\.1:1\/orders\): nothing listens/,
  ],
  [
    'whose host is unknown',
    () => `postgres://me:${secret}@nohost.invalid/orders`,
    /nohost\.invalid:5432.*(no host|looked up)/,
  ],
  ['that says nothing', () => `postgres://me:${secret}@127.0.0.1:${portOf(silent)}/orders`, /no answer/],
  ['that is a mail server', () => `postgres://me:${secret}@127.0.0.1:${portOf(talker)}/orders`, /PostgreSQL/],
  ['without TLS that was asked for', () => changed(url => url.searchParams.set('sslmode', 'verify-full')), /no TLS/],
];

test.each(wrongDatabases)('9.12: a database %s is said in one line, without its password', async (_, url, words) => {
  const { status, lines } = await start({ DATABASE_URL: url() });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(words);
  expect(lines[0]).toMatch(/^cannot start: DATABASE_URL/);
  expect(lines[0]).not.toContain(secret);
  expect(status).toBe(1);
});

test('9.12: a server that is too old is said with the version that is needed', async () => {
  const { url, server } = await startFakePostgres({ major: '13', standby: 'f' });
  const { status, lines } = await start({ DATABASE_URL: url });
  server.close();
  expect(lines).toEqual([
    expect.stringMatching(
      /^cannot start: DATABASE_URL \(127\.0\.0\.1:\d+\/orders\): this is PostgreSQL 13, and 14 or later/,
    ),
  ]);
  expect(status).toBe(1);
});

test('9.12: a standby, which only reads, is said to be one', async () => {
  const options = { directory: temporaryDirectory('websocket-order-standby-'), database: 'orders' };
  const primary = await startEmbeddedPostgres(options);
  await primary.stop();
  writeFileSync(path.join(primary.home, 'data', 'standby.signal'), '');
  const standby = await startEmbeddedPostgres({ ...options, temporary: true });
  const { status, lines } = await start({ DATABASE_URL: standby.url });
  await standby.stop();
  expect(lines).toEqual([
    expect.stringMatching(
      /^cannot start: DATABASE_URL \(127\.0\.0\.1:\d+\/orders\): this server is a standby.* primary$/,
    ),
  ]);
  expect(status).toBe(1);
});

test('9.12: a port that is taken is said with what to do', async () => {
  const { status, lines } = await start({ PORT: String(portOf(silent)), DATABASE_URL: database.url });
  expect(lines).toEqual([expect.stringMatching(/^cannot start: another program listens on 127\.0\.0\.1:\d+.*PORT/)]);
  expect(status).toBe(1);
});

test('9.12: npm run start:aws says of a database what npm start does', async () => {
  const { status, lines } = await start({ DATABASE_URL: changed(url => (url.password = secret)) }, [
    'scripts/start-aws.ts',
  ]);
  expect(lines).toEqual([expect.stringMatching(/^cannot start: DATABASE_URL .*wrong user or password/)]);
  expect(status).toBe(1);
});

test('9.12: the port for functions that is taken is said by its own name', async () => {
  const { lines } = await start({ SEND_BACK_PORT: String(portOf(silent)), DATABASE_URL: database.url });
  expect(lines).toEqual([expect.stringMatching(/^cannot start: another program listens on .*set SEND_BACK_PORT/)]);
});

const servesNothing = { websockets: [] };
const apiOf = (file: string) => ({ path: '/w', apiId: 'w', transport: `${file}#a` });
const ok = { websockets: [apiOf('there.js')] };
const wrongGateways: [string, unknown, Record<string, string>, RegExp[]][] = [
  ['no file', undefined, {}, [/gateway\.json: there is no such file/]],
  ['a file that is no JSON', '{"routes', {}, [/gateway\.json:1: a text is not closed/]],
  ['a file with a list', [], {}, [/gateway\.json:1: must hold an object/]],
  ['a file that names nothing', servesNothing, {}, [/gateway\.json:1: names neither websockets nor routes/]],
  [
    'several wrong options',
    { websockets: [{ path: 'x' }] },
    {},
    [/websockets\.0\.path must/, /websockets\.0\.apiId is missing/, /websockets\.0\.transport is missing/],
  ],
  ['a function that is not there', { websockets: [apiOf('a.js')] }, {}, [/no file .*a\.js: is it built\?/]],
  ['a wrong variable', ok, { PORT: '99999' }, [/PORT must be .*99999/]],
  ['an address of another machine', ok, { HOST: '192.0.2.77', SIGNING_SECRET: 'x'.repeat(32) }, [/192\.0\.2\.77/]],
  ['no secret for others', ok, { SEND_BACK_HOST: '0.0.0.0' }, [/SEND_BACK_SECRET is not set/]],
];

test.each(
  wrongGateways,
)('9.12: npm run gateway with %s says so, each fault in a line of its own', async (_, content, variables, words) => {
  const file = path.join(directory, 'gateway.json');
  rmSync(file, { force: true });
  writeFileSync(path.join(directory, 'there.js'), 'exports.a = () => {};');
  if (content !== undefined) writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  const { status, lines } = await start(variables, ['scripts/gateway-alone.ts', file]);
  expect(lines).toEqual(words.map(each => expect.stringMatching(each)));
  expect(status).toBe(1);
});
