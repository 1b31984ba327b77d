import { type Deployment, startDeployment } from './deployment.ts';

describe('a deployment', () => {
  let world: Deployment;
  beforeEach(async () => {
    world = await startDeployment({ timers: 'on demand' });
  });
  afterEach(() => world.end());

  it('goes on after being throttled', async () => {
    for (const action of ['GetFunction', 'CreateFunction', 'CreateTrigger']) {
      world.cloud.faults.add({ action, times: 4, code: 'RequestLimitExceeded.GlobalRegionUinLimitExceeded' });
    }
    expect((await world.sls('deploy')).output).not.toContain('Error');
  });

  it('goes on when answers are lost, and makes nothing twice', async () => {
    for (const action of ['CreateFunction', 'CreateTrigger', 'GetFunction', 'ListFunctions']) {
      world.cloud.faults.add({ action, nth: 2, cut: 'after' });
      world.cloud.faults.add({ action, nth: 1, cut: 'before' });
    }
    expect((await world.sls('deploy')).output).not.toContain('Error');
    expect((await world.sls('deploy')).stderr).toContain('nothing to change');
  });

  it('that fails names the call, the code, the request id and what to do, and the next one goes on from there', async () => {
    world.cloud.faults.add({ action: 'CreateFunction', nth: 3, code: 'LimitExceeded.Function', message: 'no more' });
    const { stdout, status } = await world.sls('deploy');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /scf CreateFunction \(websocket-order-dev-\w+\) failed: LimitExceeded\.Function: no more\n {2}request id: [\w-]+\n {2}what to do: the region has no room/,
    );
    world.cloud.faults.clear();
    world.changes();
    expect((await world.sls('deploy')).output).not.toContain('Error');
    expect(world.changes().filter(action => action === 'CreateFunction')).toHaveLength(2);
  });

  it('shows no secret in what it says, keeps or packs', async () => {
    const { stdout, stderr } = await world.sls('deploy', '--verbose');
    const { output } = await world.sls('info');
    const { DATABASE_URL = '', TOKEN_SECRET = '', TENCENT_SECRET_KEY = '' } = world.environment;
    const secrets = [DATABASE_URL, new URL(DATABASE_URL).password, TOKEN_SECRET, TENCENT_SECRET_KEY];
    for (const secret of secrets) expect(`${stdout}${stderr}${output}`).not.toContain(secret);
    const calls = world.cloud.faults.calls.map(({ action, parameters }) => ({ action, parameters: { ...parameters } }));
    for (const { parameters } of calls) {
      const { Code, Description = '' } = parameters as { Code?: { ZipFile: string }; Description?: string };
      const kept = `${Buffer.from(Code?.ZipFile ?? '', 'base64').toString('latin1')}${Description}`;
      for (const secret of secrets) expect(kept.includes(secret)).toBe(false);
    }
    // The key of the account goes to no function.
    expect(JSON.stringify(calls)).not.toContain(TENCENT_SECRET_KEY);
  });
});
