import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../scripts/local/free-port.ts';

/** Somebody's chat room in Python behind URLs, with our gateway in front of it: two processes, neither of them this one. */
export interface OtherFunctions {
  /** Where clients connect. */
  websocketUrl: string;
  /** Where the functions are. */
  functionsUrl: string;
  /** As the gateway prints it: with the secret. */
  sendBackUrl: string;
  /** Whom the functions know of. */
  members(): string[];
  stop(): Promise<void>;
}

/** Both sides have to know the same ones. */
export interface Secrets {
  signing: string;
  sendBack: string;
}

/** The functions, and what serves them: on a server of their own, or as a function URL would. */
const folder = 'examples/python';
const scripts = { 'server.py': folder, 'function_url_server.py': 'tests/other-functions' };

/** Starts the script's functions and the gateway that its gateway.json leads to them. */
export async function startOtherFunctions(
  script: keyof typeof scripts,
  gatewaysSecrets: Secrets,
  functionsSecrets = gatewaysSecrets,
): Promise<OtherFunctions> {
  const directory = mkdtempSync(path.join(tmpdir(), 'websocket-order-python-'));
  const children: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(children.map(end));
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const sendBackPort = await freePort();
    const functions = spawn('python3', [path.join(scripts[script], script)], {
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        MEMBERS_FILE: path.join(directory, 'members'),
        SIGNING_SECRET: functionsSecrets.signing,
        SEND_BACK_URL: `http://gateway:${encodeURIComponent(functionsSecrets.sendBack)}@127.0.0.1:${sendBackPort}/send-back/chat`,
        PYTHONPATH: folder,
        PYTHONDONTWRITEBYTECODE: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(functions);
    const functionsUrl = `http://127.0.0.1:${(await ready(functions)).split(' ')[1]}`;

    const file = path.join(directory, 'gateway.json');
    writeFileSync(file, JSON.stringify(gatewayJson(functionsUrl)));
    const gateway = spawn(process.execPath, ['scripts/run.mjs', 'scripts/gateway-alone.ts', file], {
      env: {
        ...process.env,
        PORT: '0',
        SEND_BACK_PORT: String(sendBackPort),
        SEND_BACK_SECRET: gatewaysSecrets.sendBack,
        SIGNING_SECRET: gatewaysSecrets.signing,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(gateway);
    const [, websocketUrl = '', sendBackUrl = ''] = /^(\S+), send-back URL (\S+)/.exec(await ready(gateway)) ?? [];
    const members = () => readFileSync(path.join(directory, 'members'), 'utf8').split('\n').filter(Boolean);
    return { websocketUrl, functionsUrl, sendBackUrl, members, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The gateway.json of docs/migrating.md, with other addresses. */
function gatewayJson(functionsUrl: string): unknown {
  const { websockets } = JSON.parse(readFileSync(`${folder}/gateway.json`, 'utf8'));
  const [chat] = websockets;
  const at = (target: string) => target.replace('http://127.0.0.1:9000', functionsUrl);
  return {
    websockets: [{ ...chat, register: at(chat.register), transport: at(chat.transport), cleanup: at(chat.cleanup) }],
  };
}

/** Its first lines, up to one with `ready`; answers the first. @throws Error with what it said instead */
function ready(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', line => {
        lines.push(line);
        if (line.startsWith('ready')) resolve(lines[0] ?? '');
      });
    }
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`it ended with ${code}: ${lines.join('\n')}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
