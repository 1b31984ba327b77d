import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { problemsOfValues } from '../../scripts/ordering/values.ts';
import type { FunctionSettings } from '../../scripts/tencent/service/settings.ts';
import { startDeployment } from './deployment.ts';

const gateway = { key: 'gateway', timeout: 900, web: {} } as FunctionSettings;
const bill = { key: 'bill', timeout: 15 } as FunctionSettings;
const right = {
  DATABASE_URL: 'postgres://a:b@db.example/orders',
  TOKEN_SECRET: 'a secret of the tests, long enough',
  CONNECTION_SECONDS: '880',
};
const files = [{ path: 'gateway.json', bytes: readFileSync('gateway.json'), executable: false }];

/** Values that a function or the gateway would refuse at its start, by variable. */
const wrong: Record<string, string[]> = {
  RATE_LIMITS: ['30;10;600', '30,10', '30,10,0', '1,2,3,4', 'none'],
  LOG_LEVEL: ['loud', 'WARN'],
  DATABASE_URL: ['mysql://a:b@db.example/orders', 'db.example'],
  DATABASE_POOL_SIZE: ['0', 'many'],
  REDIS_URL: ['redis.example:6379', 'https://redis.example'],
  CONNECTIONS_PER_ADDRESS: ['-1', 'many'],
  CONNECTIONS_PER_SHOP: ['0', '1.5'],
  CONNECTIONS_PER_ORDER: ['0', 'x'],
  VISITORS_PER_SHOP: ['0', 'x'],
  CHAT_LEASE_SECONDS: ['0', 'a day'],
  CHAT_WORKER_SECONDS: ['0', 'x'],
  CHAT_DELIVERIES: ['0', 'many'],
  SEND_BACK_URL: ['set.example', 'ftp://set.example/'],
  CHAT_SEND_BACK_URL: ['set.example'],
  SEND_BACK_GONE_ERRNOS: ['gone', '1,,2', '1;2'],
  TOKEN_SECRET: ['weak', 'weak'.repeat(7)],
  TOKEN_SECRET_BEFORE: ['short'],
  PRIVATE_WEBHOOKS: ['https://hooks.internal', 'a b'],
  HOST: ['127.0.0.1'],
  PORT: ['8080', 'ninety', '70000'],
  TIMERS: ['yes'],
  HOSTS: ['https://shop.example', 'a b'],
  IMAGE_HOSTS: ['https://images.example', 'a b', '*'],
  ORIGINS: ['shop.example', 'https://*.example'],
  TRUSTED_PROXIES: ['two', '-1'],
  ADDRESS_HEADER: ['x forwarded for'],
  SEND_BACK_HOST: ['0.0.0.0'],
  SEND_BACK_PORT: ['70000', 'x'],
  SEND_BACK_SECRET: ['short'],
  SIGNING_SECRET: ['short'],
  SEND_BACK_SECRET_BEFORE: ['short'],
  SIGNING_SECRET_BEFORE: ['short'],
  METRICS_PORT: ['ninety', '70000'],
  METRICS_SECRET: ['short'],
  OUTBOUND_LIMITS: ['fast', '0,0'],
  CONNECTION_SECONDS: ['900', '0', 'x', '-5'],
  STOP_CODE: ['1006', 'x'],
};

/** Of these any text is right, or the deployment does not set them. */
const free = /^(CHAT_COS_\w+|COS_\w+|TENCENTCLOUD_\w+|CHAT_TABLE|MANAGEMENT_ENDPOINT|METRICS_HOST)$/;

/** The texts of all TypeScript files of a folder. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => readFileSync(path.join(folder, file), 'utf8'));
}

describe('12.8: a value that our own code refuses at run time', () => {
  it('is known for every variable that functions and gateway read', () => {
    const sources = ['functions', 'scripts/gateway'].flatMap(sourcesIn);
    const read = /\b(?:setting|count|text|number|isOn|sendBackUrl)\(\s*'([A-Z][A-Z_]+)'|\bprocess\.env\.([A-Z_]+)/g;
    const names = sources.flatMap(source => [...source.matchAll(read)].map(([, one, other]) => one ?? other ?? ''));
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names)].filter(name => !free.test(name) && wrong[name] === undefined)).toEqual([]);
  });

  it.each(
    Object.entries(wrong).flatMap(([name, values]) => values.map(value => [name, value] as const)),
  )('%s=%s is named, and a secret is not repeated', (name, value) => {
    const problems = problemsOfValues(gateway, { ...right, [name]: value }, files);
    expect(problems.join('\n')).toMatch(new RegExp(`\\b${name}\\b`));
    if (name.includes('SECRET')) expect(problems.join('\n')).not.toContain(value);
  });

  it('is nothing that is right', () => {
    const good = { RATE_LIMITS: '30,10,600', LOG_LEVEL: 'debug', PORT: '9000', HOST: '0.0.0.0', STOP_CODE: '1000' };
    expect(problemsOfValues(gateway, { ...right, ...good }, files)).toEqual([]);
    expect(problemsOfValues(bill, { ...right, RATE_LIMITS: 'off' }, [])).toEqual([]);
  });

  it('is refused before anything is changed, whatever function it is for, and the stage goes on as it was', async () => {
    let environment = '';
    const configure = (text: string) =>
      environment === '' ? text : text.replace('  timeout: 15\n', `  timeout: 15\n  environment: ${environment}\n`);
    const world = await startDeployment({ timers: 'on demand', configure });
    try {
      const { stdout } = await world.sls('deploy');
      const before = world.cloud.state();
      world.changes();
      for (const [given, message] of [
        ['{ RATE_LIMITS: "30;10;600" }', 'RATE_LIMITS must be off, or three numbers as in 30,10,600'],
        ['{ RATE_LIMITS: "off" }', 'functions.gateway: RATE_LIMITS=off is for load tests on one machine'],
        ['{ LOG_LEVEL: "loud" }', 'functions.gateway: LOG_LEVEL must be debug, info, warn or error; it is "loud"'],
      ] as const) {
        environment = given;
        world.configure();
        const refused = await world.sls('deploy');
        expect([refused.status, refused.stdout]).toEqual([1, expect.stringContaining(message)]);
        expect(refused.stdout).toContain('nothing was changed:');
        expect(world.changes()).toEqual([]);
      }
      expect(world.cloud.state()).toEqual(before);
      expect((await fetch(stdout.split('\n')[0] ?? '')).status).toBe(200);
    } finally {
      await world.end();
    }
  });
});
