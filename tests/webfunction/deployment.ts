import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { InitAnswer } from '../../functions/init_db/init-db.ts';
import { startRedis, type TestRedis } from '../backplane/redis.ts';
import { type FunctionHost, startFunctionHost } from '../faults/function-host.ts';
import { startTrial, type Trial, type TrialOptions } from '../faults/trial.ts';
import { menu } from '../faults/world.ts';
import { createTestDatabase, type TestDatabase } from '../postgres/database.ts';
import { type Instance, startInstance } from './instance.ts';

/** What the instances of a deployment reach each other by. */
export type BackplaneKind = 'Redis' | 'PostgreSQL';

/** A database, functions in a process of their own, and instances of the gateway: what a cloud would run. */
export interface Deployment {
  database: TestDatabase;
  /** There with Redis alone. */
  redis: TestRedis | undefined;
  /** bill, redeliver, init_db: they push over the backplane. */
  functions: FunctionHost;
  /** Starts another instance. */
  startInstance(environment?: Record<string, string>): Promise<Instance>;
  /** Orders go to one instance, screens connect to another. */
  startTrial(orders: Instance, screens: Instance, options?: TrialOptions): Promise<Trial>;
  /** Makes shops; gives their keys. */
  newShops(count: number): Promise<Record<string, string>>;
  /** The state of every connection of an instance. */
  connectionsOf(instance: Instance): Promise<{ id: string; state: string }[]>;
  /** Runs re-delivery every second, until the given function is called. */
  redeliver(): () => void;
  /** Ends whatever still runs. */
  end(): Promise<void>;
}

/** Starts one without an instance, in which nothing is delivered again unless a test asks for it. */
export async function startDeployment(kind: BackplaneKind): Promise<Deployment> {
  const ends: (() => Promise<unknown>)[] = [];
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const database = await createTestDatabase();
  ends.push(() => database.drop());
  const redis = kind === 'Redis' ? await startRedis() : undefined;
  if (redis !== undefined) ends.push(() => redis.end());
  const backplane = redis === undefined ? {} : { REDIS_URL: redis.url };
  const functions = await startFunctionHost({
    names: ['bill', 'redeliver', 'init_db'],
    bundles: 'dist',
    databaseUrl: database.url,
    sendBackUrl: '',
    environment: { ...backplane, TOKEN_SECRET: 'a secret of the tests' },
  });
  ends.push(async () => {
    await functions.kill();
    await functions.database.close();
  });

  async function newShops(count: number): Promise<Record<string, string>> {
    const shops = Array.from({ length: count }, () => `shop-${randomUUID().slice(0, 8)}`);
    const event = { shops: shops.map(id => ({ id, name: id, currency: 'CNY', dishes: menu })) };
    const answer = (await functions.call('init_db', event)) as InitAnswer;
    if ('error' in answer) throw new Error(answer.error.message);
    return Object.fromEntries(answer.shops.map(({ id, key = '' }) => [id, key]));
  }

  return {
    database,
    redis,
    functions,
    newShops,
    async startInstance(environment = {}) {
      const instance = await startInstance({
        DATABASE_URL: database.url,
        RATE_LIMITS: 'off',
        OUTBOUND_LIMITS: 'off',
        CONNECTIONS_PER_ADDRESS: '100000',
        ...backplane,
        ...environment,
      });
      ends.push(() => instance.kill());
      return instance;
    },
    startTrial: (orders, screens, options) =>
      startTrial(
        {
          url: orders.url,
          webSocketUrl: screens.webSocketUrl,
          postgres: { pool: database.pool },
          newShops,
          ending: ending.signal,
          heal: async () => {
            await redis?.start();
            functions.database.heal();
          },
        },
        options,
      ),
    async connectionsOf({ name }) {
      const { rows } = await database.pool.query('select id, state from connections where id like $1', [`${name}.%`]);
      return rows;
    },
    redeliver() {
      const timer = setInterval(() => functions.call('redeliver', {}).catch(() => undefined), 1_000);
      const stop = () => clearInterval(timer);
      ending.signal.addEventListener('abort', stop);
      return stop;
    },
    async end() {
      ending.abort();
      for (const end of ends.splice(0).reverse()) await end();
    },
  };
}
