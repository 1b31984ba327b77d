import { until } from '../support/until.ts';
import { type Deployment, startDeployment } from './deployment.ts';

const bill = 'websocket-order-dev-bill';
const withLogs = (logs: string) => (text: string) =>
  text.replace('  timeout: 15\n', `  timeout: 15\n  logs: ${logs}\n`);

describe('12.3: a deployment with logs', () => {
  let world: Deployment;
  beforeAll(async () => {
    world = await startDeployment({ timers: 'on demand', cls: 'open', configure: withLogs('true') });
  });
  afterAll(() => world.end());

  const setting = () => world.cloud.functionOf(bill).settings.logTopic;

  it('refuses a topic that there is not, and makes nothing', async () => {
    world.configure(withLogs('{ topicId: nowhere-1 }'));
    const { status, stdout } = await world.sls('deploy');
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining('provider.logs.topicId: there is no topic nowhere-1'),
    ]);
    expect(world.cloud.isEmpty()).toBe(true);
    world.configure();
  });

  it('makes a log set, a topic and an index once, though a run was killed between them', async () => {
    for (const action of ['CreateLogset', 'CreateTopic', 'CreateIndex']) {
      const running = world.start('deploy');
      world.cloud.faults.add({ action, run: () => running.kill() });
      await running.ended;
      world.cloud.faults.clear();
    }
    expect((await world.sls('deploy')).output).not.toContain('Error');
    const topics = [{ name: 'websocket-order-dev', periodDays: 7, isIndexed: true }];
    expect(world.cloud.state().logsets).toEqual([{ name: 'websocket-order-dev', topics }]);
    expect((await world.sls('deploy')).stderr).toContain('nothing to change');
  });

  it('shows the lines of a function page by page, also of calls that come while it looks, and none twice', async () => {
    for (let count = 0; count < 3; count++) await world.cloud.invoke(bill, {});
    const tail = world.start('logs', '-f', 'bill', '--tail', '--interval', '50', '--startTime', '1h');
    const started = (text: string) => text.match(/^\d{4}-\d\d-\d\dT\S+Z [\w-]+ START RequestId: .*$/gm) ?? [];
    const calls = () => world.cloud.invocations.filter(({ functionName }) => functionName === bill).length;
    await until('it has shown them', () => started(tail.stdout()).length === calls(), 60_000);
    await world.cloud.invoke(bill, {});
    await until('it has shown the new one', () => started(tail.stdout()).length === calls(), 60_000);
    const { length: looks } = world.cloud.faults.calls;
    await until('it has looked again', () => world.cloud.faults.calls.length > looks + 2, 60_000);
    tail.kill();
    const shown = started((await tail.ended).stdout);
    expect(new Set(shown).size).toBe(calls());
    expect(shown).toHaveLength(calls());
  });

  it('shows the lines with a text, and none of before', async () => {
    const { stdout } = await world.sls('logs', '-f', 'bill', '--filter', 'END RequestId');
    expect(
      stdout
        .trim()
        .split('\n')
        .every(line => line.includes('END RequestId')),
    ).toBe(true);
    expect((await world.sls('logs', '-f', 'bill', '--startTime', '2200-01-01T00:00:00Z')).stdout).toBe('');
  });

  it('shows what a call wrote that was made by hand', async () => {
    world.addFile(
      'dist/bill/index.js',
      'exports.main_handler = async () => { console.log("written"); return { healthy: true }; };',
    );
    await world.sls('deploy', 'function', '-f', 'bill');
    const { stdout, stderr } = await world.sls('invoke', '-f', 'bill');
    expect([JSON.parse(stdout), stderr]).toEqual([{ healthy: true }, expect.stringContaining('written')]);
  });

  it('lets functions log nowhere again, and is removed without a trace', async () => {
    expect(setting().topicId).not.toBe('');
    world.configure(withLogs('false'));
    expect((await world.sls('deploy', 'function', '-f', 'bill')).stderr).toContain('bill: configuration changed');
    expect(setting()).toEqual({ logsetId: '', topicId: '' });
    expect((await world.sls('remove', '--force')).stderr).toContain('logs removed');
    expect(world.cloud.isEmpty()).toBe(true);
  });
});

describe('12.3: a deployment with logs that the account does not allow', () => {
  it.each([
    ['unopened', /OperationDenied\.AccountNotExists: .*\n.*\n {2}what to do: CLS was never opened/],
    ['forbidden', /cls:CreateLogset.*\n.*\n {2}what to do: the key may not do this/],
  ] as const)('because CLS is %s ends before anything is made', async (cls, message) => {
    const world = await startDeployment({ timers: 'on demand', cls, configure: withLogs('true') });
    try {
      const { status, stdout } = await world.sls('deploy');
      expect([status, stdout]).toEqual([1, expect.stringMatching(message)]);
      expect(world.cloud.isEmpty()).toBe(true);
    } finally {
      await world.end();
    }
  });
});
