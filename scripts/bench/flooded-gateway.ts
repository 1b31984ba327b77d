import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { InitEvent } from '../../functions/domain/init-event.ts';
import type { InitAnswer } from '../../functions/init_db/init-db.ts';

/** The gateway of a container, with all its limits, in a process that may have 400 MB. */
export interface FloodedGateway {
  url: string;
  /** Keys by shop. */
  keys: Record<string, string>;
  residentBytes(): number;
  stop(): Promise<void>;
}

/** Of JavaScript; the rest of the 400 MB is for buffers, code and the system. */
const HEAP_MB = 256;

/** Starts it on a database, with these shops. Who calls is said in `x-forwarded-for`: one machine stands for many. */
export async function startFloodedGateway(databaseUrl: string, event: InitEvent): Promise<FloodedGateway> {
  const environment = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TOKEN_SECRET: randomBytes(32).toString('hex'),
    HOST: '127.0.0.1',
    PORT: '0',
    TRUSTED_PROXIES: '1',
    LOG_LEVEL: 'error',
  };
  // A function reads its settings from the environment of its process.
  process.env.DATABASE_URL = databaseUrl;
  process.env.TOKEN_SECRET = environment.TOKEN_SECRET;
  const initDb: (event: unknown) => Promise<InitAnswer> = createRequire(path.resolve('gateway.json'))(
    './dist/init_db/index.js',
  ).main_handler;
  const made = await initDb(event);
  if ('error' in made) throw new Error(made.error.message);
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, 'dist/gateway/index.js'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line => {
      if (line.startsWith('ready')) resolve(line.split(' ')[1] ?? '');
    });
    exited.then(() => reject(new Error('the gateway has ended')));
  });
  return {
    url,
    keys: Object.fromEntries(made.shops.map(({ id, key = '' }) => [id, key])),
    residentBytes() {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('the flood has ended the gateway');
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
