import { redisRoom } from '../../../db/connections/redis.ts';
import { openRedis } from '../../../db/redis.ts';
import { chatLeaseSeconds, neededRedisUrl } from '../environment.ts';

/** The chat room on Redis: `REDIS_URL`. */
export const room = redisRoom(openRedis(neededRedisUrl()), { leaseSeconds: chatLeaseSeconds() });
