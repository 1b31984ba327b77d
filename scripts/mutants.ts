// npm run mutants [-- part of a name] [-- --minutes N]: puts the product into one wrong state after another and runs the
// test that has to notice. Ends with 1 when one survives. With --minutes no more begin after that time; each commit begins
// with another, so that all have their turn.
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { mutants } from './mutants/all.ts';
import type { Mutant } from './mutants/mutant.ts';

/** What a run of jest came to. */
interface Run {
  passed: number;
  /** Titles of the tests that failed by what they found. */
  failed: string[];
  /** Why the run says nothing: a file that cannot be loaded, no test at all, no end. */
  broken: string | undefined;
}

const root = process.cwd();
const AT_ONCE = 2;
const RUN_MS = 180_000;
/** What a mutant has broken often shows as something that never comes. */
const PATIENCE_MS = 15_000;
/** A machine that is busy with something else can keep a test from its end, or from the schedule that finds the mutant. */
const TRIES = 3;
const notCopied = new Set(['node_modules', '.git', 'dist', '.local', 'coverage']);
/** These start what they need themselves; the others need the PostgreSQL of jest's global setup. */
const withoutDatabase =
  /^tests\/(domain|web|simulation|apigateway|package)\/|^tests\/mutants\/(bill|shop-client|stream-rules|unread)\./;

