import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { InitAnswer } from '../../functions/init_db/init-db.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { menu } from '../support/trial/breakable-system.ts';
import { type FunctionHost, startFunctionHost } from '../support/trial/function-host.ts';
import { startTrial, type Trial, type TrialOptions } from '../support/trial/trial.ts';
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
  const ends: Ends = [];
  try {
    return await startParts(kind, ends);
  } catch (error) {
    await endAll(ends);
    throw error;
  }
}

/** How to end each part that was started, or is being started, in the order of their starts. */
type Ends = (() => Promise<unknown>)[];

/** Ends whatever runs, the newest first. A part that does not end keeps no other from it. */
async function endAll(ends: Ends): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).reverse()) await end().catch(error => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

async function startParts(kind: BackplaneKind, ends: Ends): Promise<Deployment> {
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
    environment: { ...backplane, TOKEN_SECRET: 'a secret of the tests, long enough' },
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
      const starting = startInstance({
        DATABASE_URL: database.url,
        RATE_LIMITS: 'off',
        OUTBOUND_LIMITS: 'off',
        CONNECTIONS_PER_ADDRESS: '100000',
        ...backplane,
        ...environment,
      });
      // Also of one that is still starting when another could not.
      ends.push(() =>
        starting.then(
          instance => instance.kill(),
          () => undefined,
        ),
      );
      return starting;
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
      await endAll(ends);
    },
  };
}
