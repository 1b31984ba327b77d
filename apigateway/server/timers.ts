import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Log, messageOf } from './log.ts';
import type { Target } from './targets.ts';

/** A function that is called again and again. */
export interface TimerSettings {
  target: Target;
  everyMs: number;
  event: object;
}

/** Timers that run. */
export interface Timers {
  /** Starts no more, and waits for those that run, `withinMs` at most. */
  stop(withinMs: number): Promise<void>;
}

/** Starts the timers. One that still runs is not started again; one that fails is logged and comes again. */
export function startTimers(timers: readonly TimerSettings[], log: Log): Timers {
  const running = new Set<Promise<void>>();
  const intervals = timers.map(timer => {
    let isRunning = false;
    return setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      const run = call(timer, log).finally(() => {
        isRunning = false;
        running.delete(run);
      });
      running.add(run);
    }, timer.everyMs);
  });
  return {
    async stop(withinMs) {
      intervals.forEach(clearInterval);
      const deadline = new AbortController();
      await Promise.race([Promise.all(running), delay(withinMs, undefined, { signal: deadline.signal })]);
      deadline.abort();
    },
  };
}

async function call({ target, event }: TimerSettings, log: Log): Promise<void> {
  const requestId = randomUUID();
  try {
    await target.call(structuredClone(event), requestId);
  } catch (error) {
    log('error', 'timer failed', { target: target.name, requestId, message: messageOf(error) });
  }
}
