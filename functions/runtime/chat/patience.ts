/**
 * Makes the `patience` of a fan-out: it resolves after `ms` milliseconds at most. All who wait at the same time share a
 * timer, as a message to a thousand would otherwise be a thousand timers.
 */
export function createPatience(ms: number): () => Promise<void> {
  let current: Promise<void> | undefined;
  return () => {
    current ??= new Promise(resolve => {
      setTimeout(() => {
        current = undefined;
        resolve();
      }, ms);
    });
    return current;
  };
}
