import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import pg from 'pg';
import { type Backplane, newProcessName } from '../../apigateway/backplane/backplane.ts';
import { newConnectionId } from '../../apigateway/backplane/connection-id.ts';
import { offerBackplane } from '../../apigateway/backplane/of-process.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { type ChatOptions, withChat } from './chat.ts';
import { demoKeys } from './demo-keys.ts';
import { freePort } from './free-port.ts';
import { type Stops, startDatabase, startParts } from './parts.ts';
import { localSecrets } from './secrets.ts';

/** What to start and where. */
export interface LocalOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  sendBackPort: number;
  /** Where the embedded database, the secrets and the demo keys are kept. */
  directory: string;
  /** A database to use instead of the embedded one. */
  databaseUrl: string | undefined;
  /** `RATE_LIMITS` of the functions; `off` lifts the gateway's limits too. */
  rateLimits: string | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** By default on PostgreSQL, without a queue. */
  chat?: ChatOptions;
}

/** Everything on one machine: database, functions, gateway. */
export interface LocalSystem {
  url: string;
  gateway: Gateway;
  /** Keys of the demo shops, by shop. */
  keys: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts everything in this process. When a part does not start, those that have are stopped again. */
export async function startLocalSystem(options: LocalOptions): Promise<LocalSystem> {
  return startParts(stops => start(options, stops));
}

async function start(options: LocalOptions, stops: Stops): Promise<Omit<LocalSystem, 'stop'>> {
  const databaseUrl = options.databaseUrl ?? (await startDatabase(options.directory, stops)).url;
  const secrets = localSecrets(options.directory);
  const sendBackPort = options.sendBackPort === 0 ? await freePort() : options.sendBackPort;
  const configured = withChat(
    JSON.parse(readFileSync('gateway.json', 'utf8')) as GatewayOptions,
    options.chat ?? { store: 'postgres', queue: undefined },
  );
  const apiId = configured.websockets?.[0]?.apiId ?? '';
  // Functions read their settings where a cloud would put them.
  Object.assign(process.env, {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: process.env.DATABASE_POOL_SIZE ?? '10',
    TOKEN_SECRET: process.env.TOKEN_SECRET ?? secrets.tokenSecret,
    SEND_BACK_URL: `http://127.0.0.1:${sendBackPort}/send-back/${apiId}`,
    CHAT_WORKER_SECONDS: process.env.CHAT_WORKER_SECONDS ?? '3',
    SEND_BACK_SECRET: secrets.sendBackSecret,
    ...(options.rateLimits === undefined ? {} : { RATE_LIMITS: options.rateLimits }),
  });

  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: 2_000,
    allowExitOnIdle: true,
  });
  pool.on('error', () => undefined);
  stops.push(() => pool.end());
  const keys = await demoKeys(options.directory, pool, loadFunction('init_db'));
  const name = newProcessName();
  const gateway = await startGateway({
    ...(options.rateLimits === 'off' ? withoutLimits(configured) : configured),
    host: options.host,
    port: options.port,
    sendBackPort,
    sendBackSecret: secrets.sendBackSecret,
    logLevel: options.logLevel,
    connectionId: () => newConnectionId(name),
    health: () => isWell(pool),
  });
  stops.push(() => gateway.close());
  // A message to a thousand in the chat need not be a thousand calls by HTTP to our own process.
  offerBackplane(backplaneTo(name, gateway));
  stops.push(async () => offerBackplane(undefined));
  return { url: gateway.url, gateway, keys };
}

/** The backplane of a gateway that runs alone. */
function backplaneTo(name: string, gateway: Gateway): Backplane {
  return {
    name,
    frameBytes: Number.POSITIVE_INFINITY,
    publish: async (_, { connectionId, data }) =>
      gateway.take(
        data === undefined ? { action: 'closing', connectionId } : { action: 'data send', connectionId, data },
      ),
    end: async () => {},
  };
}

function loadFunction(name: string) {
  return createRequire(path.resolve('gateway.json'))(`./dist/${name}/index.js`).main_handler;
}

/** A load test comes from one address and sends as fast as it can. */
function withoutLimits(options: GatewayOptions): GatewayOptions {
  const websockets = options.websockets?.map(({ rateLimit: _, ...api }) => api) ?? [];
  return { ...options, websockets, connectionsPerAddress: 0 };
}

async function isWell(pool: pg.Pool): Promise<boolean> {
  return pool.query('select 1').then(
    () => true,
    () => false,
  );
}
