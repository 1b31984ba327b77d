import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import pg from 'pg';
import { type Backplane, createBackplane, newProcessName } from '../../apigateway/backplane/backplane.ts';
import { newConnectionId } from '../../apigateway/backplane/connection-id.ts';
import { offerBackplane } from '../../apigateway/backplane/of-process.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { sendBackOf } from '../../apigateway/server/elsewhere.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { withTlsSpelledOut } from '../../db/tls-mode.ts';
import { given, tokenSecrets } from '../../functions/runtime/environment.ts';
import { localHosts, withoutLimits } from '../gateway/options.ts';
import { type ChatOptions, withChat } from './chat.ts';
import { demoKeys } from './demo-keys.ts';
import { findDatabase, type Stops, startParts } from './parts.ts';
import { localSecrets } from './secrets.ts';

/** What to start and where. */
export interface LocalOptions {
  host: string;
  /** Names under which it is asked, besides those of this machine for itself. */
  hosts?: readonly string[];
  /** Where the address of whoever asks through a proxy stands, as in `gateway.json`. */
  trustedProxies?: number | undefined;
  addressHeader?: string | undefined;
  /** From which the pages may show images; by default none. */
  imageHosts?: readonly string[];
  /** 0 takes a free one. */
  port: number;
  sendBackPort: number;
  /** Where this machine may read metrics; without it nowhere. */
  metricsPort?: number | undefined;
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
  const databaseUrl = await findDatabase(options.databaseUrl, options.directory, stops);
  const secrets = localSecrets(options.directory);
  const configured = withChat(
    JSON.parse(readFileSync('gateway.json', 'utf8')) as GatewayOptions,
    options.chat ?? { store: 'postgres', queue: undefined },
  );
  // Functions read their settings where a cloud would put them.
  Object.assign(process.env, {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: given('DATABASE_POOL_SIZE') ?? '10',
    // Here everything is one person's, who may well name a database of a superuser.
    DATABASE_SUPERUSER: 'allow',
    TOKEN_SECRET: given('TOKEN_SECRET') ?? secrets.tokenSecret,
    CHAT_WORKER_SECONDS: given('CHAT_WORKER_SECONDS') ?? '3',
    // That of a deployment may still be set in this shell.
    SEND_BACK_URL: '',
    SEND_BACK_SECRET: secrets.sendBackSecret,
    ...(options.rateLimits === undefined ? {} : { RATE_LIMITS: options.rateLimits }),
  });

  tokenSecrets(); // a function by itself would take a weaker one

  const pool = new pg.Pool({
    connectionString: withTlsSpelledOut(databaseUrl),
    max: 2,
    connectionTimeoutMillis: 2_000,
    allowExitOnIdle: true,
  });
  pool.on('error', () => undefined);
  stops.push(() => pool.end());
  const name = newProcessName();
  let gateway: Gateway | undefined;
  // Functions that run in the gateway's process need no network to push.
  offerBackplane(backplaneTo(name, () => gateway));
  stops.push(async () => offerBackplane(undefined));
  // What `npm run shop` has to tell comes from a process of its own.
  const line = createBackplane({
    medium: postgresMedium(withTlsSpelledOut(databaseUrl)),
    name,
    receive: parcel => gateway?.take(sendBackOf(parcel)) ?? 'unknown',
  });
  line.opened.catch(() => undefined); // without it, what that tells comes with the timer
  stops.push(() => line.end());
  const keys = await demoKeys(options.directory, pool, loadFunction('init_db'));
  gateway = await startGateway({
    ...(options.rateLimits === 'off' ? withoutLimits(configured) : configured),
    host: options.host,
    ...namesAndAddresses(options),
    ...(options.imageHosts === undefined ? {} : { imageHosts: [...options.imageHosts] }),
    port: options.port,
    sendBackPort: options.sendBackPort,
    sendBackSecret: secrets.sendBackSecret,
    ...(options.metricsPort === undefined ? {} : { metricsPort: options.metricsPort }),
    logLevel: options.logLevel,
    connectionId: () => newConnectionId(name),
    health: () => isWell(pool),
    readiness: async () => {
      const isUp = await isWell(pool);
      return { ready: isUp, functions: 'loaded', database: isUp ? 'answers' : 'away' };
    },
  });
  const { url, close } = gateway;
  stops.push(close);
  return { url, gateway, keys };
}

/** With a proxy before it, the gateway is asked by the proxy's names, unless some are listed. */
function namesAndAddresses({ hosts = [], trustedProxies, addressHeader }: LocalOptions): Partial<GatewayOptions> {
  if (trustedProxies === undefined && addressHeader === undefined) return { hosts: [...localHosts, ...hosts] };
  return {
    ...(hosts.length > 0 && { hosts: [...localHosts, ...hosts] }),
    ...(trustedProxies !== undefined && { trustedProxies }),
    ...(addressHeader !== undefined && { addressHeader }),
  };
}

/** The backplane of a gateway that runs alone. Until it runs, nobody is there to push to. */
function backplaneTo(name: string, gateway: () => Gateway | undefined): Backplane {
  return {
    name,
    frameBytes: Number.POSITIVE_INFINITY,
    state: () => 'joined',
    opened: Promise.resolve(),
    publish: async (_, { connectionId, data }) =>
      gateway()?.take(
        data === undefined ? { action: 'closing', connectionId } : { action: 'data send', connectionId, data },
      ) ?? 'unknown',
    end: async () => {},
  };
}

function loadFunction(name: string) {
  return createRequire(path.resolve('gateway.json'))(`./dist/${name}/index.js`).main_handler;
}

async function isWell(pool: pg.Pool): Promise<boolean> {
  return pool.query('select 1').then(
    () => true,
    () => false,
  );
}
