import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createTestDatabase, type TestDatabase } from '../postgres/database.ts';
import { orderBody } from './client.ts';

/** The whole product as a user starts it: a process of its own, on ports the system gives. */
export interface System {
  url: string;
  websocketUrl: string;
  /** Keys of the demo shops. */
  keys: Record<string, string>;
  database: TestDatabase;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts it on a database of its own. `stop` throws when the log holds a key or what a customer wrote. */
export async function startSystem(environment: Record<string, string> = {}): Promise<System> {
  const database = await createTestDatabase({ empty: true });
  const directory = mkdtempSync(path.join(tmpdir(), 'websocket-order-'));
  const started = await startProcess({ LOCAL_DIRECTORY: directory, DATABASE_URL: database.url, ...environment });
  const logged: string[] = [];
  started.process.stderr?.on('data', chunk => logged.push(String(chunk)));
  return {
    ...started,
    database,
    async stop() {
      await started.end();
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
      const told = privateTexts(started.keys).filter(text => logged.join('').includes(text));
      if (told.length > 0) throw new Error(`the log holds what nobody may read there: ${told.join(', ')}`);
    },
  };
}

/** What a test sends and no log may hold, whichever test it was. */
function privateTexts(keys: Record<string, string>): string[] {
  return [...Object.values(keys), ...Object.values(orderBody().customer)];
}

/** A started process and what it printed. */
export interface Started {
  url: string;
  websocketUrl: string;
  keys: Record<string, string>;
  lines: string[];
  process: ChildProcess;
  /** SIGTERM, and the exit code that followed. */
  end(): Promise<number | null>;
}

/** Runs a start script until it says that it is ready; `within` is a command that runs the command that follows it. */
export function startProcess(
  environment: Record<string, string>,
  script = 'scripts/start.ts',
  within: string[] = [],
): Promise<Started> {
  const [command = '', ...words] = [...within, process.execPath, 'scripts/run.mjs', script];
  const child = spawn(command, words, {
    env: { ...process.env, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>(resolve => child.once('exit', resolve));
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => errors.push(line));
  const started: Promise<Started> = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line => {
      lines.push(line);
      if (line.startsWith('ready')) resolve({ ...addresses(lines), lines, process: child, end });
    });
    exited.then(code => reject(new Error(`the start script ended with ${code}: ${errors.join('\n')}`)));
  });
  function end(): Promise<number | null> {
    child.kill('SIGTERM');
    return exited;
  }
  return started;
}

function addresses(lines: string[]) {
  const order = lines.find(line => line.endsWith('/order.html')) ?? '';
  const url = order.slice(0, -'/order.html'.length);
  const links = lines.map(line => /#shop=([^&]+)&key=(.+)$/.exec(line)).filter(match => match !== null);
  const keys = Object.fromEntries(links.map(([, shop, key]) => [shop ?? '', key ?? '']));
  return { url, websocketUrl: `${url.replace('http', 'ws')}/pgws`, keys };
}
