import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parseOptions } from '../../apigateway/server/check-options.ts';
import { type Gateway, startGateway } from '../../apigateway/server/gateway.ts';
import { createJsonLog } from '../../apigateway/server/log.ts';
import { connect, handshake } from '../support/apigateway/client.ts';
import { acceptAll, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { until } from '../support/until.ts';

let gateway: Gateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

describe('the end', () => {
  test('clients get 1001, each connection its cleanup, and cleanups can still push', async () => {
    let pushed = 0;
    const world = await startRecordingGateway({
      cleanup: async () => {
        await sleep(20);
        const response = await fetch(world.gateway.sendBackUrl('pgws'), { method: 'POST', body: '{}' });
        pushed += response.status === 400 ? 1 : 0;
      },
    });
    gateway = world.gateway;
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect(world.socketUrl)));
    await world.gateway.close();
    expect(await Promise.all(clients.map(each => each.closed))).toEqual(
      clients.map(() => ({ code: 1001, reason: 'the gateway is stopping' })),
    );
    expect(world.calls.filter(call => call.action === 'closing')).toHaveLength(5);
    expect(pushed).toBe(5);
    await expect(fetch(`${world.gateway.url}/healthz`)).rejects.toThrow();
    await expect(fetch(world.gateway.sendBackUrl('pgws'))).rejects.toThrow();
  });

  test('a running request gets its answer, and idle keep-alive connections do not hold the end up', async () => {
    gateway = await startGateway({
      port: 0,
      log: () => {},
      routes: [
        {
          path: '/slow',
          methods: ['GET'],
          target: async () => {
            await sleep(200);
            return { statusCode: 200, body: 'done' };
          },
        },
      ],
    });
    await (await fetch(`${gateway.url}/healthz`)).text();
    const response = fetch(`${gateway.url}/slow`);
    await sleep(50);
    const startedAt = Date.now();
    await gateway.close();
    expect(await (await response).text()).toBe('done');
    expect(Date.now() - startedAt).toBeLessThan(3000);
  });

  test('clients, functions and cleanups that hang do not hold it up for ever', async () => {
    const world = await startRecordingGateway({
      transport: () => new Promise(() => {}),
      cleanup: () => new Promise(() => {}),
      gateway: { shutdownSeconds: 0.4 },
    });
    const deaf = connectSocket(world.gateway.port, '127.0.0.1', () => {
      deaf.write(
        'GET /pgws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
    });
    deaf.on('error', () => {});
    const client = await connect(world.socketUrl);
    client.socket.send('x');
    await world.called('data send');
    const startedAt = Date.now();
    await world.gateway.close();
    expect(Date.now() - startedAt).toBeLessThan(4000);
    deaf.destroy();
  });

  test('a client whose register is still running is refused, and cleaned up', async () => {
    let finish: (() => void) | undefined;
    const world = await startRecordingGateway({
      register: async (event: never) => {
        await new Promise<void>(resolve => {
          finish = resolve;
        });
        return acceptAll(event);
      },
    });
    const outcome = handshake(world.socketUrl);
    await until(() => finish !== undefined);
    const closed = world.gateway.close();
    finish?.();
    expect(await outcome).toMatchObject({ status: 503 });
    await closed;
    expect(world.calls.map(call => call.action)).toEqual(['connecting', 'closing']);
  });

  test('closing twice is closing once', async () => {
    const world = await startRecordingGateway();
    expect(world.gateway.close()).toBe(world.gateway.close());
    await world.gateway.close();
  });

  test('a port that is taken stops the start and leaves nothing behind', async () => {
    gateway = await startGateway({ port: 0, log: () => {} });
    await expect(startGateway({ port: gateway.port, log: () => {} })).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('timers', () => {
  test('a timer calls its function with its event, again and again, never beside itself', async () => {
    let running = 0;
    let most = 0;
    const events: unknown[] = [];
    gateway = await startGateway({
      port: 0,
      log: () => {},
      timers: [
        {
          everySeconds: 0.03,
          event: { Type: 'Timer' },
          target: async event => {
            events.push(event);
            running += 1;
            most = Math.max(most, running);
            await sleep(80);
            running -= 1;
          },
        },
      ],
    });
    await until(() => events.length >= 3);
    await gateway.close();
    expect([most, running]).toEqual([1, 0]);
    expect(events[0]).toEqual({ Type: 'Timer' });
    const count = events.length;
    await sleep(100);
    expect(events).toHaveLength(count);
  });

  test('11.3 timers that were started together do not stay together', async () => {
    const moments: number[][] = [[], []];
    gateway = await startGateway({
      port: 0,
      log: () => {},
      timers: moments.map(list => ({
        everySeconds: 0.05,
        target: async () => {
          list.push(performance.now());
        },
      })),
    });
    const apart = () => Math.abs((moments[0]?.at(-1) ?? 0) - (moments[1]?.at(-1) ?? 0));
    await until(() => moments.every(list => list.length > 3) && apart() > 5 && apart() < 45);
  });

  test('a timer that fails is logged and comes again', async () => {
    const logged: string[] = [];
    let times = 0;
    gateway = await startGateway({
      port: 0,
      log: (_level, event) => logged.push(event),
      timers: [
        {
          everySeconds: 0.02,
          target: () => {
            times += 1;
            throw new Error('no database');
          },
        },
      ],
    });
    await until(() => times >= 3);
    expect(logged).toContain('timer failed');
  });
});

test('/healthz says whether what stands behind is well', async () => {
  let isWell = true;
  gateway = await startGateway({ port: 0, log: () => {}, health: async () => isWell });
  const ask = async () => {
    const response = await fetch(`${gateway?.url}/healthz`);
    return [response.status, await response.json()];
  };
  expect(await ask()).toEqual([200, { ok: true }]);
  isWell = false;
  expect(await ask()).toEqual([503, { ok: false }]);
});

test('/readyz says whether all of it can work, and what each part says', async () => {
  let ready = true;
  gateway = await startGateway({ port: 0, log: () => {}, readiness: async () => ({ ready, database: 'answers' }) });
  const ask = async () => {
    const response = await fetch(`${gateway?.url}/readyz`);
    return [response.status, await response.json()];
  };
  expect(await ask()).toEqual([200, { ready: true, database: 'answers' }]);
  ready = false;
  expect(await ask()).toEqual([503, { ready: false, database: 'answers' }]);
});

test('/readyz of a gateway that stands alone says that its functions are loaded', async () => {
  gateway = await startGateway({ port: 0, log: () => {} });
  const response = await fetch(`${gateway.url}/readyz`);
  expect([response.status, await response.json()]).toEqual([200, { ready: true, functions: 'loaded' }]);
});

describe('options', () => {
  test('the gateway.json of this project is right', async () => {
    const options = parseOptions(JSON.parse(await readFile('gateway.json', 'utf8')));
    expect(options.routes.map(route => route.path)).toContain('/bill');
    expect(options.websockets[0]).toMatchObject({ path: '/pgws', maxFrameBytes: 16_384, firstFrameSeconds: 10 });
  });

  test('9.3 F53: a client that answers no ping is cut within 40 s, and each API shows its clients that the link is alive', async () => {
    const { pingSeconds, websockets } = parseOptions(JSON.parse(await readFile('gateway.json', 'utf8')));
    // It has to have answered one by the time of the next.
    expect(2 * pingSeconds).toBeLessThan(40);
    for (const { aliveFrame } of websockets) expect(aliveFrame?.frame).toEqual({ type: 'alive', everySeconds: 15 });
    for (const { aliveFrame } of websockets) expect(aliveFrame?.everySeconds).toBe(15);
  });

  test('on each API of this project addresses take turns, so that one of them does not keep the others waiting', async () => {
    const { websockets } = parseOptions(JSON.parse(await readFile('gateway.json', 'utf8')));
    expect(websockets.filter(({ turns }) => (turns?.atOnce ?? 0) === 0)).toEqual([]);
  });

  const api = { path: '/w', apiId: 'w', register: 'a#b', transport: 'a#b', cleanup: 'a#b' };
  test.each<[string, object, RegExp]>([
    ['an unknown option', { portt: 1 }, /portt/],
    ['a port that is none', { port: 70_000 }, /port: /],
    ['an origin with a path', { origins: ['https://a.example/'] }, /origins\.0: must be an origin/],
    [
      'a target that is none',
      { routes: [{ path: '/x', methods: ['GET'], target: 'x.js' }] },
      /routes\.0\.target: must be/,
    ],
    ['a path with a query', { websockets: [{ ...api, path: '/w?x' }] }, /websockets\.0\.path: must begin/],
    ['a path given twice', { websockets: [api], routes: [{ path: '/w', methods: ['GET'], target: 'a#b' }] }, /twice/],
    ['an API id given twice', { websockets: [api, { ...api, path: '/v' }] }, /same apiId/],
    [
      'a function on another machine that could not tell us from a stranger',
      { timers: [{ everySeconds: 1, target: 'https://functions.example/redeliver' }] },
      /signingSecret: required, because the functions on functions\.example/,
    ],
    ['a short secret', { sendBackSecret: 'short' }, /sendBackSecret: must have 16/],
    ['success for the dead', { sendBackGone: { errNo: 0 } }, /sendBackGone\.errNo/],
  ])('%s is named', (_, options, message) => {
    expect(() => parseOptions(options)).toThrow(message);
  });

  test('unsigned calls go to this machine, and to hosts that are allowed by name', () => {
    const target = 'https://functions.example/x';
    const local = ['http://localhost:1/x', 'http://127.0.0.2:1/x', 'http://[::1]:1/x'];
    const timersOf = (options: object) => parseOptions(options).timers.length;
    for (const each of local) expect(timersOf({ timers: [{ everySeconds: 1, target: each }] })).toBe(1);
    const timers = [{ everySeconds: 1, target }];
    expect(timersOf({ timers, unsignedTargets: ['functions.example'] })).toBe(1);
    expect(timersOf({ timers, signingSecret: 'x'.repeat(16) })).toBe(1);
    expect(() => timersOf({ timers })).toThrow(/functions\.example|signingSecret/);
  });

  test('a module or an export that is missing stops the start', async () => {
    const route = (target: string) => ({ port: 0, routes: [{ path: '/x', methods: ['GET' as const], target }] });
    await expect(startGateway(route('no/such/module.js#main_handler'))).rejects.toThrow(/no\/such\/module/);
    await expect(startGateway(route('jest.config.cjs#main_handler'))).rejects.toThrow(/no function main_handler/);
  });
});

describe('a function by module path', () => {
  const run = promisify(execFile);

  test.each(['function.cjs', 'function.mjs'])('%s is called, and called anew after a reload', async file => {
    const folder = await mkdtemp(path.join(tmpdir(), 'module-'));
    const source = (text: string) => {
      const body = `async () => ({ statusCode: 200, headers: {}, body: '${text}' })`;
      return file.endsWith('.cjs') ? `exports.main_handler = ${body};` : `export const main_handler = ${body};`;
    };
    const target = JSON.stringify(`${path.join(folder, file)}#main_handler`);
    // In a process of its own: jest keeps the modules it has loaded.
    const script = `
      import { writeFileSync } from 'node:fs';
      import { startGateway } from ${JSON.stringify(path.resolve('apigateway/server/gateway.ts'))};
      const routes = [{ path: '/x', methods: ['GET'], target: ${target} }];
      const gateway = await startGateway({ port: 0, log: () => {}, routes });
      const ask = async () => (await fetch(gateway.url + '/x')).text();
      console.log(await ask());
      writeFileSync(${JSON.stringify(path.join(folder, file))}, ${JSON.stringify(source('two'))});
      console.log(await ask());
      await gateway.reload();
      console.log(await ask());
      await gateway.close();
    `;
    await writeFile(path.join(folder, file), source('one'));
    await writeFile(path.join(folder, 'script.ts'), script);
    try {
      const { stdout } = await run(process.execPath, ['scripts/run.mjs', path.join(folder, 'script.ts')]);
      expect(stdout.trim().split('\n')).toEqual(['one', 'one', 'two']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('the log is JSON lines from the level on, in order', async () => {
  const written: string[] = [];
  const log = createJsonLog('info', lines => void written.push(lines));
  log('debug', 'frame');
  log('info', 'first', { n: 1, text: 'a\nb' });
  log('error', 'second');
  await sleep(5);
  expect(written).toHaveLength(1);
  const lines = written
    .join('')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(lines).toEqual([
    { time: expect.any(String), level: 'info', event: 'first', n: 1, text: 'a\nb' },
    { time: expect.any(String), level: 'error', event: 'second' },
  ]);
});
