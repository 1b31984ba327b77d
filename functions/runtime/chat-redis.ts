import { redisRoom } from '../../db/connections/redis.ts';
import { openRedis } from '../../db/redis.ts';
import { chatLeaseSeconds, setting } from './environment.ts';

/** The chat room on Redis: `REDIS_URL`. */
export const room = redisRoom(openRedis(setting('REDIS_URL')), { leaseSeconds: chatLeaseSeconds() });
