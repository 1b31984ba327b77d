// npm test's last step: runs jest with the arguments it is given. Files with failures run once more, alone: what fails
// there too is a failure; what passes alone failed because of the others (the machine was busy), which is said aloud, since
// it is a fault of the test. Ends with one plain line, for whoever reads only that: N passed, N failed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasProgram } from '../tests/support/programs.ts';

/** What is read of jest's report on a file of tests. */
interface FileResult {
  name: string;
  status: 'passed' | 'failed';
  startTime: number;
  endTime: number;
  assertionResults: { status: string }[];
}

/** Programs that some tests use and npm does not bring; the Debian packages have the same names. */
const programs = ['redis-server', 'pgbouncer', 'python3', 'curl'] as const;
/** When more files fail, the product is broken, not the machine busy. */
const MOST_AGAIN = 5;
const PASSED_ALONE = 'failed among the others and passed alone: it depends on how busy the machine is';

const folder = mkdtempSync(path.join(tmpdir(), 'websocket-order-test-'));
try {
  process.exitCode = run(process.argv.slice(2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(asked: string[]): number {
  const first = jest(asked);
  const failed = first.filter(hasFailed).map(({ name }) => name);
  const isWorthATry = failed.length > 0 && failed.length <= MOST_AGAIN && first.length > failed.length;
  const again = isWorthATry ? jest(['--runInBand', '--runTestsByPath', ...failed]) : [];
  const files = [...first.filter(({ name }) => !again.some(other => other.name === name)), ...again];
  const statuses = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const count = (wanted: string) => statuses.filter(status => status === wanted).length;
  // A file that could not be run at all has failed, though none of its tests has.
  const failures = count('failed') + files.filter(file => hasFailed(file) && !hasFailedTest(file)).length;
  say([
    ...longest(first),
    ...again.filter(file => !hasFailed(file)).map(({ name }) => `${path.relative('.', name)} ${PASSED_ALONE}`),
    ...programs
      .filter(name => !hasProgram(name))
      .map(name => `${name} was not found: tests that need it are skipped (Debian: apt-get install ${name})`),
    `${count('passed')} passed, ${failures} failed${count('pending') > 0 ? `, ${count('pending')} skipped` : ''}`,
  ]);
  return failures > 0 || files.length === 0 ? 1 : 0;
}

/** What came of the files of a run whose output is shown; of none when jest could not run. */
function jest(args: string[]): FileResult[] {
  const file = path.join(folder, 'report.json');
  rmSync(file, { force: true });
  spawnSync('npx', ['jest', '--json', '--outputFile', file, ...args], { stdio: ['inherit', 2, 'inherit'] });
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testResults : [];
}

function hasFailed({ status }: FileResult): boolean {
  return status === 'failed';
}

function hasFailedTest({ assertionResults }: FileResult): boolean {
  return assertionResults.some(({ status }) => status === 'failed');
}

/** The files that took longest, with their seconds, for whoever wants the run to be shorter. */
function longest(results: FileResult[]): string[] {
  if (results.length < 10) return [];
  const files = results.map(({ name, startTime, endTime }) => ({
    seconds: Math.round((endTime - startTime) / 1000),
    name: path.relative('.', name),
  }));
  const shown = files.sort((a, b) => b.seconds - a.seconds).slice(0, 10);
  return ['What took longest:', ...shown.map(({ seconds, name }) => `${String(seconds).padStart(6)} s  ${name}`)];
}

function say(lines: string[]): void {
  for (const line of lines) console.error(line);
}
