import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startProcess } from '../support/e2e/system.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { allVariables } from '../support/variables.ts';

// The program starts where the environment was made for something else.

const directory = temporaryDirectory('websocket-order-odd-');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const environments: [string, Record<string, string>][] = [
  ['for another database', { PGSSLMODE: 'require', PGHOST: 'db.example', PGPORT: '1', PGUSER: 'x', PGDATABASE: 'x' }],
  ['with options for a server', { PGOPTIONS: '-csearch_path=foo -cstatement_timeout=1', PGPASSWORD: 'x', PGTZ: 'x' }],
  ['in another language', { LANG: 'zh_CN.GBK', LC_ALL: 'de_DE', LC_MESSAGES: 'fr_FR', TZ: 'Asia/Kathmandu' }],
  ['with variables that are all set to nothing', allVariables('')],
  ['with variables that are all set to a space', allVariables(' ')],
];

test.each(environments)('9.11: it starts in an environment %s', async (_, environment) => {
  const started = await startProcess({ DATABASE_URL: '', ...environment, PORT: '0', LOCAL_DIRECTORY: directory });
  const { shops } = (await (await fetch(`${started.url}/get_shop_info`)).json()) as { shops: { name: string }[] };
  expect(shops.length).toBeGreaterThan(0);
  expect(await started.end()).toBe(0);
});

const mayUnshare = spawnSync('unshare', ['--mount', 'true']).status === 0;
const odd: [string, string][] = [
  ['where /dev/shm has 1 MB', 'mount -t tmpfs -o size=1m tmpfs /dev/shm'],
  ['from a checkout that cannot be written to', 'mount --bind . . && mount -o remount,ro,bind . && cd "$PWD"'],
];
// Needs root and a mount namespace; elsewhere the report says that these two were skipped.
(mayUnshare ? test : test.skip).each(odd)('9.11: it starts %s', async (_, mount) => {
  const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-odd-'));
  chmodSync(elsewhere, 0o711);
  const within = ['unshare', '--mount', 'sh', '-c', `${mount} && exec "$@"`, 'sh'];
  const environment = { LOCAL_DIRECTORY: elsewhere, DATABASE_URL: '' };
  const started = await startProcess(environment, 'scripts/start.ts', within);
  expect((await fetch(`${started.url}/healthz`)).status).toBe(200);
  expect(await started.end()).toBe(0);
  rmSync(elsewhere, { recursive: true, force: true });
});

test('9.12: each link stands below a line that says whose it is', async () => {
  const started = await startProcess({ LOCAL_DIRECTORY: directory, DATABASE_URL: '' });
  const { lines } = started;
  const links = lines.flatMap((line, index) => (line.startsWith('http') ? [index] : []));
  expect(links.map(index => lines[index - 1])).toEqual([
    'Customers order here:',
    expect.stringMatching(/^The screen of shop1/),
    expect.stringMatching(/^The screen of shop2/),
    expect.stringMatching(/^The screen of shop3/),
    'A chat room:',
  ]);
  expect(await started.end()).toBe(0);
});

test('9.12: with HOST=0.0.0.0 it prints an address that a phone can open, below a line that says so', async () => {
  const started = await startProcess({ LOCAL_DIRECTORY: directory, DATABASE_URL: '', HOST: '0.0.0.0' });
  const links = started.lines.filter((_, index) => /from a phone/.test(started.lines[index - 1] ?? ''));
  const outward = Object.values(os.networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal);
  const { port } = new URL(started.url);
  expect(links).toEqual(outward.map(({ address }) => `http://${address}:${port}/order.html`));
  for (const link of links) expect((await fetch(link)).status).toBe(200);
  expect(started.lines.join()).not.toContain('0.0.0.0');
  expect(await started.end()).toBe(0);
});

test.each(['16.20.2', '18.20.8', '20.18.0'])('9.12: Node %s is told in one line which one is needed', version => {
  const { status, stderr } = withNode(version);
  expect(stderr).toMatch(
    new RegExp(`^cannot start: this is Node\\.js ${version}, and 20\\.19 or later is needed.*\\n$`),
  );
  expect(status).toBe(1);
});

test('9.12: the Node that is needed is that of package.json', () => {
  expect(require(path.resolve('package.json')).engines.node).toBe('>=20.19');
  expect(withNode('20.19.0')).toMatchObject({ status: 0, stderr: '' });
});

/** The check, in a Node that says it is of that version. */
function withNode(version: string) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
  return spawnSync(process.execPath, ['-e', `${pretend}; import('./scripts/require-node.mjs')`], { encoding: 'utf8' });
}
