import { setTimeout as wait } from 'node:timers/promises';
import type { Push } from '../../apigateway/push.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { cleanupFunction } from '../../apigateway/tencent/cleanup-function.ts';
import { sendBackPush } from '../../apigateway/tencent/push.ts';
import { registerFunction } from '../../apigateway/tencent/register-function.ts';
import { transportFunction } from '../../apigateway/tencent/transport-function.ts';
import { emptyRoom, memoryRoom } from '../../db/connections/memory.ts';
import { redisFrameQueue } from '../../db/frame-queue.ts';
import { openRedis } from '../../db/redis.ts';
import { cleanup } from '../../functions/chat/cleanup/cleanup.ts';
import { register } from '../../functions/chat/register/register.ts';
import { enqueue } from '../../functions/chat/transport/enqueue.ts';
import { transport } from '../../functions/chat/transport/transport.ts';
import { worker } from '../../functions/chat/worker/worker.ts';
import { createPasses } from '../../functions/domain/chat/pass.ts';
import { createPresence } from '../../functions/domain/chat/presence.ts';
import type { ReceiveDependencies } from '../../functions/domain/chat/receive.ts';
import { createPatience } from '../../functions/runtime/chat/patience.ts';
import { startRedis } from '../../tests/support/redis.ts';
import { serveParent } from './child.ts';

/** What `chat-server.ts` says. */
export interface ChatServer {
  info: { url: string };
}

// Our gateway with the chat's own functions, three times: pushing within the process, pushing by the send-back URL, and
// with the queue on a real Redis between frame and push.
const redis = await startRedis();
const queue = redisFrameQueue(openRedis(redis.url));
const entrance = redisFrameQueue(openRedis(redis.url));
const ways = ['in-process', 'send-back', 'queue'] as const;
const chats = Object.fromEntries(ways.map(way => [way, chatBy(way)])) as Record<
  (typeof ways)[number],
  ReceiveDependencies & { log(): void }
>;
const gateway: Gateway = await startGateway({
  port: 0,
  connectionsPerAddress: 0,
  logLevel: 'warn',
  websockets: ways.map(way => {
    const chat = chats[way];
    return {
      path: `/${way}`,
      apiId: way,
      firstFrameSeconds: 0,
      register: registerFunction(register(chat.room)),
      transport: transportFunction(way === 'queue' ? enqueue({ ...chat, queue: entrance }) : transport(chat)),
      // A thousand who leave are not what is measured.
      cleanup: cleanupFunction(cleanup({ room: chat.room, presence: async () => {} })),
    };
  }),
});
const isWorking = { now: true };
const working = work();
serveParent(
  { url: gateway.url },
  {
    async stop() {
      isWorking.now = false;
      await working;
      await gateway.close();
      await redis.end();
    },
  },
);

function chatBy(way: (typeof ways)[number]): ReceiveDependencies & { log(): void } {
  const room = memoryRoom(emptyRoom(), { leaseSeconds: 3_600 });
  // Made with the first push, when there is a gateway.
  let made: Push | undefined;
  const by = () => {
    made ??=
      way === 'send-back' ? sendBackPush({ url: gateway.sendBackUrl(way), timeoutMs: 1_500 }) : gateway.push(way);
    return made;
  };
  const push: Push = { send: (id, text) => by().send(id, text), close: id => by().close(id) };
  const telling = {
    push,
    room,
    passes: createPasses('a secret of the bench'),
    lanes: 64,
    patience: createPatience(100),
    deliveries: async () => {},
  };
  return { ...telling, presence: createPresence(telling), log: () => {} };
}

async function work(): Promise<void> {
  const dependencies = { ...chats.queue, queue, nowMs: () => performance.now(), wait, log: () => {} };
  while (isWorking.now) await worker(dependencies, 1_000)();
}
