import { type Backplane, createBackplane, type Medium } from '../../apigateway/backplane/backplane.ts';
import { offeredBackplane } from '../../apigateway/backplane/of-process.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { redisMedium } from '../../apigateway/backplane/redis.ts';
import { setting } from './environment.ts';

/** What the environment names: Redis by `REDIS_URL`, else the database. */
export function medium(): Medium {
  const redisUrl = setting('REDIS_URL', '');
  return redisUrl === '' ? postgresMedium(setting('DATABASE_URL')) : redisMedium(redisUrl);
}

/** The backplane of this container: that of the gateway it runs in, or one of its own, connected with the first push. */
export function backplane(): Backplane {
  const offered = offeredBackplane();
  if (offered !== undefined) return offered;
  own ??= createBackplane({
    medium: medium(),
    log: entry => console.error(JSON.stringify({ level: 'warn', ...entry })),
  });
  return own;
}

let own: Backplane | undefined;
