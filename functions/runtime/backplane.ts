import { type Backplane, createBackplane, type Medium } from '../../apigateway/backplane/backplane.ts';
import { offeredBackplane } from '../../apigateway/backplane/of-process.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { redisMedium } from '../../apigateway/backplane/redis.ts';
import { writeBoundedLog } from '../../apigateway/bounded-log.ts';
import { withTlsSpelledOut } from '../../db/tls-mode.ts';
import { databaseUrl, redisUrl } from './environment.ts';

/** What the backplane runs on: the Redis of `REDIS_URL` where that is set, else the database. */
export function medium(): Medium {
  const redis = redisUrl();
  return redis === '' ? postgresMedium(withTlsSpelledOut(databaseUrl())) : redisMedium(redis);
}

/** The backplane of this process: the gateway's, where it runs in one, else one of its own, connected by the first push. */
export function backplane(): Backplane {
  const offered = offeredBackplane();
  if (offered !== undefined) return offered;
  own ??= createBackplane({
    medium: medium(),
    log: ({ event, ...fields }) => writeBoundedLog('warn', event, fields),
  });
  return own;
}

let own: Backplane | undefined;
