/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

/** Whether a failed call is made once more, and after how long. */
export type RetryRule = (error: unknown) => { afterMs: number } | 'hopeless';

/**
 * Makes a call until it succeeds.
 * @throws the error that `rule` finds hopeless
 */
export async function retry<Answer>(call: () => Promise<Answer>, rule: RetryRule): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const next = rule(error);
      if (next === 'hopeless') throw error;
      await sleep(next.afterMs);
    }
  }
}

/** How long something is waited for, and how long between two looks, in milliseconds. */
export interface Patience {
  patienceMs: number;
  pollMs: number;
}

/**
 * Looks until there is something to see, at least once. `undefined` when patience has ended first; a look that has begun
 * comes to its end.
 */
export async function lookUntil<Found>(
  look: () => Promise<Found | undefined>,
  { patienceMs, pollMs }: Patience,
): Promise<Found | undefined> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > deadline) return found;
    await sleep(pollMs);
  }
}

/** How often something is changed anew before it is given up. */
const mostRounds = 5;

/**
 * Changes something until it is as wanted. A round looks at what is there and takes a step: it answers `reached` when none
 * is left, else whether the step was certainly taken. What was not may have been, so it is looked at again and counts for
 * nothing. `undefined` when it does not become as wanted in five rounds, or in time.
 */
export async function converge<Reached>(
  round: () => Promise<{ reached: Reached } | 'taken' | 'uncertain'>,
  { patienceMs, pollMs }: Patience,
): Promise<Reached | undefined> {
  const deadline = performance.now() + patienceMs;
  for (let rounds = 0; rounds < mostRounds && performance.now() < deadline; ) {
    const outcome = await round();
    if (typeof outcome === 'object') return outcome.reached;
    if (outcome === 'taken') rounds += 1;
    else await sleep(pollMs);
  }
  return undefined;
}

/** Does the same with each, at most `width` at a time: the API allows some calls a second. */
export async function eachOf<Item>(items: Item[], width: number, work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        // What stopped one would stop the next.
        waiting.length = 0;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: width }, worker));
  // The others come to their end first, so that nothing is cut in the middle.
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
