import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a process holds after a garbage collection. */
export interface Memory {
  /** Of JavaScript: heap, buffers and what else V8 knows of. */
  heapBytes: number;
  /** Resident set. */
  residentBytes: number;
}

/** A process of the benchmark. `info` is what it said when it was ready. */
export interface BenchProcess<Info> {
  info: Info;
  /** Asks it something; `child.ts` is the other side. */
  ask<Answer>(question: string, argument?: unknown): Promise<Answer>;
  /** User and system time it has used up to now, microseconds. */
  cpuMicros(): Promise<number>;
  memory(): Promise<Memory>;
  /** Lets it stop what it has started, and waits for its end. */
  stop(): Promise<void>;
  /** Its exit code. */
  exited: Promise<number | null>;
}

/** What a process tells the one that started it. */
export type ChildMessage =
  | { ready: unknown }
  | { tell: unknown }
  | { number: number; answer?: unknown; error?: string };

/** Those that run: a section that ends early stops them. */
const running = new Set<() => Promise<void>>();

/** Stops every process that this one has started. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop => stop()));
}

/** Starts a script of this folder in a process of its own and waits until it is ready. `onTold` gets what it tells unasked. */
export async function startProcess<Info>(
  script: string,
  argument: unknown = {},
  onTold: (told: unknown) => void = () => {},
): Promise<BenchProcess<Info>> {
  const child = spawnScript(script, argument);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const answers = new Map<number, (message: ChildMessage) => void>();
  let asked = 0;
  const info = await new Promise<Info>((resolve, reject) => {
    child.on('message', (message: ChildMessage) => {
      if ('ready' in message) resolve(message.ready as Info);
      else if ('tell' in message) onTold(message.tell);
      else answers.get(message.number)?.(message);
    });
    exited.then(code => {
      running.delete(stop);
      const error = `${script} ended with ${code}`;
      reject(new Error(error));
      for (const answer of answers.values()) answer({ number: 0, error });
    });
    running.add(stop);
  });

  async function stop() {
    running.delete(stop);
    if (child.connected) child.disconnect();
    await exited;
  }

  function ask<Answer>(question: string, given?: unknown): Promise<Answer> {
    const number = ++asked;
    return new Promise((resolve, reject) => {
      answers.set(number, message => {
        answers.delete(number);
        if ('error' in message && message.error !== undefined) reject(new Error(message.error));
        else resolve(('answer' in message ? message.answer : undefined) as Answer);
      });
      if (child.connected) child.send({ number, question, argument: given });
      else reject(new Error(`${script} has ended`));
    });
  }

  return { info, ask, cpuMicros: () => ask<number>('cpuMicros'), memory: () => ask<Memory>('memory'), stop, exited };
}

/** Ten thousand connections need as many open files; where the limit cannot be raised, it stays as it is. */
function spawnScript(script: string, argument: unknown): ChildProcess {
  const node = [
    process.execPath,
    '--expose-gc',
    'scripts/run.mjs',
    `scripts/bench/${script}`,
    JSON.stringify(argument),
  ];
  const raise = 'ulimit -n 65536 2>/dev/null; exec "$@"';
  return spawn('sh', ['-c', raise, 'sh', ...node], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}
