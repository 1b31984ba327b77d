import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { connect } from '../support/apigateway/client.ts';
import { listen } from '../support/listen.ts';
import { until } from '../support/until.ts';

// The gateway as somebody gets it who has never seen this repository: built as its image builds it, packed, and installed
// into an empty folder, in front of an event function that was written for the documented contract.

const run = promisify(execFile);
const dockerfile = readFileSync('Dockerfile.gateway', 'utf8');
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
const name = 'event-function-gateway';
const secrets = { SEND_BACK_SECRET: 'the-secret-of-this-test', SIGNING_SECRET: 'another-secret-of-this-test' };

let folder: string;
/** Where it is installed. */
let home: string;
let tarball: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gateway-package-'));
  const sources = path.join(folder, 'sources');
  for (const source of copied) cpSync(source, path.join(sources, source), { recursive: true });
  symlinkSync(path.resolve('node_modules'), path.join(sources, 'node_modules'));
  await run(process.execPath, ['scripts/run.mjs', 'scripts/pack.ts', 'gateway'], { cwd: sources });
  home = mkdtempSync(path.join(folder, 'home-'));
  const built = path.join(sources, 'dist/packages/gateway');
  const { stdout } = await run('npm', ['pack', '--silent', built], { cwd: folder });
  tarball = path.join(folder, stdout.trim());
  writeFileSync(path.join(home, 'package.json'), '{}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', tarball], { cwd: home });
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill();
    await ended;
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const bin = () => path.join(home, 'node_modules/.bin', name);

function command(args: string[], environment: Record<string, string> = {}) {
  const { PATH = '' } = process.env;
  return spawnSync(bin(), args, { cwd: home, encoding: 'utf8', env: { PATH, ...environment } });
}

/** Starts it and gives its lines as they come. */
function start(environment: Record<string, string>) {
  const { PATH = '' } = process.env;
  const child = spawn(bin(), [], { cwd: home, env: { PATH, PORT: '0', ...environment } });
  children.push(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => lines.push(line));
  return { child, lines };
}

test('an empty folder, the tarball, --init, and an event function that knows nothing of us: a client exchanges frames', async () => {
  expect(command(['--init'])).toMatchObject({ status: 0, stdout: expect.stringContaining(`npx ${name}`) });
  expect(command(['--init'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('is there already: --force'),
  });
  expect(command(['--check'], secrets)).toMatchObject({ status: 0, stderr: '' });

  const sendBack = { url: '' };
  const actions: string[] = [];
  const functions = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { websocket } = JSON.parse(Buffer.concat(chunks).toString());
    actions.push(websocket.action);
    if (websocket.action === 'data send') {
      const { secConnectionID, data } = websocket;
      const push = { action: 'data send', secConnectionID, dataType: 'text', data: `${data} came back` };
      await fetch(sendBack.url, { method: 'POST', body: JSON.stringify({ websocket: push }) });
    }
    response.end('{"errNo":0,"errMsg":"ok"}');
  });
  const port = await listen(functions);
  const file = path.join(home, 'gateway.json');
  const written = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    written.replaceAll('http://127.0.0.1:9000', `http://127.0.0.1:\${env:FUNCTIONS}`).replace('9001', '0'),
  );
  const { child, lines } = start({ ...secrets, FUNCTIONS: String(port) });
  await until('it is ready', () => lines.includes('ready'));
  const [, socketUrl = '', sendBackUrl = ''] = /^(\S+), send-back URL (\S+)$/m.exec(lines.join('\n')) ?? [];
  sendBack.url = sendBackUrl;

  const client = await connect(socketUrl);
  client.socket.send('what was sent');
  expect(await client.received()).toEqual(['what was sent came back']);

  // Another configuration is taken over without closing the connection; one that is wrong changes nothing.
  writeFileSync(file, readFileSync(file, 'utf8').replace('"routes": []', '"routes": [{}]'));
  child.kill('SIGHUP');
  await until('it has said what is wrong', () => lines.some(line => line.includes('routes.0.path is missing')));
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('"routes": [{}]', '"routes": []').replace('"/chat"', '"/moved"'),
  );
  child.kill('SIGHUP');
  await until('it has taken it over', () => lines.includes('taken over'));
  expect((await connect(socketUrl.replace('/chat', '/moved'))).socket.readyState).toBe(1);
  client.socket.send('and again');
  expect(await client.received(2)).toContain('and again came back');

  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await client.closed).code).toBe(1001);
  expect(await exited).toEqual([0, null]);
  expect(actions.sort()).toEqual(['closing', 'closing', 'connecting', 'connecting', 'data send', 'data send']);
  await new Promise(resolve => functions.close(resolve));
});

