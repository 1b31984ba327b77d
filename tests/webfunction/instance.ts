import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** An instance of the gateway as it is deployed: a process of its own, started by `scf_bootstrap`. */
export interface Instance {
  url: string;
  webSocketUrl: string;
  /** What the ids of its connections begin with. */
  name: string;
  /** What it logged, as it stands there. */
  lines: string[];
  /** What it printed: whether it is ready. */
  printed: string[];
  process: ChildProcess;
  /** `kill -9`, and its end. */
  kill(): Promise<void>;
  /** SIGTERM, and the exit code that followed. */
  stop(): Promise<number | null>;
}

/** Starts an instance of `dist/gateway` (or of the folder given) on this machine alone and waits until it is ready. */
export async function startInstance(
  environment: Record<string, string>,
  folder = 'dist/gateway',
  command = [`${folder}/scf_bootstrap`],
): Promise<Instance> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      HOST: '127.0.0.1',
      TOKEN_SECRET: 'a secret of the tests, long enough',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>(resolve => child.once('exit', resolve));
  const lines: string[] = [];
  const printed: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => lines.push(line));
  const ready = new Promise<RegExpExecArray>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line => {
      printed.push(line);
      const found = /^(?:not )?ready (\S+) instance (\w+)/.exec(line);
      if (found !== null) resolve(found);
    });
    child.once('error', reject);
    exited.then(code => reject(new Error(`the gateway ended with ${code}: ${lines.join('\n')}`)));
  });
  const [, url = '', name = ''] = await ready;
  return {
    url,
    webSocketUrl: `${url.replace('http', 'ws')}/pgws`,
    name,
    lines,
    printed,
    process: child,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
