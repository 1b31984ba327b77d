import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { Goal, Section } from './row.ts';
import { median } from './statistics.ts';

/** What a function that uses nothing but these packages would load. */
const floors: Record<string, string> = {
  empty: 'export const main_handler = async () => ({});',
  pg: "import pg from 'pg'; export const main_handler = async () => new pg.Pool();",
  'pg-axios': "import pg from 'pg'; import axios from 'axios'; export const main_handler = async () => [pg, axios];",
};

/** The goals, milliseconds over a floor. */
const goals: Record<string, { floor: string; ms: number }> = {
  register: { floor: 'pg', ms: 5 },
  cleanup: { floor: 'pg', ms: 5 },
  bill: { floor: 'pg-axios', ms: 8 },
};

/** A fresh process loads a bundle and ends: what a cold start costs, whole process, and how large the bundle is. */
export const coldStart: Section = async ({ rounds }, report) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'websocket-order-bench-'));
  try {
    const ours = bundles();
    const files = { ...(await buildFloors(directory)), ...ours };
    const times = measure(files, 2 * rounds - 1);
    const ms = (name: string) => median(times[name] ?? []);
    for (const name of ['pg', 'pg-axios']) {
      report({ measure: `cold start of a bundle with ${name}`, unit: 'ms', floor: ms('empty'), ours: ms(name) });
    }
    for (const name of Object.keys(ours)) {
      const { floor = 'empty' } = goals[name] ?? {};
      const goal = goalOf(name, ms);
      const measured = { measure: `cold start of ${name}`, unit: 'ms' as const, floor: ms(floor), ours: ms(name) };
      report(goal === undefined ? measured : { ...measured, goal });
    }
    for (const [name, file] of Object.entries(ours)) {
      report({ measure: `size of ${name}`, unit: 'bytes', ours: statSync(file).size });
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

function goalOf(name: string, ms: (name: string) => number): Goal | undefined {
  const goal = goals[name];
  if (goal === undefined) return undefined;
  return { limit: ms(goal.floor) + goal.ms, is: 'most', words: `≤ ${goal.floor.replace('-', ' + ')} + ${goal.ms} ms` };
}

function bundles(): Record<string, string> {
  // What has a script to start it is a server: it would stay.
  const isFunction = (name: string) => existsSync(`dist/${name}/index.js`) && !existsSync(`dist/${name}/scf_bootstrap`);
  const functions = readdirSync('dist').filter(isFunction);
  return Object.fromEntries(functions.map(name => [name, path.resolve('dist', name, 'index.js')]));
}

/** Bundled as the functions are. */
async function buildFloors(directory: string): Promise<Record<string, string>> {
  const files = Object.entries(floors).map(([name, contents]) => {
    const file = path.join(directory, `${name}.js`);
    return { name, file, contents };
  });
  for (const { file, contents } of files) {
    const bundled = await build({
      stdin: { contents, resolveDir: process.cwd() },
      write: false,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      external: ['pg-native'],
      legalComments: 'none',
    });
    writeFileSync(file, bundled.outputFiles[0]?.text ?? '');
  }
  return Object.fromEntries(files.map(({ name, file }) => [name, file]));
}

/** Milliseconds of each, in turns, the first turn not counted. */
function measure(files: Record<string, string>, rounds: number): Record<string, number[]> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(files).map(name => [name, []]));
  // Read when a bundle is loaded; nothing is connected.
  const env = {
    ...process.env,
    DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
    TOKEN_SECRET: 'x'.repeat(32),
    SEND_BACK_URL: 'http://127.0.0.1:9/send-back/bench',
  };
  for (let round = 0; round <= rounds; round++) {
    for (const [name, file] of Object.entries(files)) {
      const begun = performance.now();
      const { status, error, stderr } = spawnSync(process.execPath, [file], { env, timeout: 30_000 });
      if (status !== 0) throw new Error(`${name} does not load: ${error?.message ?? stderr}`);
      if (round > 0) times[name]?.push(performance.now() - begun);
    }
  }
  return times;
}
