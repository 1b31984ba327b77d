import type { ChildMessage, Memory } from './process.ts';

/** What the process was started with. */
export function childArgument<Argument>(): Argument {
  return JSON.parse(process.argv[2] ?? '{}') as Argument;
}

/** Says that this process is ready and answers questions until the one that started it lets go; then it stops. */
export function serveParent(
  info: unknown,
  { answers = {}, stop }: { answers?: Record<string, (argument: never) => unknown>; stop(): Promise<unknown> },
): void {
  const known: Record<string, (argument: never) => unknown> = { cpuMicros, memory, ...answers };
  process.on('message', async ({ number, question, argument }: Question) => {
    try {
      say({ number, answer: await known[question]?.(argument as never) });
    } catch (error) {
      say({ number, error: String(error) });
    }
  });
  endWithParent(stop);
  say({ ready: info });
}

/** Ctrl-C reaches every process of the group: this one leaves it to the first, whose end it notices. */
export function endWithParent(stop: () => Promise<unknown>): void {
  process.on('SIGINT', () => {});
  process.on('disconnect', async () => {
    await stop();
    process.exit(0);
  });
}

/** Sends a message to the process that started this one. */
export function say(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

interface Question {
  number: number;
  question: string;
  argument: unknown;
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function memory(): Memory {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, residentBytes: rss };
}
