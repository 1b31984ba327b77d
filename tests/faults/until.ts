import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for what is about to become true. Throws after `withinMs`, with what `condition` is about. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(10);
  }
}
