import { setTimeout as sleep } from 'node:timers/promises';
import { describeStartProblem } from './start-problem.ts';

/**
 * Starts something and stops it on SIGINT or SIGTERM, exit code 0. What goes wrong at the start is said in one line, exit
 * code 1. `asked` tells a start that it may throw instead of going on.
 */
export async function untilSignal<Running extends { stop(): Promise<void> }>(
  start: (asked: AbortSignal) => Promise<Running>,
): Promise<Running> {
  const asked = new AbortController();
  let running: Running | undefined;
  const onSignal = async () => {
    const isFirst = !asked.signal.aborted;
    // While starting it is only remembered: what is half started cannot be stopped cleanly.
    asked.abort();
    if (isFirst && running !== undefined) await end(running);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    running = await start(asked.signal);
  } catch (error) {
    // Ctrl-C ends our child processes as well, and what they break may be noticed before the signal is.
    await sleep(100);
    if (asked.signal.aborted) process.exit(0);
    console.error(`cannot start: ${describeStartProblem(error)}`);
    process.exit(1);
  }
  if (asked.signal.aborted) await end(running);
  return running;
}

async function end(running: { stop(): Promise<void> }): Promise<never> {
  await running.stop();
  process.exit(0);
}
