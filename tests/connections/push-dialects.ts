import { createServer } from 'node:http';
import { managementPush } from '../../apigateway/aws/push.ts';
import { type Backplane, createBackplane, type Medium, newProcessName } from '../../apigateway/backplane/backplane.ts';
import { newConnectionId } from '../../apigateway/backplane/connection-id.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { backplanePush } from '../../apigateway/backplane/push.ts';
import { redisMedium } from '../../apigateway/backplane/redis.ts';
import type { Push } from '../../apigateway/push.ts';
import type { Gateway } from '../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { sendBackPush } from '../../apigateway/tencent/push.ts';
import { startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { listen, stop } from '../support/listen.ts';
import { createTestDatabase } from '../support/postgres/database.ts';
import { startRedis } from '../support/redis.ts';

/** A way to push, and the gateway at its end. */
export interface PushDialect {
  push: Push;
  gateway: Gateway;
  /** `ws://…` */
  socketUrl: string;
  /** Ids of the connections as they were announced, the newest last. */
  ids(): string[];
  /** An id that this gateway could have given, and has not. */
  unknownId: string;
  /** Of a text that gets through; what is longer need not. */
  largestBytes: number;
  /** Takes the way away: what is pushed from then on reaches nobody. `undefined` where there is no way that could break. */
  breakWay: (() => Promise<void>) | undefined;
  stop(): Promise<void>;
}

const never = 'A'.repeat(32);

/** How each is started, by its name. */
export const pushDialects: Record<string, () => Promise<PushDialect>> = {
  async 'the send-back URL'() {
    const world = await startGatewayWorld();
    const push = sendBackPush({ url: world.gateway.sendBackUrl('pgws'), timeoutMs: 1_500 });
    return {
      ...world,
      push,
      unknownId: never,
      breakWay: () => world.gateway.close(),
      stop: () => world.gateway.close(),
    };
  },

  async 'in the gateway’s process'() {
    const world = await startGatewayWorld();
    const push = world.gateway.push('pgws');
    return { ...world, push, unknownId: never, breakWay: undefined, stop: () => world.gateway.close() };
  },

  async '@connections of AWS'() {
    const world = await startGatewayWorld();
    const front = await startConnectionsFront(world.gateway.push('pgws'));
    const push = managementPush({ endpoint: front.endpoint, timeoutMs: 1_500 });
    return {
      ...world,
      push,
      unknownId: 'L0SM9cOFvHcCIhw=',
      breakWay: front.stop,
      async stop() {
        await front.stop();
        await world.gateway.close();
      },
    };
  },

  async 'a backplane on Redis'() {
    const redis = await startRedis();
    return startBackplane(() => redisMedium(redis.url), redis.kill, redis.end);
  },

  async 'a backplane on PostgreSQL'() {
    const { url, drop } = await createTestDatabase({ empty: true });
    return startBackplane(() => postgresMedium(url), undefined, drop);
  },
};

async function startGatewayWorld(options: Partial<GatewayOptions> = {}) {
  const world = await startRecordingGateway({ gateway: options });
  const largestBytes = 32 * 1024;
  const ids = () => world.calls.filter(({ action }) => action === 'connecting').map(({ id }) => id);
  return { gateway: world.gateway, socketUrl: world.socketUrl, ids, largestBytes };
}

/** One process that pushes and another that holds the connections, as far as the backplane can see. */
async function startBackplane(
  medium: () => Medium,
  kill: (() => Promise<void>) | undefined,
  end: () => Promise<void>,
): Promise<PushDialect> {
  const name = newProcessName();
  let gateway: Gateway | undefined;
  const holding: Backplane = createBackplane({
    medium: medium(),
    name,
    receive: ({ connectionId, data }) => {
      const about = { connectionId };
      return (
        gateway?.take(data === undefined ? { action: 'closing', ...about } : { action: 'data send', ...about, data }) ??
        'unknown'
      );
    },
  });
  const pushing = createBackplane({ medium: medium() });
  const world = await startGatewayWorld({ connectionId: () => newConnectionId(name) });
  gateway = world.gateway;
  return {
    ...world,
    push: backplanePush(() => pushing),
    largestBytes: Math.min(world.largestBytes, pushing.frameBytes),
    unknownId: newConnectionId(name),
    breakWay: kill ?? (() => holding.end()),
    async stop() {
      await world.gateway.close();
      await pushing.end();
      await holding.end();
      await end();
    },
  };
}

/** `@connections` as API Gateway answers it, before a gateway of ours. */
async function startConnectionsFront(push: Push) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const id = decodeURIComponent(request.url?.split('/@connections/')[1] ?? '');
    const text = Buffer.concat(chunks).toString();
    const outcome = request.method === 'DELETE' ? await push.close(id) : await push.send(id, text);
    if (outcome === 'gone') response.writeHead(410, { 'x-amzn-errortype': 'GoneException' }).end();
    else response.writeHead(outcome === 'sent' ? 200 : 500).end();
  });
  const endpoint = `http://127.0.0.1:${await listen(server)}/production`;
  return { endpoint, stop: () => (server.listening ? stop(server) : Promise.resolve()) };
}
