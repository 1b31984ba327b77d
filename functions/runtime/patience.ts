/**
 * Makes what a fan-out waits by: it ends after `ms` milliseconds at most. All that wait at the same time share a timer, as
 * a message to a thousand would otherwise be a thousand timers.
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
