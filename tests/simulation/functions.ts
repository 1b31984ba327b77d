import { type Log, messageOf } from '../../apigateway/log.ts';
import type { PushOutcome } from '../../apigateway/push.ts';
import { bill } from '../../functions/bill/bill.ts';
import { cleanup } from '../../functions/cleanup/cleanup.ts';
import { announce } from '../../functions/domain/announce.ts';
import type { HttpAnswer } from '../../functions/domain/handlers.ts';
import { proofOfWork } from '../../functions/domain/order-proof.ts';
import type { Connections, Subscriptions } from '../../functions/domain/ports.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { initDb } from '../../functions/init_db/init-db.ts';
import { type RedeliverAnswer, redeliver } from '../../functions/redeliver/redeliver.ts';
import { register } from '../../functions/register/register.ts';
import { transport } from '../../functions/transport/transport.ts';
import type { Ending, Invocation, Platform } from './invocation.ts';
import type { Models } from './models.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Weather } from './weather.ts';

/** The gateway, as functions push to it. Both are one moment each: what comes of it is the network's. */
export type PushNow = {
  send(connectionId: string, text: string): PushOutcome;
  close(connectionId: string): PushOutcome;
};

/** What the functions live with. */
export interface FunctionsWorld {
  time: VirtualTime;
  random: Random;
  models: Models;
  platform: Platform;
  weather(): Weather;
  push: PushNow;
  /** Hears of what a function says went wrong without anybody's doing. */
  log: Log;
}

/** The product's functions on the models: the use cases are the real ones, and so is all of the domain. */
export interface Functions {
  register(connectionId: string): Promise<Ending<{ accepted: boolean }>>;
  transport(connectionId: string, text: string): Promise<Ending<void>>;
  cleanup(connectionId: string): Promise<Ending<void>>;
  bill(key: string, body: string): Promise<Ending<HttpAnswer>>;
  redeliver(): Promise<Ending<RedeliverAnswer>>;
  /** Gives a shop another key and answers it. */
  rotateKey(shop: string): Promise<string | undefined>;
  /** Gives every log a new epoch; says whether it could. */
  newEpoch(): Promise<boolean>;
}

/** A bill waits for its pushes this long. The runtime does it with a timer of the machine; here it is the virtual one. */
const ANNOUNCE_MS = 2_500;
/** The token that lets its holder follow an order; nobody here tries to forge one. */
const tokenOf = (shop: string, orderId: string): string => `token of ${shop} ${orderId}`;

/** Builds the functions on a database. */
export function functionsOn(world: FunctionsWorld): Functions {
  const { time, random, models, platform, push } = world;
  const { invoke } = platform;
  const subjectOf = (address?: string) => address;
  const securityEvents = { tell() {} };

  /** What every function that tells somebody needs. */
  const telling = (call: Invocation) => ({
    push: pushOf(call, world),
    connections: call.port<Connections>(models.connections),
    subscriptions: call.port<Subscriptions>(models.subscriptions),
  });

  async function announced(telling: Promise<void>): Promise<void> {
    await Promise.race([telling.catch(() => undefined), time.wait(ANNOUNCE_MS)]);
  }

  return {
    register: connectionId =>
      invoke(call =>
        register(
          call.port<Connections>(models.connections),
          subjectOf,
        )({ connectionId, remoteAddress: undefined, requestId }),
      ),

    cleanup: connectionId =>
      invoke(call => cleanup(call.port<Connections>(models.connections))({ connectionId, requestId })),

    transport: (connectionId, text) =>
      invoke(call =>
        transport({
          ...telling(call),
          streams: call.port(models.streams),
          shops: call.port(models.shops),
          commands: call.port(models.commands),
          reports: call.port(models.reports),
          readToken: (order, token) => {
            const [, kind, shop = '', id] = /^(token|view) of (.*) (.*)$/.exec(token) ?? [];
            return id === order.toLowerCase() ? { shop, isReadOnly: kind === 'view' } : undefined;
          },
          shareTokenOf: (shop, order) => `view of ${shop} ${order}`,
          newKeyOf: (shop, command) => `key of ${shop} ${command}`,
          subjectOf: address => address,
          log: (id, error) => world.log('error', 'failure', { requestId: id, message: messageOf(error) }),
          securityEvents,
        })({ connectionId, text, requestId }),
      ),

    bill: (key, body) =>
      invoke(call => {
        const told = telling(call);
        const place = bill({
          orders: call.port(models.orders),
          announce: event => announced(announce(told, event)),
          tokenOf,
          subjectOf,
          securityEvents,
          proofs: proofOfWork(['the secret of a simulation, long enough'], Date.now),
          warnOfFlood: async () => {},
        });
        const headers = { 'content-type': 'application/json', 'idempotency-key': key };
        const request = { method: 'POST', path: '/bill', query: {}, repeatedQuery: [], headers };
        return place({ ...request, body: Buffer.from(body), remoteAddress: undefined, requestId });
      }),

    redeliver: () =>
      invoke(call =>
        redeliver({
          ...telling(call),
          streams: call.port(models.streams),
          shops: call.port(models.shops),
          redelivery: call.port(models.redelivery),
          callWebhook: () => call.step(() => (random.chance(0.5) ? undefined : 'answered 500')),
          nowSeconds: () => Math.floor(time.now() / 1_000),
          log: world.log,
          securityEvents,
        })(),
      ),

    async rotateKey(shop) {
      const ending = await invoke(call =>
        initDb(call.port(models.installation), pushOf(call, world))({ rotateKeys: [shop] }),
      );
      if (ending.type !== 'answered' || !('rotated' in ending.answer)) return undefined;
      return ending.answer.rotated[0]?.key;
    },

    async newEpoch() {
      const ending = await invoke(call =>
        initDb(call.port(models.installation), pushOf(call, world))({ newEpoch: true }),
      );
      return ending.type === 'answered' && 'newEpochs' in ending.answer;
    },
  };

  function pushOf(call: Invocation, { weather }: FunctionsWorld) {
    const slow = () => (weather().pushDelayMs > 1_000 ? random.below(1_500) : 0);
    return {
      send: (id: string, text: string) => call.step(() => push.send(id, text), slow()),
      close: (id: string) => call.step(() => push.close(id), slow()),
    };
  }
}

const requestId = 'request';

/** A hash of a shop's key, as `init_db` stores it. */
export const keyHashOf = hashOf;
