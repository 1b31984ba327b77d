import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InitAnswer } from '../../functions/init_db/init-db.ts';
import { startLocalSystem } from '../local/system.ts';
import { childArgument, serveParent } from './child.ts';
import { menuOf } from './order.ts';
import { countSocketWrites } from './socket-writes.ts';

/** What `local-server.ts` is started with and says: the product as `npm start` runs it, without limits. */
export interface LocalServer {
  argument: { databaseUrl: string; shops: number };
  /** `keys` by shop. */
  info: { url: string; keys: Record<string, string> };
}

const { databaseUrl, shops } = childArgument<LocalServer['argument']>();
const socketWrites = countSocketWrites(databaseUrl);
const directory = mkdtempSync(path.join(tmpdir(), 'websocket-order-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
const system = await startLocalSystem({
  host: '127.0.0.1',
  port: 0,
  sendBackPort: 0,
  directory,
  databaseUrl,
  rateLimits: 'off',
  logLevel: 'warn',
});
const initDb: (event: unknown) => Promise<InitAnswer> = createRequire(path.resolve('gateway.json'))(
  './dist/init_db/index.js',
).main_handler;
const made = await initDb({ shops: Array.from({ length: shops }, (_, index) => menuOf(`bench${index}`)) });
if ('error' in made) throw new Error(made.error.message);
const keys = Object.fromEntries(made.shops.map(({ id, key = '' }) => [id, key]));
serveParent({ url: system.url, keys }, { answers: { socketWrites }, stop: () => system.stop() });
