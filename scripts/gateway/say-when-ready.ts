import { setTimeout as sleep } from 'node:timers/promises';
import type { AskReadiness } from '../../apigateway/server/readiness.ts';
import { addressOf } from '../../db/database-url.ts';
import { explain } from '../../db/explain.ts';
import { databaseUrl, redisUrl } from '../../functions/runtime/environment.ts';

/**
 * Prints `ready`, or first `not ready` with what is wrong, and `ready` when it no longer is. `instance` says which and
 * where; `opened` is how joining the backplane went.
 */
export async function sayWhenReady(instance: string, opened: Promise<unknown>, ask: AskReadiness): Promise<void> {
  const problem = await opened.then(
    async () => ((await ask()).ready ? undefined : `DATABASE_URL (${addressOf(databaseUrl())}): it does not answer`),
    (error: unknown) => `${backplaneInWords()}: ${explain(error)}`,
  );
  if (problem !== undefined) {
    console.log(`not ready ${instance}: ${problem}`);
    while (!(await ask()).ready) await sleep(1_000, undefined, { ref: false });
  }
  console.log(`ready ${instance}`);
}

/** Which variable names the backplane, and where that is; never the password. */
function backplaneInWords(): string {
  const redis = redisUrl();
  if (redis === '') return `DATABASE_URL (${addressOf(databaseUrl())})`;
  const { hostname, port } = new URL(redis);
  return `REDIS_URL (${hostname}:${port || '6379'})`;
}
