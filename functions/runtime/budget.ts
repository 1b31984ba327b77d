import { writeBoundedLog } from '../../apigateway/bounded-log.ts';
import { messageOf } from '../../apigateway/log.ts';

/**
 * Waits for work whose failure or slowness must not fail the call that began it: `ms` milliseconds at most, and without
 * throwing. What is still under way then goes on.
 */
export async function waitWithin(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const budget = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms);
  });
  const done = work.catch((error: unknown) => {
    writeBoundedLog('warn', 'not announced', { message: messageOf(error) });
  });
  await Promise.race([done, budget]);
  clearTimeout(timer);
}
