import { setTimeout as wait } from 'node:timers/promises';
import type { Push } from '../../apigateway/push.ts';
import { emptyRoom, memoryRoom } from '../../db/connections/memory.ts';
import { redisFrameQueue } from '../../db/frame-queue.ts';
import { openRedis } from '../../db/redis.ts';
import { worker } from '../../functions/chat/worker/worker.ts';
import { createPasses } from '../../functions/domain/chat/pass.ts';
import { createPresence } from '../../functions/domain/chat/presence.ts';
import type { Room } from '../../functions/domain/chat/room.ts';
import { createPatience } from '../../functions/runtime/chat/patience.ts';
import { childArgument, serveParent } from '../support/child.ts';

/** What a worker of a test is started with. */
export interface WorkerArgument {
  url: string;
  prefix: string;
  holdMs: number;
  /** How long every push takes. */
  delayMs: number;
  /** Handling a frame of this connection fails. */
  failsOn?: string;
  /** The process dies of a frame with this text, as of running out of memory. */
  diesOn?: string;
}

// A worker of the chat, whose pushes end up in a list in Redis, so that the test sees what was pushed before a kill.
const { url, prefix, holdMs, delayMs, failsOn, diesOn } = childArgument<WorkerArgument>();
const redis = openRedis(url);
const memory = memoryRoom(emptyRoom(), { leaseSeconds: 3_600 });
const room: Room = {
  ...memory,
  async add(member) {
    if (member.id !== failsOn) return memory.add(member);
    tries += 1;
    throw new Error('asked to fail');
  },
};
await room.add({ id: 'sender', name: 'BCDF' });
await room.add({ id: 'reader', name: 'GHJK' });
let tries = 0;
const errors: string[] = [];
const push: Push = {
  async send(connectionId, text) {
    const { type, data, error } = JSON.parse(text);
    if (type === 'error') errors.push(error.message);
    if (connectionId !== 'reader') return 'sent';
    if (data === diesOn) process.kill(process.pid, 'SIGKILL');
    await wait(delayMs);
    await redis.run(['RPUSH', `{${prefix}}:pushed`, data]);
    return 'sent';
  },
  close: async () => 'sent',
};
const telling = {
  push,
  room,
  passes: createPasses(''),
  lanes: 8,
  patience: createPatience(100),
  deliveries: async () => {},
};
const run = worker(
  {
    ...telling,
    presence: createPresence(telling),
    queue: redisFrameQueue(openRedis(url), { prefix, holdMs, waitMs: 100 }),
    nowMs: () => performance.now(),
    wait,
    log: () => undefined,
  },
  60_000,
);
serveParent({ tries: () => tries, errors: () => errors });
await run();