const running = new Set<() => void>();
const { values: options, positionals } = parseArgs({
  options: { minutes: { type: 'string' } },
  allowPositionals: true,
});
const endsAt = Date.now() + Number(options.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
const wanted = rotated(mutants.filter(({ name }) => name.includes(positionals[0] ?? '')));
const copies = Array.from({ length: AT_ONCE }, copyOfTree);
process.once('exit', () => {
  for (const kill of running) kill();
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Suites that fail, or say nothing, while nothing is wrong: what they say of a mutant would mean nothing. */
const unfit = new Map<string, Promise<string | undefined>>();
const survivors: string[] = [];
let tried = 0;
await inTurns(wanted, async (mutant, copy) => {
  if (Date.now() > endsAt) return;
  tried += 1;
  const suite = suiteOf(mutant);
  if (!unfit.has(suite)) unfit.set(suite, whyUnfit(mutant, copy));
  const outcome = (await unfit.get(suite)) ?? (await untilKilled(mutant, copy));
  const line = `${mutant.name.padEnd(86)} ${outcome}`;
  if (!outcome.startsWith('killed')) survivors.push(line);
  console.log(line);
});
if (survivors.length > 0) console.log(`\nNot killed:\n${survivors.join('\n')}`);
if (tried < wanted.length) console.log(`\n${wanted.length - tried} not tried: the time was over`);
console.log(`\n${tried - survivors.length} killed, ${survivors.length} survived`);
process.exitCode = survivors.length > 0 || tried === 0 ? 1 : 0;

/** Without a limit of time all are tried, and it does not matter which is the first. */
function rotated(all: Mutant[]): Mutant[] {
  if (options.minutes === undefined) return all;
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  const first = Number.parseInt(commit.slice(0, 8), 16) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** Why a suite, without a mutant, says nothing; `undefined` when all is well. */
async function whyUnfit(mutant: Mutant, copy: string): Promise<string | undefined> {
  let run = await jest(mutant, copy);
  for (let tries = 1; tries < TRIES && (run.broken !== undefined || run.failed.length > 0); tries++) {
    run = await jest(mutant, copy);
  }
  const { passed, failed, broken } = run;
  if (broken !== undefined) return `UNFIT SUITE: ${broken}`;
  if (failed.length > 0) return `UNFIT SUITE, fails without a mutant: ${failed[0]}`;
  return passed === 0 ? 'UNFIT SUITE, no test has this title' : undefined;
}

async function untilKilled(mutant: Mutant, copy: string): Promise<string> {
  let outcome = await tryMutant(mutant, copy);
  for (let tries = 2; tries <= TRIES && !/^(killed|STALE)/.test(outcome); tries++) {
    outcome = await tryMutant(mutant, copy);
    if (outcome.startsWith('killed')) outcome = outcome.replace('killed', `killed in run ${tries}`);
  }
  return outcome;
}

async function tryMutant(mutant: Mutant, copy: string): Promise<string> {
  const originals = new Map<string, string>();
  try {
    for (const { file, from, to } of mutant.changes) {
      const place = path.join(copy, file);
      const text = readFileSync(place, 'utf8');
      if (!originals.has(place)) originals.set(place, text);
      if (text.split(from).length !== 2) return `STALE: ${file} does not hold this once: ${from}`;
      writeFileSync(
        place,
        text.replace(from, () => to),
      );
    }
    const { failed, broken } = await jest(mutant, copy);
    if (broken !== undefined) return `BROKEN: ${broken}`;
    return failed.length > 0 ? `killed by: ${failed[0]}` : 'SURVIVED';
  } finally {
    for (const [place, text] of originals) writeFileSync(place, text);
  }
}

function suiteOf({ suite, test = '' }: Mutant): string {
  return `${suite} ${test}`;
}

function jest({ suite, test }: Mutant, copy: string): Promise<Run> {
  const report = path.join(copy, 'report.json');
  rmSync(report, { force: true });
  const config = withoutDatabase.test(suite) ? 'jest.plain.cjs' : 'jest.config.cjs';
  const titles = test === undefined ? [] : ['--testNamePattern', test];
  const args = ['node_modules/jest/bin/jest.js', '--config', config, '--runInBand', '--bail', '--forceExit'];
  const patience = ['--testTimeout', String(PATIENCE_MS * 3)];
  const child = spawn(process.execPath, [...args, ...patience, '--json', '--outputFile', report, suite, ...titles], {
    cwd: copy,
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, TEST_PATIENCE_MS: String(PATIENCE_MS) },
  });
  // The whole group: tests start processes of their own.
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  running.add(kill);
  const timer = setTimeout(kill, RUN_MS);
  return new Promise(resolve => {
    child.once('close', () => {
      clearTimeout(timer);
      running.delete(kill);
      resolve(
        existsSync(report) ? readReport(report) : { passed: 0, failed: [], broken: `no end after ${RUN_MS / 1_000} s` },
      );
    });
  });
}

interface Report {
  numPassedTests: number;
  testResults: {
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

function readReport(file: string): Run {
  const { numPassedTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed');
  const unloaded = testResults.find(({ assertionResults, message }) => assertionResults.length === 0 && message !== '');
  const missing = failed.find(({ failureMessages }) =>
    /Cannot find module|SyntaxError|is not defined/.test(failureMessages.join()),
  );
  const broken = unloaded?.message ?? missing?.failureMessages[0];
  return {
    passed: numPassedTests,
    failed: failed.map(({ fullName }) => fullName),
    broken: broken?.trim().split('\n').slice(0, 4).join(' '),
  };
}

/** Does the work for every item, one at a time in each copy of the tree. */
async function inTurns<Item>(items: Item[], work: (item: Item, copy: string) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    copies.map(async copy => {
      for (const item of waiting) await work(item, copy);
    }),
  );
}

/** A copy of the tree with packages of its own, as far as anything is written beside them. */
function copyOfTree(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'websocket-order-mutants-'));
  for (const entry of readdirSync(root)) {
    if (!notCopied.has(entry)) cpSync(path.join(root, entry), path.join(copy, entry), { recursive: true });
  }
  mkdirSync(path.join(copy, 'node_modules'));
  for (const entry of readdirSync(path.join(root, 'node_modules'))) {
    if (entry !== '.cache') symlinkSync(path.join(root, 'node_modules', entry), path.join(copy, 'node_modules', entry));
  }
  const plain =
    "const { globalSetup, globalTeardown, ...rest } = require('./jest.config.cjs');\nmodule.exports = rest;\n";
  writeFileSync(path.join(copy, 'jest.plain.cjs'), plain);
  return copy;
}
