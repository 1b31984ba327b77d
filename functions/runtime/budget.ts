/**
 * Waits for work that must not fail what it belongs to: `ms` milliseconds at most, and without throwing. What is still
 * under way then goes on.
 */
export async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const budget = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms);
  });
  const done = work.catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    console.error(JSON.stringify({ level: 'warn', msg: 'not announced', error: message }));
  });
  await Promise.race([done, budget]);
  clearTimeout(timer);
}
