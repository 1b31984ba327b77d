import { until } from '../support/until.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { killAt } from './kill-at.ts';

// A new account as a stranger has it: the log service was never opened, API Gateway is gone, what is read back is not what
// was given, functions stay busy after each change, and every third call is one too many. The command is killed at every
// step, and the stage goes through its whole life.

describe('12: the first account', () => {
  let world: Deployment;
  let logs = '';
  beforeAll(async () => {
    const configure = (text: string) => text.replace('  timeout: 15\n', `  timeout: 15\n${logs}`);
    world = await startDeployment({
      ...{ timers: 'on demand', cls: 'unopened', busyMs: 200, forgetsDescriptions: true, configure },
    });
    refuseApiGateway();
  });
  afterAll(() => world.end());

  const refuseApiGateway = () =>
    world.cloud.faults.add({ product: 'apigateway', code: 'UnsupportedOperation', times: Number.POSITIVE_INFINITY });

  it('is deployed to, one step further after each kill, and ends with links that work', async () => {
    let runs = 0;
    const kinds = ['before', 'during'] as const;
    // With `before` one change goes through and the next does not; `during` comes after the call that sets up the database.
    for (let isKilled = true; isKilled && runs < 30; ) {
      const when = kinds[runs % 2] ?? 'before';
      isKilled = await killAt(world, 2, ['deploy'], { when, isThrottled: true });
      // What sets up the database is called by every run, and in the end nothing else.
      const isDone = world.changes().every(action => action === 'Invoke');
      runs += 1;
      if (isDone) break;
    }
    expect(runs).toBeGreaterThan(4);
    const { stdout, output, status } = await world.sls('deploy');
    expect([status, output]).toEqual([0, expect.not.stringContaining('Error')]);
    const links = stdout.split('\n').filter(line => line.startsWith('http'));
    expect(links.length).toBeGreaterThanOrEqual(2);
    for (const link of links) expect((await fetch(link)).status).toBe(200);
    expect((await world.sls('deploy')).stderr).toContain('nothing to change');
    expect(world.cloud.faults.calls.filter(({ product }) => product === 'apigateway')).toEqual([]);
  });

  it('keeps what works when a variable is wrong', async () => {
    const before = world.cloud.state();
    world.changes();
    logs = '  environment: { RATE_LIMITS: none }\n';
    world.configure();
    const { status, stdout } = await world.sls('deploy');
    expect([status, stdout]).toEqual([1, expect.stringMatching(/nothing was changed:\n.*RATE_LIMITS/)]);
    expect(world.changes()).toEqual([]);
    expect(world.cloud.state()).toEqual(before);
  });

  it('says that its log service is not open, and shows lines as they come when it is', async () => {
    logs = '  logs: true\n';
    world.configure();
    expect((await world.sls('deploy')).stdout).toContain('CLS was never opened for this account');
    world.cloud.openLogService();
    expect((await world.sls('deploy')).output).not.toContain('Error');
    const tail = world.start('logs', '-f', 'bill', '--tail', '--interval', '50');
    await world.cloud.invoke('websocket-order-dev-bill', {});
    await until('the line is shown', () => tail.stdout().includes('START RequestId'), 60_000);
    tail.kill();
  });

  it('has nothing left after the removal', async () => {
    expect((await world.sls('remove', '--force')).output).not.toContain('Error');
    expect(world.cloud.isEmpty()).toBe(true);
  });
});
