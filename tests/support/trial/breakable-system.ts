import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { GatewayOptions } from '../../../apigateway/server/options.ts';
import type { InitAnswer } from '../../../functions/init_db/init-db.ts';
import { type Killable, startKillable } from '../killable.ts';
import { lastingPort } from '../port.ts';
import { throughSuitePooler } from '../postgres/suite-pooler.ts';
import { type FunctionHost, startFunctionHost } from './function-host.ts';
import { type KillablePostgres, startPostgres } from './postgres.ts';
import { type SendBackProxy, startSendBackProxy } from './send-back-proxy.ts';

/**
 * Everything, each part in a process that may die and with proxies between them:
 *
 *     customers, screens → gateway → bill hosts, stream host → (tcp proxy) → PostgreSQL
 *                             ↑  ← (send-back proxy) ←  ┘
 */
export interface BreakableSystem {
  postgres: KillablePostgres;
  /** Each holds `bill` and `get_shop_info`; the gateway reaches the first at `/bill`, the others at `/bill-1` … */
  bills: [FunctionHost, ...FunctionHost[]];
  /** Holds register, transport, cleanup, redeliver, init_db. */
  stream: FunctionHost;
  sendBack: SendBackProxy;
  gateway: Killable;
  /** Of the gateway. It stays the same over restarts. */
  url: string;
  webSocketUrl: string;
  /** Makes shops with a menu of rice (200) and egg (300); gives their keys by shop. */
  newShops(count: number): Promise<Record<string, string>>;
  /** Calls `init_db`. */
  init(event: object): Promise<InitAnswer>;
  /** Aborted when the system ends: customers and screens end with it. */
  ending: AbortSignal;
  /** Undoes every fault: what is dead is started, what is frozen thawed, proxies pass. */
  heal(): Promise<void>;
  /** Ends every process and proxy, whatever state it is in. */
  end(): Promise<void>;
}

/** What to start. Everything has a default. */
export interface BreakableOptions {
  billHosts?: number;
  /** Seconds between calls of redeliver; in the product it is 20. */
  redeliverSeconds?: number;
  postgresSettings?: Record<string, string>;
  /** A PostgreSQL that runs already, in place of one of its own. It ends with the system. */
  postgres?: KillablePostgres;
  /** Where functions find it, through a pooler that is the caller's to end; else it is the suites', where there is one. */
  databaseUrl?: string | undefined;
  /** For the functions. */
  environment?: Record<string, string>;
  nodeFlags?: string[];
  gateway?: Partial<GatewayOptions>;
  /** Frames of one connection, as in gateway.json; without it there is no limit. */
  rateLimit?: { framesPerSecond: number; burst: number };
  /** As in gateway.json; without it the gateway shows no client that the link is alive. */
  aliveFrame?: { everySeconds: number; frame: Record<string, unknown> };
  /** Folder of the bundles. */
  bundles?: string;
}

/** The menu of every new shop. */
export const menu = [
  { id: 'rice', name: '米饭 Rice', priceCents: 200 },
  { id: 'egg', name: '煎蛋 Fried egg', priceCents: 300 },
];

const apiId = 'pgws';

/** Starts one. When a part of it does not start, those that have are ended. */
export async function startBreakableSystem(options: BreakableOptions = {}): Promise<BreakableSystem> {
  const ends: (() => Promise<void>)[] = [];
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const end = async () => {
    ending.abort();
    const outcomes = await Promise.allSettled(
      ends
        .splice(0)
        .reverse()
        .map(each => each()),
    );
    const failed = outcomes.find(outcome => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
  try {
    return { ...(await start(options, ends)), ending: ending.signal, end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function start(
  options: BreakableOptions,
  ends: (() => Promise<void>)[],
): Promise<Omit<BreakableSystem, 'end' | 'ending'>> {
  const { billHosts = 1, bundles = 'dist', environment = {}, nodeFlags = [] } = options;
  const postgres = options.postgres ?? (await startPostgres(options.postgresSettings));
  ends.push(() => postgres.end());
  const pooled = options.databaseUrl === undefined ? await throughSuitePooler(postgres.url) : undefined;
  ends.push(async () => pooled?.end());
  const [port, sendBackPort] = [await lastingPort(), await lastingPort()];
  const sendBack = await startSendBackProxy(sendBackPort, apiId);
  ends.push(() => sendBack.close());

  async function host(names: string[]): Promise<FunctionHost> {
    const shared = {
      bundles,
      databaseUrl: options.databaseUrl ?? pooled?.url ?? postgres.url,
      sendBackUrl: sendBack.url,
      environment,
      nodeFlags,
    };
    const started = await startFunctionHost({ names, ...shared });
    ends.push(async () => {
      await started.kill();
      await started.database.close();
    });
    return started;
  }

  const [stream, ...bills] = await Promise.all([
    host(['register', 'transport', 'cleanup', 'redeliver', 'init_db']),
    ...Array.from({ length: billHosts }, () => host(['bill', 'get_shop_info'])),
  ]);
  const init = (event: object) => stream.call('init_db', event) as Promise<InitAnswer>;
  await init({});
  const gateway = await startKillable({
    script: 'tests/support/trial/gateway-process.ts',
    argument: { ...gatewayOptions(options, stream, bills), port, sendBackPort, ...options.gateway },
  });
  ends.push(() => gateway.kill());

  const hosts = [stream, ...bills];
  return {
    postgres,
    bills: bills as BreakableSystem['bills'],
    stream,
    sendBack,
    gateway,
    url: `http://127.0.0.1:${port}`,
    webSocketUrl: `ws://127.0.0.1:${port}/pgws`,
    init,
    async newShops(count) {
      const shops = Array.from({ length: count }, () => `shop-${randomUUID().slice(0, 8)}`);
      const answer = await init({ shops: shops.map(id => ({ id, name: id, currency: 'CNY', dishes: menu })) });
      if ('error' in answer) throw new Error(answer.error.message);
      return Object.fromEntries(answer.shops.map(({ id, key = '' }) => [id, key]));
    },
    async heal() {
      postgres.thaw();
      for (const each of [...hosts, gateway]) each.thaw();
      for (const each of hosts) each.database.heal();
      sendBack.heal();
      await Promise.all([postgres.start(), gateway.start(), ...hosts.map(each => each.start())]);
    },
  };
}

function gatewayOptions(options: BreakableOptions, stream: FunctionHost, bills: FunctionHost[]): GatewayOptions {
  return {
    routes: [
      ...bills.map((bill, index) => ({
        path: index === 0 ? '/bill' : `/bill-${index}`,
        methods: ['POST' as const],
        target: bill.url('bill'),
      })),
      { path: '/get_shop_info', methods: ['GET'], target: bills[0]?.url('get_shop_info') ?? '' },
    ],
    websockets: [
      {
        path: '/pgws',
        apiId,
        register: stream.url('register'),
        transport: stream.url('transport'),
        cleanup: stream.url('cleanup'),
        ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
        ...(options.aliveFrame === undefined ? {} : { aliveFrame: options.aliveFrame }),
      },
    ],
    timers: [{ target: stream.url('redeliver'), everySeconds: options.redeliverSeconds ?? 2 }],
    connectionsPerAddress: 0,
    logLevel: 'error',
  };
}
