import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../support/postgres/database.ts';
import { serviceFolder } from './deployment.ts';
import { type Environment, sls } from './sls.ts';

// What can be known to be wrong is said before anything is changed: one message, no stack, and the cloud stays as it is.

describe('sls deploy', () => {
  let cloud: Cloud;
  let database: TestDatabase;
  beforeAll(async () => {
    [cloud, database] = await Promise.all([startCloud(), createTestDatabase({ empty: true })]);
    await database.pool.query("create role weak login password 'weak'");
    await database.pool.query('revoke create on schema public from public');
  });
  afterAll(async () => {
    await cloud.close();
    await database.drop();
    await onServer('drop role weak', 'postgres');
  });

  const same = (text: string) => text;
  const weak = (url: string) => Object.assign(new URL(url), { username: 'weak', password: 'weak' }).href;
  const slowClock = `const now = Date.now; globalThis.Date = class extends Date {
    constructor(...all) { super(...(all.length ? all : [now() - 9e5])); }
    static now() { return now() - 9e5; }
  };`;
  const withDatabase = (text: string) =>
    text
      .replace('# vpc: { vpcId: vpc-xxxxxxxx, subnetId: subnet-xxxxxxxx }', 'vpc: { vpcId: vpc-a, subnetId: subnet-a }')
      .replace('# database: {', 'database: {');
  const replaced = (from: string, to: string) => (text: string) => text.replace(from, to);

  it.each<[what: string, configure: (text: string) => string, environment: () => Environment, message: string]>([
    [
      'an unknown setting',
      replaced('memorySize: 256', 'memorysize: 256'),
      () => ({}),
      "at 'provider': unrecognized property 'memorysize'",
    ],
    [
      'an unknown event',
      replaced('http: { method: POST', 'htp: { method: POST'),
      () => ({}),
      "at 'functions.bill.events.0': unsupported function event",
    ],
    [
      'a time-out below 15 s',
      replaced('timeout: 60', 'timeout: 3'),
      () => ({}),
      "at 'functions.redeliver.timeout': must be >= 15",
    ],
    [
      'a wrong runtime',
      replaced('Nodejs20.19', 'Nodejs12.16'),
      () => ({}),
      'provider.runtime "Nodejs12.16": must be Nodejs20.19',
    ],
    [
      'no credentials',
      same,
      () => ({ TENCENT_SECRET_ID: '', TENCENT_SECRET_KEY: undefined }),
      'TENCENT_SECRET_ID and TENCENT_SECRET_KEY not set',
    ],
    [
      'an unknown key',
      same,
      () => ({ TENCENT_SECRET_ID: 'AKIDofnobody' }),
      'TENCENT_SECRET_ID is not a key of any account',
    ],
    ['a site that there is not', same, () => ({ TENCENT_SITE: 'us' }), 'TENCENT_SITE "us" is no site'],
    [
      'an unknown key of an international account',
      same,
      () => ({ TENCENT_SITE: 'intl', TENCENT_SECRET_ID: 'AKIDofnobody' }),
      'copy it again from console.tencentcloud.com/cam/capi',
    ],
    [
      'a wrong secret key',
      same,
      () => ({ TENCENT_SECRET_KEY: 'not-the-right-one' }),
      'TENCENT_SECRET_KEY does not belong to TENCENT_SECRET_ID',
    ],
    [
      'a region that there is not',
      same,
      () => ({ TENCENT_REGION: 'ap-nowhere' }),
      'UnsupportedRegion: The region ap-nowhere is not supported.',
    ],
    [
      "a clock that is a quarter of an hour behind the cloud's",
      same,
      () => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(slowClock)}` }),
      "this machine's clock is wrong by more than five minutes",
    ],
    [
      'no function for the database',
      replaced('  init_db:', '  init_bd:'),
      () => ({}),
      'functions.init_db: it sets the',
    ],
    ['two databases', withDatabase, () => ({}), 'DATABASE_URL is set, and provider.database asks for another database'],
    [
      'a wrong variable, beside a database that would be made and paid for',
      text => withDatabase(text).replace('memorySize: 256', 'environment: { SCF_X: y }'),
      () => ({ DATABASE_URL: undefined }),
      'the variable SCF_X is not allowed',
    ],
    ['what is no Redis URL', same, () => ({ REDIS_URL: 'localhost:6379' }), 'REDIS_URL: is no Redis URL'],
    ['what is no region', same, () => ({ TENCENT_REGION: 'guangzhou' }), '"guangzhou" is no region'],
    ['a stage that makes names too long', same, () => ({ SLS_STAGE: 'x'.repeat(50) }), 'must have 2 to 60 letters'],
    ['no database', same, () => ({ DATABASE_URL: undefined }), 'no database: set DATABASE_URL'],
    [
      'what is no database URL',
      same,
      () => ({ DATABASE_URL: 'mysql://a:b@c/d' }),
      'DATABASE_URL: is no PostgreSQL URL',
    ],
    [
      'a database that nobody answers for',
      same,
      () => ({ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/d' }),
      'DATABASE_URL: cannot be used: connect ECONNREFUSED',
    ],
    [
      'a wrong password',
      same,
      () => ({ DATABASE_URL: database.url.replace(/:[^:@/]+@/, ':wrong-password@') }),
      'password authentication failed',
    ],
    [
      'a role that may not make tables',
      same,
      () => ({ DATABASE_URL: weak(database.url) }),
      'DATABASE_URL: cannot be used: weak may not make tables there: grant create on schema public to weak',
    ],
    [
      'a private database and functions outside',
      same,
      () => ({ DATABASE_URL: 'postgres://a:b@10.0.0.8/d' }),
      '10.0.0.8 is a private address: name provider.vpc',
    ],
    [
      'variables beyond 4 KB',
      replaced('memorySize: 256', `environment: { BIG: ${'x'.repeat(4096)} }`),
      () => ({}),
      'more than 4096',
    ],
    [
      'a variable that the platform keeps for itself',
      replaced('memorySize: 256', 'environment: { SCF_X: y }'),
      () => ({}),
      'the variable SCF_X is not allowed',
    ],
    [
      'a function that nobody builds',
      replaced('  bill:', '  bil:\n    timeout: 60\n  bill:'),
      () => ({}),
      'functions.bil: there is no dist/bil',
    ],
  ])('with %s is refused', async (_, configure, environment, message) => {
    const folder = await serviceFolder(configure);
    const { SLS_STAGE, ...variables } = environment();
    const stage = SLS_STAGE === undefined ? [] : ['--stage', SLS_STAGE];
    const { status, stdout } = await sls(
      ['deploy', '--prebuilt', ...stage],
      { ...cloud.env, DATABASE_URL: database.url, ...variables },
      folder,
    );
    rmSync(folder, { recursive: true });
    expect(stdout).toContain(message);
    expect(stdout).not.toMatch(/\n\s+at /);
    expect(stdout).not.toContain('wrong-password');
    expect(status).toBe(1);
    expect(cloud.isEmpty()).toBe(true);
  });

  it('with a package over the limit is refused', async () => {
    const folder = await serviceFolder();
    writeFileSync(path.join(folder, 'dist/bill/large.bin'), randomBytes(8_000_000));
    const { stdout } = await sls(['deploy', '--prebuilt'], { ...cloud.env, DATABASE_URL: database.url }, folder);
    rmSync(folder, { recursive: true });
    expect(stdout).toMatch(/nothing was changed:\n {2}- the package of bill has 8\.\d MB, more than the 7\.0 MB/);
    expect(cloud.isEmpty()).toBe(true);
  });

  it('does not touch a function of the same name that somebody else has made', async () => {
    const environment = { ...cloud.env, DATABASE_URL: database.url };
    const folder = await serviceFolder();
    await sls(['deploy', '--prebuilt'], environment, folder);
    cloud.functionOf('websocket-order-dev-bill').settings.description = 'mine';
    const before = cloud.state();
    const { stdout, status } = await sls(['deploy', '--prebuilt'], environment, folder);
    rmSync(folder, { recursive: true });
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('there is a function websocket-order-dev-bill already that this stage did not make'),
    ]);
    expect(cloud.state()).toEqual(before);
  });
});
