import { setTimeout as sleep } from 'node:timers/promises';
import { logFailure } from '../bounded-log.ts';
import type { FailureLog } from '../log.ts';
import { record } from '../record.ts';
import { requestIdOf } from './request-id.ts';

/** How often a pass is made within one invocation. */
export interface TimerOptions {
  passes: number;
  /** From the start of one pass to the start of the next. */
  everyMs: number;
  /** A pass that would have less than this before the function's time-out is left to the next invocation. */
  neededMs: number;
}

/**
 * Makes the `handler` of a timer that is to run more often than EventBridge calls, whose shortest rate is one minute:
 * one invocation makes several passes. One that fails is logged and does not keep the others from being made. Answers
 * what each pass gave, `undefined` for those that failed.
 */
export function timerFunction<Answer>(
  pass: () => Promise<Answer>,
  { passes, everyMs, neededMs }: TimerOptions,
  log: FailureLog = logFailure,
): (event: unknown, context?: unknown) => Promise<(Answer | undefined)[]> {
  return async (event, context) => {
    const requestId = requestIdOf(event, context);
    const answers: (Answer | undefined)[] = [];
    const started = performance.now();
    for (let count = 0; count < passes; count++) {
      const wait = Math.max(0, started + count * everyMs - performance.now());
      if (remainingMs(context) - wait < neededMs) break;
      if (wait > 0) await sleep(wait);
      try {
        answers.push(await pass());
      } catch (error) {
        log(requestId, error);
        answers.push(undefined);
      }
    }
    return answers;
  };
}

function remainingMs(context: unknown): number {
  const { getRemainingTimeInMillis } = record(context);
  return typeof getRemainingTimeInMillis === 'function' ? Number(getRemainingTimeInMillis()) : Number.POSITIVE_INFINITY;
}
