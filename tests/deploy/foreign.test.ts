import { readFileSync } from 'node:fs';
import path from 'node:path';
import { WebSocket } from 'ws';
import { hasProgram } from '../support/programs.ts';
import { until } from '../support/until.ts';
import { type ForeignService, type Installed, installPlugin, startForeign } from './foreign.ts';

/** Each frame starts a Python or two, on a machine that may be busy. */
const patienceMs = 60_000;

let installed: Installed;
beforeAll(async () => {
  installed = await installPlugin();
});
afterAll(() => installed.remove());

const provider = (more: string) => `
frameworkVersion: '4'
plugins: [osls-provider-tencent]
provider:
  name: tencent
  region: ap-guangzhou
${more}`;

/** Deploys twice: all is made, then nothing is. */
async function deployTwice(world: ForeignService): Promise<string> {
  const first = await world.sls('deploy');
  expect(first).toMatchObject({ status: 0, output: expect.not.stringContaining('Error') });
  world.changes();
  const second = await world.sls('deploy');
  expect(second.stderr).toContain('nothing to change: stage dev is as serverless.yml says');
  expect(world.changes()).toEqual([]);
  expect(second.stdout).toBe(first.stdout);
  return first.stdout;
}

async function removeAll(world: ForeignService): Promise<void> {
  expect((await world.sls('remove', '--force')).stderr).toContain('stage dev is removed');
  expect(world.cloud.isEmpty()).toBe(true);
}

(hasProgram('python3') ? describe : describe.skip)(
  '12: a chat room in Python, in the style of API Gateway’s documents',
  () => {
    const example = (name: string) => readFileSync(path.join('examples/python', name), 'utf8');
    const files = (more = '') => ({
      'serverless.yml': `service: rooms${provider(`  runtime: Python3.10
  role: SCF_ExecuteRole
  environment: { MEMBERS_FILE: ${path.join(installed.folder, 'members')} }
${more}`)}
functions:
  join: { handler: register.main_handler, folder: room }
  say:
    handler: transport.main_handler
    folder: room
    timeout: 30
    events: [{ websocket: { path: /chat, register: join, cleanup: leave } }]
  leave: { handler: cleanup.main_handler, folder: room }
`,
      ...Object.fromEntries(
        ['register.py', 'transport.py', 'cleanup.py', 'members.py'].map(name => [`room/${name}`, example(name)]),
      ),
    });

    /** Two people talk; what one says both get, binary too, and who has left is forgotten. */
    async function talk(url: string): Promise<void> {
      const said: string[][] = [[], []];
      const sockets = said.map(own => {
        const socket = new WebSocket(url);
        socket.on('message', (data, isBinary) => own.push(isBinary ? `binary ${data}` : String(data)));
        return socket;
      });
      await Promise.all(sockets.map(socket => new Promise(resolve => socket.once('open', resolve))));
      sockets[0]?.send('hello');
      await until(() => said.every(own => own.includes('hello')), patienceMs);
      sockets[1]?.send(Buffer.from('hi'));
      await until(() => said.every(own => own.includes('binary hi')), patienceMs);
      for (const socket of sockets) socket.close();
      await until(() => readFileSync(path.join(installed.folder, 'members'), 'utf8') === '', patienceMs);
    }

    it('runs unchanged behind our gateway, and is removed whole', async () => {
      const world = await startForeign(installed, files());
      try {
        const said = await deployTwice(world);
        const [, url = ''] = /^websocket (.*)$/m.exec(said) ?? [];
        await talk(url);
        // One instance, since instances that do not know of each other could not push.
        expect(world.cloud.functionOf('rooms-dev-gateway').settings.reservedMb).toBe(256);
        const push = url.replace('ws', 'http').replace('/chat', '/send-back/some-other-secret-000/websocket_chat');
        // Whoever does not know the secret is not even told that there is such an address.
        expect((await fetch(push, { method: 'POST', body: '{}' })).status).toBe(404);
        world.write('room/members.py', `${example('members.py')}\n`);
        expect((await world.sls('deploy')).stderr).toMatch(/join: code and configuration changed/);
        expect(world.changes().filter(action => action.startsWith('Create'))).toEqual([]);
        const shown = (await world.sls('info')).stdout;
        expect(shown).toContain(`websocket ${url}`);
        expect(shown).toContain('SEND_BACK_URL=********');
        await removeAll(world);
      } finally {
        await world.end();
      }
    });

    it('runs behind API Gateway, where an account still has it', async () => {
      const world = await startForeign(installed, files('  gateway: { kind: apigateway }'));
      try {
        const [, url = ''] = /^websocket (.*)$/m.exec(await deployTwice(world)) ?? [];
        await talk(url);
        await removeAll(world);
      } finally {
        await world.end();
      }
    });
  },
);

describe('12: an HTTP API with a timer', () => {
  const code = `
let ticks = 0;
exports.api = async event => ({
  isBase64Encoded: false, statusCode: 200, headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ path: event.path, greeting: process.env.GREETING, hook: process.env.SEND_BACK_URL ?? null }),
});
exports.tick = async () => ({ ticks: ++ticks });
`;
  const files = {
    'serverless.yml': `service: hours${provider(`  runtime: Nodejs20.19
  environment: { GREETING: hello }
package: { patterns: ['!**', '*.js'] }`)}
functions:
  api:
    handler: index.api
    layers: [{ name: tools, version: 3 }]
    concurrency: 4
    events: [{ http: { method: ANY, path: /hours } }]
  tick:
    handler: index.tick
    timeout: 5
    package: { individually: true, patterns: ['notes.txt'] }
    events: [{ timer: '0 0 4 * * * *' }]
`,
    'index.js': code,
    'notes.txt': 'of the timer alone',
    'secret.txt': 'in no package',
  };

  it('is packed by osls, called, changed and removed', async () => {
    const world = await startForeign(installed, files);
    try {
      const [, url = ''] = /^api ANY (.*)$/m.exec(await deployTwice(world)) ?? [];
      expect(await (await fetch(url)).json()).toEqual({ path: '/hours', greeting: 'hello', hook: null });
      expect(JSON.parse((await world.cloud.runTimer('hours-dev-tick')).answer)).toEqual({ ticks: 1 });
      const { settings } = world.cloud.functionOf('hours-dev-api');
      expect(settings).toMatchObject({ layers: [{ LayerName: 'tools', LayerVersion: 3 }], reservedMb: 1024 });
      const invoked = await world.sls('invoke', '-f', 'tick');
      expect(JSON.parse(invoked.stdout)).toEqual({ ticks: 2 });

      const text = files['serverless.yml']
        .replace(/^ {4}(layers|concurrency).*\n/gm, '')
        .replace('hello', 'good morning');
      world.write('serverless.yml', text);
      expect((await world.sls('deploy', 'function', '-f', 'api')).output).toContain('api: configuration changed');
      expect(world.cloud.functionOf('hours-dev-api').settings).toMatchObject({ layers: [], reservedMb: undefined });
      expect(await (await fetch(url)).json()).toMatchObject({ greeting: 'good morning' });
      expect((await world.sls('deploy')).stderr).toContain('tick: configuration changed');
      await removeAll(world);
    } finally {
      await world.end();
    }
  });
});
