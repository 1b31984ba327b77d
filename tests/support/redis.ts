import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lastingPort } from './port.ts';

/** A Redis of the suite's own, which may die. It keeps nothing. */
export interface TestRedis {
  /** Stays the same over restarts. */
  url: string;
  port: number;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again, unless it runs. */
  start(): Promise<void>;
  end(): Promise<void>;
}

/** Starts the `redis-server` of the PATH on a port of its own. */
export async function startRedis(): Promise<TestRedis> {
  const port = await lastingPort();
  let server = await spawnRedis(port);

  async function kill() {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    async start() {
      if (server.exitCode !== null || server.signalCode !== null) server = await spawnRedis(port);
    },
    end: kill,
  };
}

async function spawnRedis(port: number) {
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = once(server, 'exit').then(() => Promise.reject(new Error('redis-server did not start')));
  failed.catch(() => {});
  let said = '';
  await Promise.race([
    failed,
    new Promise<void>(resolve => {
      server.stdout.on('data', (chunk: Buffer) => {
        if (said.includes('Ready to accept connections')) return;
        said += chunk.toString();
        if (said.includes('Ready to accept connections')) resolve();
      });
    }),
  ]);
  return server;
}
