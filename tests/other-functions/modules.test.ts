import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../scripts/local/free-port.ts';
import { connect } from '../support/apigateway/client.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// Functions of somebody else in the gateway's own process: CommonJS and ES modules, with promises and with callbacks.

const answers = "{ errNo: 0, errMsg: 'ok' }";
const files = {
  'register.cjs': `exports.main_handler = (event, context, callback) => setTimeout(callback, 1, null, ${answers});`,
  'module/package.json': '{"type":"module"}',
  'module/transport.js': `import { push } from './push.js';
export const main_handler = (event, context, callback) => { push(event.websocket).then(() => callback(null, ${answers}), callback); };`,
  'module/push.js': `export const push = ({ secConnectionID, data }) => fetch(process.env.URL_OF_TEST, { method: 'POST', body: JSON.stringify({
  websocket: { action: 'data send', secConnectionID, dataType: 'text', data } }) });`,
  'http.mjs': 'await null; export default async event => ({ path: event.path });',
};

let child: ChildProcess | undefined;
afterEach(() => child?.kill());

test('functions in CommonJS and ES modules, with callbacks and promises, run in the gateway', async () => {
  const folder = temporaryDirectory('modules-');
  mkdirSync(path.join(folder, 'module'));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const at = (name: string) => path.join(folder, name);
  const file = at('gateway.json');
  const transport = `${at('module/transport.js')}#main_handler`;
  const websockets = [{ path: '/w', apiId: 'w', register: `${at('register.cjs')}#main_handler`, transport }];
  const routes = [{ path: '/http', methods: ['GET'], target: `${at('http.mjs')}#default` }];
  writeFileSync(file, JSON.stringify({ websockets, routes }));
  const sendBackPort = await freePort();
  child = spawn(process.execPath, ['scripts/run.mjs', 'scripts/gateway-alone.ts', file], {
    env: {
      ...process.env,
      PORT: '0',
      SEND_BACK_PORT: String(sendBackPort),
      URL_OF_TEST: `http://127.0.0.1:${sendBackPort}/w`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const socketUrl = await firstAddress(child);
  const client = await connect(socketUrl);
  client.socket.send('there and back');
  expect(await client.received()).toEqual(['there and back']);
  const http = new URL('/http', socketUrl.replace('ws', 'http'));
  expect(await (await fetch(http)).json()).toEqual({ path: '/http' });
});

function firstAddress({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (stdout === null) return reject(new Error('no output'));
    const lines = createInterface({ input: stdout });
    lines.once('line', line => resolve(line.split(',')[0] ?? ''));
    lines.once('close', () => reject(new Error('it ended')));
  });
}
