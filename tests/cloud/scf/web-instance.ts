import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../scripts/local/free-port.ts';

/** A process of a web function: what `scf_bootstrap` has started. */
export interface WebInstance {
  readonly port: number;
  /** Requests and connections it has at the moment. */
  load: number;
  readonly isAlive: boolean;
  /** What it has written so far, and how much that was in all. */
  readonly written: number;
  /** What it has written since `written` was so much. */
  logSince(written: number): string;
  /** `undefined` when it listens; else the status and why it does not. */
  readonly ready: Promise<{ status: number; message: string } | undefined>;
  /** SIGTERM, and after a while SIGKILL, to it and its children. */
  end(): Promise<void>;
}

/** How long a process that was told to end may take. */
const END_MS = 2000;
/** What is kept of its output. */
const LOG_CHARACTERS = 64 * 1024;

/**
 * Starts `scf_bootstrap` of a folder with the given environment, and with `PORT` where it is to listen: several run on
 * one machine, so it cannot be 9000.
 */
export async function startWebInstance({
  folder,
  environment,
  memoryMb,
  initTimeoutMs,
}: {
  folder: string;
  environment: Record<string, string>;
  memoryMb: number;
  initTimeoutMs: number;
}): Promise<WebInstance> {
  const port = await freePort();
  const file = path.join(folder, 'scf_bootstrap');
  const wrong = await bootstrapProblem(file);
  const env = { ...environment, PORT: String(port), NODE_OPTIONS: `--max-old-space-size=${memoryMb}` };
  const child =
    wrong === undefined
      ? spawn(file, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
      : undefined;
  let log = '';
  let written = 0;
  const collect = (chunk: Buffer) => {
    const text = chunk.toString();
    written += text.length;
    log = (log + text).slice(-LOG_CHARACTERS);
  };
  child?.stdout.on('data', collect);
  child?.stderr.on('data', collect);
  // They are no children of a terminal or a shell: whoever ends without closing is not to leave them behind.
  const killAtExit = () => child && signal(child, 'SIGKILL');
  process.once('exit', killAtExit);
  let isAlive = child !== undefined;
  const problem = { status: 405, message: wrong ?? 'the container exited' };
  const exit =
    child === undefined ? Promise.resolve(problem) : exitOf(child).then(message => ({ status: 405, message }));
  void exit.then(() => {
    isAlive = false;
    process.removeListener('exit', killAtExit);
  });
  const listening = untilListening(port, initTimeoutMs, () => isAlive);
  return {
    port,
    load: 0,
    get isAlive() {
      return isAlive;
    },
    get written() {
      return written;
    },
    logSince: before => (written === before ? '' : log.slice(before - written)),
    ready: Promise.race([exit, listening]),
    async end() {
      if (!isAlive || child === undefined) return;
      signal(child, 'SIGTERM');
      await Promise.race([exit, delay(END_MS, undefined, { ref: false })]);
      signal(child, 'SIGKILL');
      await exit;
    },
  };
}

/** What the documents ask of the file (583/56126): its mode, its first line, its line ends. */
async function bootstrapProblem(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return 'scf_bootstrap not found';
  if (text.includes('\r\n')) return 'scf_bootstrap has CRLF line ends';
  return text.startsWith('#!/bin/bash\n') ? undefined : 'scf_bootstrap does not begin with #!/bin/bash';
}

async function exitOf(child: ChildProcess): Promise<string> {
  const end = await Promise.race([once(child, 'exit'), once(child, 'error')]).catch(error => [error]);
  const [code, by] = end as [unknown, unknown];
  if (code instanceof Error) return `scf_bootstrap cannot be run: ${code.message}`;
  // Its children may live on; here, as there, nothing of a container stays.
  signal(child, 'SIGKILL');
  return `the container exited with ${by ?? code}`;
}

async function untilListening(port: number, withinMs: number, goesOn: () => boolean) {
  for (const end = Date.now() + withinMs; Date.now() < end && goesOn(); await delay(20)) {
    if (await canConnect(port)) return undefined;
  }
  return { status: 446, message: `nothing listens on the port after ${withinMs / 1000} seconds` };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.destroy() && resolve(true));
    socket.once('error', () => resolve(false));
  });
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {}
}
