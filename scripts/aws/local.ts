import { rmSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { startGateway } from '../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { withTlsSpelledOut } from '../../db/tls-mode.ts';
import type { InitAnswer } from '../../functions/init_db/init-db.ts';
import { buildPages } from '../../web/build.ts';
import { localHosts } from '../gateway/options.ts';
import { demoKeys } from '../local/demo-keys.ts';
import { holdPort } from '../local/free-port.ts';
import { findDatabase, type Stops, startParts } from '../local/parts.ts';
import { localSecrets } from '../local/secrets.ts';
import type { LocalOptions } from '../local/system.ts';
import { startChatTable } from './chat-table.ts';
import { type Offline, startOffline } from './offline.ts';

/** What runs of AWS on this machine. */
export interface LocalAws {
  /** Of the pages. */
  url: string;
  ordering: Offline;
  chat: Offline;
  /** Keys of the demo shops, by shop. */
  keys: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts the AWS variant: its functions under serverless-offline (two processes, one for each WebSocket API), embedded
 * PostgreSQL, dynalite as DynamoDB, and the pages with the addresses of all that.
 */
export async function startAws(options: LocalOptions): Promise<LocalAws> {
  return startParts(stops => start(options, stops));
}

async function start(options: LocalOptions, stops: Stops): Promise<Omit<LocalAws, 'stop'>> {
  const { host } = options;
  const directory = path.join(options.directory, 'aws');
  const databaseUrl = await findDatabase(options.databaseUrl, directory, stops);
  const table = await startChatTable();
  stops.push(() => table.stop());

  const held = await holdPort(host, options.port);
  stops.push(() => held.release());
  const shared = {
    pagesOrigin: `http://${host}:${held.port}`,
    environment: {
      ...table.environment,
      DATABASE_URL: databaseUrl,
      TOKEN_SECRET: localSecrets(directory).tokenSecret,
      ...(options.rateLimits === undefined ? {} : { RATE_LIMITS: options.rateLimits }),
    },
    log: (line: string) => {
      if (options.logLevel === 'debug' || /^\{"time":"[^"]*","level":"(warn|error)"/.test(line)) console.error(line);
    },
  };
  const ordering = await startOffline({ ...shared, websockets: 'ordering' });
  stops.push(() => ordering.stop());
  const chat = await startOffline({ ...shared, websockets: 'chat' });
  stops.push(() => chat.stop());

  const pool = new pg.Pool({ connectionString: withTlsSpelledOut(databaseUrl), max: 1, allowExitOnIdle: true });
  const keys = await demoKeys(directory, pool, event => ordering.invoke('init_db', event) as Promise<InitAnswer>);
  await pool.end();

  const settings = await pagesFor(directory, ordering, chat);
  await held.release();
  const pages = await startGateway({
    host,
    hosts: [...localHosts, ...(options.hosts ?? [])],
    port: held.port,
    pages: settings,
    logLevel: options.logLevel,
  });
  stops.push(() => pages.close());
  return { url: pages.url, ordering, chat, keys };
}

/** Builds the pages, with the addresses of the APIs in them. */
async function pagesFor(directory: string, ordering: Offline, chat: Offline): Promise<GatewayOptions['pages']> {
  const outdir = path.join(directory, 'web');
  rmSync(outdir, { recursive: true, force: true });
  const config = { api: ordering.url, websocket: ordering.websocketUrl, chat: chat.websocketUrl };
  await buildPages({ outdir, minify: true, config });
  return { directory: outdir, home: '/order.html' };
}
