import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Log, messageOf } from '../log.ts';
import type { Target } from './targets/target.ts';

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

/** How much sooner than its time a timer may come, as a part of it. */
const JITTER = 0.1;

/**
 * Starts the timers. One that still runs is not started again; one that fails is logged and comes again. Each comes a
 * little sooner than its time, by chance: instances that were started together would otherwise always run together, and
 * the one that is quicker would take the other's work for ever.
 */
export function startTimers(timers: readonly TimerSettings[], log: Log): Timers {
  const running = new Set<Promise<void>>();
  const waiting = new Map<TimerSettings, NodeJS.Timeout>();

  function start(timer: TimerSettings) {
    let isRunning = false;
    function tick() {
      wait();
      if (isRunning) return;
      isRunning = true;
      const run = call(timer, log).finally(() => {
        isRunning = false;
        running.delete(run);
      });
      running.add(run);
    }
    function wait() {
      waiting.set(timer, setTimeout(tick, timer.everyMs * (1 - JITTER * Math.random())));
    }
    wait();
  }

  timers.forEach(start);
  return {
    async stop(withinMs) {
      for (const timeout of waiting.values()) clearTimeout(timeout);
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
