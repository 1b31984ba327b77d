import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { until } from '../support/until.ts';

// Whoever changes their mind while the program still builds is heard.

const sources = ['apigateway', 'db', 'functions', 'scripts', 'web', 'gateway.json', 'package.json'];
let copy: string;
beforeEach(() => {
  copy = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-signal-'));
  for (const each of sources) cpSync(each, path.join(copy, each), { recursive: true });
  symlinkSync(path.resolve('node_modules'), path.join(copy, 'node_modules'));
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

const unfinished = () => {
  const workshop = path.join(copy, '.local');
  return existsSync(workshop) ? readdirSync(workshop).filter(name => name.startsWith('build-')) : [];
};

test.each<[string, NodeJS.Signals, (pid: number) => number]>([
  ['Ctrl-C, which reaches esbuild as well', 'SIGINT', pid => -pid],
  ['SIGTERM to the program alone', 'SIGTERM', pid => pid],
])('9.12: %s ends a start that still builds with 0, and leaves nothing half built', async (_, signal, whom) => {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'scripts/start.ts'], {
    cwd: copy,
    env: { ...process.env, PORT: '0', DATABASE_URL: '', LOCAL_DIRECTORY: path.join(copy, 'data') },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>(resolve => child.once('exit', resolve));
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  await until('a build has begun', () => unfinished().length > 0);
  process.kill(whom(child.pid ?? 0), signal);
  expect([await exited, ...(await said)]).toEqual([0, '', '']);
  expect(unfinished()).toEqual([]);
  // It did not go on to start the rest.
  expect(existsSync(path.join(copy, 'data'))).toBe(false);
});