test('its command says what it is, what it can, and what it did not understand', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(command(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
  const { status, stdout } = command(['--help']);
  expect(status).toBe(0);
  for (const word of ['--init', '--check', 'SIGHUP', 'SEND_BACK_SECRET']) expect(stdout).toContain(word);
  expect(command(['--chek'])).toMatchObject({ status: 2, stderr: expect.stringContaining('did you mean --check?') });
  expect(command(['none.json'])).toMatchObject({ status: 1, stderr: expect.stringContaining('--init writes one') });
  writeFileSync(
    path.join(home, 'wrong.json'),
    '{"websockets": [{"path": "/w", "apiId": "w", "transport": "https://f.example/t"}]}',
  );
  expect(command(['wrong.json'], { HOST: '0.0.0.0' })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^wrong\.json:1: signingSecret required, .*Set SIGNING_SECRET/),
  });
});

test('it passes the linters of packages, and holds what package.json names and no more', async () => {
  const linters = [
    ['publint', '--strict', tarball],
    ['attw', tarball],
  ] as const;
  for (const [linter, ...args] of linters) {
    const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${linter}`, args, { encoding: 'utf8' });
    expect([linter, status, status === 0 ? '' : stdout + stderr]).toEqual([linter, 0, '']);
  }
  const installed = path.join(home, 'node_modules', name);
  expect(readdirSync(installed).sort()).toEqual(
    [
      'LICENSE',
      'README.md',
      'bin',
      'index.d.mts',
      'index.d.ts',
      'index.js',
      'index.mjs',
      'package.json',
      'schema.json',
    ].sort(),
  );
  expect(readFileSync(path.join(installed, 'README.md'), 'utf8').split(/\s+/).length).toBeLessThan(700);
});

test('nothing in it speaks of ordering', () => {
  const installed = path.join(home, 'node_modules', name);
  const words = /idempoten|\bshops?\b|\bdish|\bmenus?\b|takeaway|\bbill\b|redeliver|pgws|order\.html|websocket-order/i;
  for (const file of ['README.md', 'index.js', 'index.d.ts', 'schema.json', `bin/${name}.js`]) {
    const lines = readFileSync(path.join(installed, file), 'utf8').split('\n');
    expect([file, lines.filter(line => words.test(line))]).toEqual([file, []]);
  }
});

test('its types hold a program, and refuse a wrong one', () => {
  const program = (more: string) => `
    import { startGateway, type GatewayOptions, type Push } from '${name}';
    const options: GatewayOptions = { websockets: [{ path: '/w', apiId: 'w', transport: (event, context) => context.request_id }] };
    const gateway = await startGateway({ ...options, log: (level, event) => console.log(level, event)${more} });
    const push: Push = gateway.push('w');
    const outcome: 'sent' | 'gone' | 'unknown' = await push.send('id', 'text');
    await gateway.close();
    export { outcome };`;
  symlinkSync(path.resolve('node_modules/@types'), path.join(home, 'node_modules/@types'));
  const check = (text: string) => {
    writeFileSync(path.join(home, 'program.mts'), text);
    const flags = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
      'program.mts',
    ];
    return spawnSync(process.execPath, [path.resolve('node_modules/.bin/tsc'), ...flags], {
      cwd: home,
      encoding: 'utf8',
    });
  };
  expect(check(program(''))).toMatchObject({ stdout: '', status: 0 });
  expect(check(program(', orgins: []')).stdout).toContain('orgins');
});

describe('its image', () => {
  test('is described rightly, and of what .dockerignore lets through', () => {
    expect(validate(dockerfile).map(({ message }) => message)).toEqual([]);
    const ignore = readFileSync('Dockerfile.gateway.dockerignore', 'utf8');
    const allowed = [...ignore.matchAll(/^!(.+)$/gm)].map(([, source]) => source);
    expect(copied.sort()).toEqual(allowed.sort());
  });

  test('is not run by root, holds no secret, and starts the command of the package', () => {
    const [, last = ''] = dockerfile.split(/^FROM .*$/m).slice(1);
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(dockerfile).not.toMatch(/secret=|password|token=/i);
    expect(last).toContain(`COPY --from=build /build/dist/packages/gateway /gateway`);
    expect(last).toContain(`CMD ["node", "/gateway/bin/${name}.js", "gateway.json"]`);
  });
});
