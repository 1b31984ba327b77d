import { type Backplane, createBackplane } from '../../apigateway/backplane/backplane.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { backplanePush } from '../../apigateway/backplane/push.ts';
import { redisMedium } from '../../apigateway/backplane/redis.ts';
import type { Push } from '../../apigateway/push.ts';
import { withTlsSpelledOut } from '../../db/tls-mode.ts';
import { type Environment, redisUrl, sendBackUrl } from '../../functions/runtime/environment.ts';
import { tencentPush } from '../../functions/runtime/tencent-push.ts';

/**
 * The way to the screens, as functions find theirs: the send-back URL of a gateway, else the backplane, on Redis or on the
 * database. A gateway that is reached by none of them, as AWS's own, closes what is to be closed with the next timer.
 */
export function openPush(databaseUrl: string, environment: Environment): { push: Push; end(): Promise<void> } {
  const url = sendBackUrl('SEND_BACK_URL', environment);
  if (url !== '') return { push: tencentPush(url), end: async () => {} };
  const redis = redisUrl(environment);
  const medium = redis === '' ? postgresMedium(withTlsSpelledOut(databaseUrl)) : redisMedium(redis);
  const line: Backplane = createBackplane({ medium });
  return { push: backplanePush(() => line), end: () => line.end() };
}
