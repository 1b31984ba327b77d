import { redisFrameQueue } from '../../../db/frame-queue.ts';
import { openRedis } from '../../../db/redis.ts';
import { neededRedisUrl } from '../environment.ts';

/** The queue of the chat, on Redis: `REDIS_URL`. */
export const queue = redisFrameQueue(openRedis(neededRedisUrl()));
