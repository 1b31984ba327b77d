import { secondName } from '../../scripts/ordering/try-beside.ts';
import { type Deployment, startDeployment } from './deployment.ts';

describe('12.8: a stage that works', () => {
  let world: Deployment;
  let before: unknown;
  let page: string;
  beforeAll(async () => {
    world = await startDeployment({ timers: 'on demand' });
    world.environment.TENCENT_PATIENCE_MS = '10000';
    const { stdout, output } = await world.sls('deploy');
    expect(output).not.toContain('Error');
    page = stdout.split('\n')[0] ?? '';
    before = world.cloud.state();
  });
  afterAll(() => world.end());
  afterEach(() => world.cloud.faults.clear());

  const works = async () => {
    expect(world.cloud.state()).toEqual(before);
    expect((await fetch(page)).status).toBe(200);
  };

  it.each([
    ['a function', 'bill', /functions\.bill: its new version does not work, .*\n.*broken on purpose/],
    ['the gateway', 'gateway', /functions\.gateway: its new version does not work, /],
  ])('stays as it is when %s would not start', async (_, key, message) => {
    const file = `dist/${key}/index.js`;
    const text = world.readFile(file);
    world.addFile(file, `throw new Error('broken on purpose');\n${text}`);
    const { status, stdout } = await world.sls('deploy');
    expect([status, stdout]).toEqual([1, expect.stringMatching(message)]);
    world.addFile(file, text);
    await works();
  });

  it('stays as it is when a new version does not reach its database', async () => {
    const network = 'vpc: { vpcId: vpc-standin0, subnetId: subnet-standin0 }';
    world.configure(text => text.replace(/# vpc: .*/, network));
    const { DATABASE_URL = '' } = world.environment;
    world.environment.DATABASE_URL = 'postgres://a:b@127.0.0.1:1/d';
    const { status, stdout } = await world.sls('deploy', 'function', '-f', 'redeliver');
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('functions.redeliver: its new version does not work'),
    ]);
    world.environment.DATABASE_URL = DATABASE_URL;
    world.configure();
    await works();
  });

  it('is changed, with what was not tried said, where there is no room for another function', async () => {
    world.addFile('dist/bill/more.txt', 'more');
    world.cloud.faults.add({ action: 'CreateFunction', code: 'LimitExceeded.Function', message: 'no more' });
    const { status, stderr } = await world.sls('deploy');
    expect([status, stderr]).toEqual([0, expect.stringContaining('bill was not tried before it is changed')]);
    expect(stderr).toContain('bill: code and configuration changed');
  });

  it('is changed, and nothing is left of what was tried, though a try was killed', async () => {
    world.addFile('dist/bill/more.txt', 'even more');
    const running = world.start('deploy');
    world.cloud.faults.add({ action: 'Invoke', run: () => running.kill() });
    await running.ended;
    world.cloud.faults.clear();
    expect(world.cloud.functionOf('websocket-order-dev-bill-next').status).toBe('Active');
    world.changes();
    expect((await world.sls('deploy')).stderr).toContain('bill: code and configuration changed');
    expect(world.changes()).toEqual([
      'Invoke',
      'DeleteFunction',
      'Invoke', // init_db brings the database up to date
      'UpdateFunctionCode',
      'UpdateFunctionConfiguration',
    ]);
    expect(() => world.cloud.functionOf('websocket-order-dev-bill-next')).toThrow();
    expect((await world.sls('deploy')).stderr).toContain('nothing to change');
  });
});

test('12.8: no two functions are tried under one name, however long and alike their names are', () => {
  expect(secondName('websocket-order-dev-bill')).toBe('websocket-order-dev-bill-next');
  const service = 'a'.repeat(47);
  const names = ['chat_register', 'chat_redirect', 'chat_reports'].map(key => `${service}${key}`);
  expect(names.map(name => name.length)).toEqual([60, 60, 59]);
  const seconds = names.map(secondName);
  expect(new Set(seconds).size).toBe(3);
  expect(Math.max(...seconds.map(name => name.length))).toBeLessThanOrEqual(60);
});
