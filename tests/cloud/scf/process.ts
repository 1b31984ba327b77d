import { type ChildProcess, fork, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** How one call of a function ended. */
export interface Outcome {
  /** 200, or 405, 407, 430, 433, 434, 437, 443, 450 (583/35311). */
  status: number;
  /** JSON, when the status is 200. */
  answer?: string;
  message?: string;
  log: string;
  memoryBytes: number;
}

/** What a process of a function is made of. */
export interface ProcessSettings {
  folder: string;
  handler: string;
  /** As SCF names it. Those of Node.js and Python run here. */
  runtime: string;
  memoryMb: number;
  timeoutMs: number;
  initTimeoutMs: number;
  /** All of it: nothing is inherited. */
  environment: Record<string, string>;
}

/** A process that holds one event function and takes one event at a time. */
export interface FunctionProcess {
  /** Whether it can take events: it ends with a time-out, a crash or too much memory. */
  readonly isAlive: boolean;
  call(event: unknown, context: object): Promise<Outcome>;
  end(): Promise<void>;
}

interface Message {
  id?: number;
  status?: number;
  answer?: string;
  message?: string;
  memory?: number;
  log?: string;
  ready?: boolean;
  uncaught?: string;
}

/** Starts a process for one event function, with its environment and its limit of memory. */
export function startFunctionProcess(settings: ProcessSettings): FunctionProcess {
  const child = settings.runtime.startsWith('Python') ? startPython(settings) : startNode(settings);
  const exit = new Promise<Exit>(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // A message to a process that has just died; its exit says the rest.
  child.on('error', () => {});
  let isAlive = true;
  let log = '';
  let calls = 0;
  const collect = (chunk: Buffer) => {
    log += chunk;
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const ready = new Promise<void>(resolve => {
    child.on('message', (message: Message) => {
      if (message.ready === true) resolve();
      if (message.log !== undefined) log += message.log;
    });
  });

  async function call(event: unknown, context: object): Promise<Outcome> {
    log = '';
    calls += 1;
    const id = calls;
    const ended = exit.then(endOf);
    const initialised = await race(
      ready.then(() => undefined),
      ended,
      settings.initTimeoutMs,
      {
        status: 450,
        message: `initialisation timed out after ${settings.initTimeoutMs / 1000} seconds`,
      },
    );
    const result = initialised ?? (await run(id, event, context, ended));
    if (result.status === 433 || result.status === 450) await end();
    return { ...result, log, memoryBytes: result.memoryBytes ?? 0 };
  }

  async function run(id: number, event: unknown, context: object, ended: Promise<Part>): Promise<Part> {
    const answered = answerOf(child, id);
    child.send({ id, event, context, timeoutMs: settings.timeoutMs });
    const result = await race(answered.promise, ended, settings.timeoutMs, {
      status: 433,
      message: `Invoking task timed out after ${settings.timeoutMs / 1000} seconds`,
    });
    answered.forget();
    return result;
  }

  async function end(): Promise<void> {
    isAlive = false;
    child.kill('SIGKILL');
    await exit;
  }

  void exit.then(() => {
    isAlive = false;
  });
  return {
    get isAlive() {
      return isAlive;
    },
    call,
    end,
  };
}

function startNode({ folder, handler, memoryMb, environment: env }: ProcessSettings): ChildProcess {
  return fork(path.resolve('tests/cloud/scf/runner.cjs'), [folder, handler], {
    cwd: folder,
    env,
    execArgv: [`--max-old-space-size=${memoryMb}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** The same for Python, whose channel is two pipes with a line for each message. */
function startPython({ folder, handler, environment }: ProcessSettings): ChildProcess {
  const env = { ...environment, PATH: process.env.PATH, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn('python3', [path.resolve('tests/cloud/scf/runner.py'), folder, handler], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [, , , inlet, outlet] = child.stdio as [unknown, unknown, unknown, Writable, Readable];
  // One that has died takes nothing any more; its exit says the rest.
  inlet.on('error', () => {});
  createInterface(outlet).on('line', line => child.emit('message', JSON.parse(line)));
  child.send = (message: unknown) => inlet.write(`${JSON.stringify(message)}\n`);
  return child;
}

type Part = Omit<Outcome, 'log' | 'memoryBytes'> & { memoryBytes?: number };
interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

function answerOf(child: ChildProcess, id: number): { promise: Promise<Part>; forget(): void } {
  let listener: (message: Message) => void = () => {};
  const promise = new Promise<Part>(resolve => {
    listener = message => {
      if (message.uncaught !== undefined) resolve({ status: 430, message: message.uncaught });
      if (message.id !== id || message.status === undefined) return;
      const { status, answer, message: text, memory } = message;
      resolve({
        status,
        ...(answer === undefined ? {} : { answer }),
        ...(text === undefined ? {} : { message: text }),
        ...(memory === undefined ? {} : { memoryBytes: memory }),
      });
    };
    child.on('message', listener);
  });
  return { promise, forget: () => child.removeListener('message', listener) };
}

/** V8 aborts when the heap is full; any other end is the function's own. */
function endOf({ code, signal }: Exit): Part {
  if (signal === 'SIGABRT' || code === 134) return { status: 434, message: 'Memory limit reached' };
  return { status: 405, message: `the process ended with ${signal ?? code}` };
}

async function race<T>(wanted: Promise<T>, ended: Promise<Part>, withinMs: number, late: Part): Promise<T | Part> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Part>(resolve => {
    timer = setTimeout(() => resolve(late), withinMs);
  });
  const first = await Promise.race([wanted, ended, tooLate]);
  clearTimeout(timer);
  return first;
}
