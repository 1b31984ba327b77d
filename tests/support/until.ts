import { setTimeout as sleep } from 'node:timers/promises';

type Condition = () => boolean | Promise<boolean>;

/** Long, since machines differ and are busy; a run that expects failures may have less patience. */
export const PATIENCE_MS = Number(process.env.TEST_PATIENCE_MS ?? 60_000);

/**
 * Waits for what is about to become true. Throws after `withinMs`, 60 s unless given, with what `condition` is about:
 * its own text, where no other is given.
 */
export function until(condition: Condition, withinMs?: number): Promise<void>;
export function until(what: string, condition: Condition, withinMs?: number): Promise<void>;
export function until(first: string | Condition, second?: number | Condition, third?: number): Promise<void> {
  if (typeof first === 'function') return wait(String(first), first, second as number | undefined);
  return wait(first, second as Condition, third);
}

async function wait(what: string, condition: Condition, withinMs = PATIENCE_MS): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  for (let pauseMs = 10; !(await condition()); pauseMs = Math.min(pauseMs * 1.2, 50)) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(pauseMs);
  }
}
