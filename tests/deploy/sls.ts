import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

/** How a command of `sls` ended. */
export interface Ended {
  /** `null` when it was killed. */
  status: number | null;
  stdout: string;
  stderr: string;
  /** Both, for what may be said in either. */
  output: string;
}

/** A command of `sls` that runs. */
export interface Running {
  ended: Promise<Ended>;
  /** What is on stdout so far. */
  stdout(): string;
  /** `kill -9`. */
  kill(): unknown;
}

/** Variables of the command's process; nothing of the test's own gets there. */
export type Environment = Record<string, string | undefined>;

const warm = path.resolve('tests/deploy/sls-process.cjs');
const executable = path.resolve('node_modules/serverless/bin/serverless.js');
/** Both outputs of a process in `warm` end with it: the command's status between two NULs. */
const end = /\0(\d+)\0$/;

/** Processes of this test file that have run a command and wait for another. */
const idle: ChildProcess[] = [];
afterAll(() => {
  for (const child of idle.splice(0)) child.kill();
});

/**
 * Starts `sls` as `npx sls` does, without npm in between, so that a kill meets the right process. The process may have run
 * other commands before; one with `NODE_OPTIONS` is new.
 */
export function startSls(args: string[], environment: Environment, directory = process.cwd()): Running {
  const given = Object.fromEntries(
    Object.entries({
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TENCENT_POLL_MS: '20',
      TENCENT_RETRY_MS: '5',
      ...environment,
    }).filter(([, value]) => value !== undefined),
  );
  const isWarm = given.NODE_OPTIONS === undefined;
  const child =
    (isWarm ? idle.pop() : undefined) ??
    (isWarm
      ? spawn(process.execPath, [warm], { env: given, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
      : spawn(process.execPath, [executable, ...args], {
          cwd: directory,
          env: given,
          stdio: ['ignore', 'pipe', 'pipe'],
        }));
  let isOver = false;
  const said = { stdout: '', stderr: '' };
  const ended = new Promise<Ended>((resolve, reject) => {
    const finish = (status: number | null) => {
      isOver = true;
      const [stdout, stderr] = [said.stdout.replace(end, ''), said.stderr.replace(end, '')];
      resolve({ status, stdout, stderr, output: stdout + stderr });
    };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk: Buffer) => {
        said[name] += chunk;
        const status = end.exec(said.stdout)?.[1];
        if (status === undefined || !end.test(said.stderr)) return;
        for (const stream of [child.stdout, child.stderr]) stream?.removeAllListeners('data');
        for (const event of ['error', 'close']) child.removeAllListeners(event);
        idle.push(child);
        finish(Number(status));
      });
    }
    child.on('error', reject);
    child.on('close', finish);
  });
  if (isWarm) child.send({ args, environment: given, directory });
  return { ended, stdout: () => said.stdout, kill: () => isOver || child.kill('SIGKILL') };
}

/** Runs `sls` to its end. */
export function sls(args: string[], environment: Environment, directory?: string): Promise<Ended> {
  return startSls(args, environment, directory).ended;
}
