import { spawn } from 'node:child_process';
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
  kill(): void;
}

/** Variables of the command's process; nothing of the test's own gets there. */
export type Environment = Record<string, string | undefined>;

const executable = path.resolve('node_modules/serverless/bin/serverless.js');

/** Starts `sls` as `npx sls` does, without npm in between, so that a kill meets the right process. */
export function startSls(args: string[], environment: Environment, directory = process.cwd()): Running {
  const child = spawn(process.execPath, [executable, ...args], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TENCENT_POLL_MS: '20',
      TENCENT_RETRY_MS: '5',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', status => resolve({ status, stdout, stderr, output: stdout + stderr }));
  });
  return { ended, stdout: () => stdout, kill: () => child.kill('SIGKILL') };
}

/** Runs `sls` to its end. */
export function sls(args: string[], environment: Environment, directory?: string): Promise<Ended> {
  return startSls(args, environment, directory).ended;
}
