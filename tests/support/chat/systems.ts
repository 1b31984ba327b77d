import { startSystem } from '../e2e/system.ts';
import { lastingPort } from '../port.ts';
import { startRedis } from '../redis.ts';
import { startCosRooms } from './room-stores.ts';

/** The whole product with its chat on one kind of store. */
export interface ChatSystem {
  /** `ws://…/chat` */
  url: string;
  stop(): Promise<void>;
}

/** How each is started. What they need besides is the real thing, or answers as it does. */
export const chatSystems: Record<string, () => Promise<ChatSystem>> = {
  PostgreSQL: () => startChat({}),
  async 'PostgreSQL, pushing by the send-back URL'() {
    const port = await lastingPort();
    const url = `http://127.0.0.1:${port}/send-back/chat`;
    return startChat({ SEND_BACK_PORT: String(port), CHAT_SEND_BACK_URL: url });
  },
  memory: () => startChat({ CHAT_STORE: 'memory' }),
  async Redis() {
    const redis = await startRedis();
    return startChat({ CHAT_STORE: 'redis', REDIS_URL: redis.url }, () => redis.end());
  },
  async COS() {
    const { settings, stop } = await startCos();
    return startChat(settings, stop);
  },
  'PostgreSQL, through the queue': () => startQueued({}),
  'memory, through the queue': () => startQueued({ CHAT_STORE: 'memory' }),
  'Redis, through the queue': () => startQueued({ CHAT_STORE: 'redis' }),
  async 'COS, through the queue'() {
    const { settings, stop } = await startCos();
    return startQueued(settings, stop);
  },
};

/** What sets up a chat on a stand-in for COS, which `stop` ends. */
async function startCos() {
  const { server, bucket, region, client, stop } = await startCosRooms();
  const settings = {
    CHAT_STORE: 'cos',
    CHAT_COS_BUCKET: bucket,
    CHAT_COS_REGION: region,
    CHAT_COS_ADDRESS: server.address,
    COS_SECRET_ID: client.SecretId,
    COS_SECRET_KEY: client.SecretKey,
  };
  return { settings, stop };
}

async function startQueued(environment: Record<string, string>, stop = async () => {}): Promise<ChatSystem> {
  const redis = await startRedis();
  return startChat({ ...environment, CHAT_QUEUE: 'redis', REDIS_URL: redis.url }, async () => {
    await redis.end();
    await stop();
  });
}

async function startChat(environment: Record<string, string>, stop = async () => {}): Promise<ChatSystem> {
  const system = await startSystem(environment).catch(async error => {
    await stop();
    throw error;
  });
  const url = `${system.url.replace('http', 'ws')}/chat`;
  return {
    url,
    async stop() {
      await system.stop();
      await stop();
    },
  };
}
