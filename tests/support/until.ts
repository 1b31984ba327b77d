import { setTimeout as sleep } from 'node:timers/promises';

type Condition = () => boolean | Promise<boolean>;

/**
 * Waits for what is about to become true. Throws after `withinMs`, 15 s unless given, with what `condition` is about:
 * its own text, where no other is given.
 */
export function until(condition: Condition, withinMs?: number): Promise<void>;
export function until(what: string, condition: Condition, withinMs?: number): Promise<void>;
export function until(first: string | Condition, second?: number | Condition, third?: number): Promise<void> {
  if (typeof first === 'function') return wait(String(first), first, second as number | undefined);
  return wait(first, second as Condition, third);
}

async function wait(what: string, condition: Condition, withinMs = 15_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(10);
  }
}
