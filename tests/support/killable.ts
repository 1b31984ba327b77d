import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a child says to us, and we to it; `child.ts` is the other side. */
export type ChildMessage = { ready: unknown } | { number: number; answer?: unknown; error?: string };
export interface Question {
  number: number;
  question: string;
}

/** A process of its own that may be killed, frozen and started again. */
export interface Killable {
  /** Its last lines on standard error. */
  lines: string[];
  isRunning(): boolean;
  /** Asks the child something that it knows the answer to. Rejects when it ends first. */
  ask<Answer>(question: string): Promise<Answer>;
  /** SIGSTOP. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** `kill -9`, and its end. A frozen one can be killed; one that is dead already stays so. */
  kill(): Promise<void>;
  /** Starts it (again), with the same arguments, unless it runs. Fulfilled when it is ready. */
  start(): Promise<void>;
}

/** How to start a process. `argument` reaches it as JSON. */
export interface KillableOptions {
  script: string;
  argument: unknown;
  environment?: Record<string, string>;
  nodeFlags?: string[];
}

const keptLines = 200;

/** Starts a script of this project in a process of its own and waits until it is ready. */
export async function startKillable(options: KillableOptions): Promise<Killable> {
  const lines: string[] = [];
  const answers = new Map<number, (message: ChildMessage) => void>();
  let child: ChildProcess | undefined;
  let exited: Promise<unknown> = Promise.resolve();
  let asked = 0;

  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;

  async function start(): Promise<void> {
    if (isRunning()) return;
    const started = spawnScript(options);
    child = started;
    exited = once(started, 'exit');
    if (started.stderr !== null) {
      createInterface({ input: started.stderr }).on('line', line => {
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
      });
    }
    await new Promise<void>((resolve, reject) => {
      started.on('message', (message: ChildMessage) => {
        if ('ready' in message) resolve();
        else answers.get(message.number)?.(message);
      });
      started.once('exit', (code, signal) => {
        const error = `${options.script} ended with ${code ?? signal}: ${lines.slice(-5).join('\n')}`;
        reject(new Error(error));
        for (const answer of [...answers.values()]) answer({ number: 0, error });
      });
    });
  }

  function signal(name: NodeJS.Signals): void {
    if (isRunning()) child?.kill(name);
  }

  await start();
  return {
    lines,
    isRunning,
    start,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async kill() {
      signal('SIGKILL');
      await exited;
    },
    ask<Answer>(question: string): Promise<Answer> {
      const number = ++asked;
      return new Promise((resolve, reject) => {
        answers.set(number, message => {
          answers.delete(number);
          if ('error' in message && message.error !== undefined) reject(new Error(message.error));
          else resolve(('answer' in message ? message.answer : undefined) as Answer);
        });
        child?.send({ number, question } satisfies Question);
      });
    },
  };
}

function spawnScript({ script, argument, environment = {}, nodeFlags = [] }: KillableOptions): ChildProcess {
  return spawn(process.execPath, [...nodeFlags, 'scripts/run.mjs', script, JSON.stringify(argument)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
