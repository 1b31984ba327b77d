import type { ChildMessage, Question } from './killable.ts';

/** What this process was started with. */
export function childArgument<Argument>(): Argument {
  return JSON.parse(process.argv[2] ?? '{}') as Argument;
}

/** Says that this process is ready, answers questions, and ends at once when the one that started it is gone. */
export function serveParent(answers: Record<string, () => unknown> = {}): void {
  process.on('message', async ({ number, question }: Question) => {
    try {
      say({ number, answer: await answers[question]?.() });
    } catch (error) {
      say({ number, error: String(error) });
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => {}); // Ctrl-C is for the process that started this one
  say({ ready: true });
}

function say(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}
