import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseOptions } from '../../apigateway/server/check-options.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { gatewayOptions } from '../../scripts/gateway/options.ts';
import { createTestDatabase } from '../support/postgres/database.ts';
import { startInstance } from './instance.ts';

const folder = 'dist/gateway';

describe('the package of the gateway', () => {
  test('holds what it needs and nothing else', () => {
    const files = readdirSync(folder).sort();
    expect(files).toEqual(['functions.js', 'gateway.json', 'index.js', 'redis.js', 'scf_bootstrap', 'web']);
    expect(readdirSync(`${folder}/web`)).toEqual(expect.arrayContaining(['order.html', 'shop.html', 'config.json']));
  });

  test('has a bootstrap that the platform can run: executable, bash, no carriage return, node 20', () => {
    expect(statSync(`${folder}/scf_bootstrap`).mode & 0o777).toBe(0o755);
    const text = readFileSync(`${folder}/scf_bootstrap`, 'utf8');
    expect(text.startsWith('#!/bin/bash\n')).toBe(true);
    expect(text).not.toContain('\r');
    expect(text).toContain('/var/lang/node20/bin/node');
    expect(text).toMatch(/PORT=.*9000/);
    expect(spawnSync('bash', ['-n', `${folder}/scf_bootstrap`]).status).toBe(0);
  });

  test('names only functions that are in it', () => {
    const text = readFileSync(`${folder}/gateway.json`, 'utf8');
    const options = parseOptions(JSON.parse(text));
    expect(text).not.toContain('dist/');
    expect(options.pages?.directory).toBe('web');
    const names = [...text.matchAll(/"functions\.js#(\w+)"/g)].map(([, name]) => name ?? '');
    expect(names).toEqual(expect.arrayContaining(['register', 'transport', 'cleanup', 'bill', 'redeliver']));
    const environment = { DATABASE_URL: process.env.DATABASE_URL, TOKEN_SECRET: process.env.TOKEN_SECRET };
    Object.assign(process.env, {
      DATABASE_URL: 'postgres://127.0.0.1:1/x',
      TOKEN_SECRET: 'a secret of the tests, long enough',
    });
    const functions = createRequire(path.resolve('package.json'))(`./${folder}/functions.js`);
    for (const [name, value] of Object.entries(environment)) if (value === undefined) delete process.env[name];
    for (const name of names) expect(typeof functions[name]).toBe('function');
    // It is called by the owner, never over HTTP.
    expect(Object.keys(functions)).not.toContain('init_db');
  });

  test('runs from a folder in which it may not write', async () => {
    const copy = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-package-'));
    cpSync(folder, copy, { recursive: true });
    for (const each of ['', ...readdirSync(copy, { recursive: true, encoding: 'utf8' })])
      chmodSync(path.join(copy, each), 0o555);
    const database = await createTestDatabase();
    const instance = await startInstance({ DATABASE_URL: database.url }, copy, asNobody(`${copy}/scf_bootstrap`));
    const page = await fetch(`${instance.url}/order.html`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await (await fetch(`${instance.url}/healthz`)).json()).toEqual({ ok: true });
    expect((await fetch(`${instance.url}/get_shop_info`)).status).toBe(200);
    expect(await instance.stop()).toBe(0);
    await database.drop();
    chmodSync(copy, 0o755);
    for (const each of readdirSync(copy, { recursive: true, encoding: 'utf8' }))
      chmodSync(path.join(copy, each), 0o755);
    rmSync(copy, { recursive: true });
  });

  test.each([
    [{}, /DATABASE_URL is not set/],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/x', PORT: 'ninety' }, /PORT must be a whole number/],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/x', OUTBOUND_LIMITS: 'fast' }, /OUTBOUND_LIMITS must be off/],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/x', TIMERS: 'yes' }, /TIMERS must be on or off/],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/x', ORIGINS: 'shop.example' }, /must be an origin/],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/x', SEND_BACK_HOST: '0.0.0.0' }, /SEND_BACK_SECRET is not set/],
    [
      { DATABASE_URL: 'postgres://127.0.0.1:1/x', STOP_CODE: '1006' },
      /STOP_CODE must be 1000, 1001 or 1012; it is "1006"/,
    ],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/x', LOG_LEVEL: 'loud' }, /LOG_LEVEL must be debug, info, warn or error/],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/x', RATE_LIMITS: 'off', HOST: '0.0.0.0' }, /RATE_LIMITS=off/],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/x', TOKEN_SECRET: '' }, /TOKEN_SECRET is not set/],
  ])('11.6 with %j says in a line what is wrong and ends with 1', (environment, message) => {
    const { status, stderr } = spawnSync(`${folder}/scf_bootstrap`, {
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        HOST: '127.0.0.1',
        TOKEN_SECRET: 'a secret of the tests, long enough',
        ...environment,
      },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });

  test('starts while the database is away, and says that it is not well', async () => {
    const instance = await startInstance({ DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    const health = await fetch(`${instance.url}/healthz`);
    expect([health.status, await health.json()]).toEqual([503, { ok: false }]);
    expect(instance.printed[0]).toMatch(/^not ready .*: DATABASE_URL \(127\.0\.0\.1:1\/none\): nothing listens there/);
    expect(await instance.stop()).toBe(0);
  });

  test('is ready when its database answers and it is on its backplane, and says what a failover may lose', async () => {
    const database = await createTestDatabase();
    const instance = await startInstance({ DATABASE_URL: database.url });
    expect(instance.printed[0]).toMatch(/^ready /);
    expect(await readinessOf(instance.url)).toEqual([
      200,
      {
        ready: true,
        functions: 'loaded',
        database: 'answers',
        backplane: 'joined',
        failover: 'may lose the last acknowledged orders',
      },
    ]);
    // However many ask at once: the pool of the functions, one for health, one for the backplane.
    await Promise.all(Array.from({ length: 60 }, async () => (await fetch(`${instance.url}/get_shop_info`)).text()));
    const { rows } = await database.pool.query(
      "select 1 from pg_stat_activity where datname = current_database() and application_name like 'websocket-order%'",
    );
    expect(rows.length).toBeLessThanOrEqual(12);
    expect(await instance.stop()).toBe(0);
    await database.drop();
  });

  test('11.11 is not ready with a REDIS_URL that leads nowhere, says where, and works as far as it can', async () => {
    const database = await createTestDatabase();
    const instance = await startInstance({ DATABASE_URL: database.url, REDIS_URL: 'redis://:secret@127.0.0.1:1' });
    expect(instance.printed[0]).toMatch(/^not ready .*: REDIS_URL \(127\.0\.0\.1:1\): nothing listens there/);
    expect(await readinessOf(instance.url)).toEqual([
      503,
      expect.objectContaining({ ready: false, database: 'answers', backplane: 'never joined' }),
    ]);
    expect((await fetch(`${instance.url}/healthz`)).status).toBe(200);
    expect(await instance.stop()).toBe(0);
    expect([...instance.printed, ...instance.lines].join()).not.toContain('secret');
    await database.drop();
  });
});

test('the environment adds to gateway.json what is of one deployment', () => {
  const configured = JSON.parse(readFileSync('gateway.json', 'utf8')) as GatewayOptions;
  const options = gatewayOptions(configured, {
    ORIGINS: 'https://shop.example, https://order.example',
    OUTBOUND_LIMITS: '10,131072',
    CONNECTION_SECONDS: '880',
    ADDRESS_HEADER: 'X-Scf-Remote-Addr',
    TIMERS: 'off',
  });
  expect(parseOptions(options)).toMatchObject({
    host: '0.0.0.0',
    port: 8080,
    origins: ['https://shop.example', 'https://order.example'],
    corsOrigins: ['https://shop.example', 'https://order.example'],
    outboundLimit: { framesPerSecond: 10, bytesPerSecond: 131_072 },
    connectionSeconds: 880,
    addressHeader: 'x-scf-remote-addr',
    timers: [],
    stopCode: 1001,
    websockets: parseOptions(configured).websockets,
  });
});

async function readinessOf(url: string): Promise<[number, unknown]> {
  const response = await fetch(`${url}/readyz`);
  return [response.status, await response.json()];
}

/** As root, files may be written whatever their mode says. */
function asNobody(file: string): string[] {
  return process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', file] : [file];
}
