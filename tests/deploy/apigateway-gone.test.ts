import { type Deployment, startDeployment } from './deployment.ts';

const bucket = 'pages-1250000000';
const config = ['-c', 'serverless.apigateway.yml'];

describe('12.4: a stage without API Gateway', () => {
  it('never asks it for anything, from the first deployment to the removal', async () => {
    const world = await startDeployment({ timers: 'on demand' });
    try {
      world.cloud.faults.add({ product: 'apigateway', code: 'UnsupportedOperation', times: Number.POSITIVE_INFINITY });
      for (const command of [['deploy'], ['info'], ['deploy'], ['remove', '--force']])
        expect((await world.sls(...command)).output).not.toContain('Error');
      expect(world.cloud.faults.calls.filter(({ product }) => product === 'apigateway')).toEqual([]);
      expect(world.cloud.isEmpty()).toBe(true);
    } finally {
      await world.end();
    }
  });
});

describe('12.4: a stage behind an API Gateway that was switched off', () => {
  let world: Deployment;
  beforeEach(async () => {
    world = await startDeployment({ timers: 'on demand' });
    Object.assign(world.environment, { PAGES_BUCKET: bucket, PAGES_DOMAIN: await world.cloud.bucketDomain(bucket) });
    expect((await world.sls('deploy', ...config)).output).not.toContain('Error');
  });
  afterEach(() => world.end());

  it.each([
    ['refuses', { code: 'UnsupportedOperation' }],
    ['does not answer', { cut: 'before' }],
  ] as const)('that %s becomes a web function and is removed, and what was left is said', async (_, fault) => {
    world.cloud.faults.add({ product: 'apigateway', times: Number.POSITIVE_INFINITY, ...fault });
    const info = await world.sls('info', ...config);
    expect([info.status, info.stdout]).toEqual([0, expect.stringContaining('websocket-order-dev-bill: Active')]);
    const { output, stdout } = await world.sls('deploy');
    expect(output).not.toContain('Error');
    expect(output).toMatch(
      /API Gateway does not answer \((UnsupportedOperation|Network)\), so what this stage may have there was left/,
    );
    expect((await fetch(stdout.split('\n')[0] ?? '')).status).toBe(200);
    expect((await world.sls('remove', '--force')).output).not.toContain('Error');
    expect(world.cloud.state().functions).toEqual([]);
  });

  it('that the key may not use ends the removal: a policy is missing, and nothing is forgotten', async () => {
    const times = Number.POSITIVE_INFINITY;
    world.cloud.faults.add({ product: 'apigateway', times, code: 'AuthFailure.UnauthorizedOperation' });
    const { status, stdout } = await world.sls('remove', '--force', ...config);
    expect([status, stdout]).toEqual([1, expect.stringContaining('give its user the policies')]);
    expect(world.cloud.state().functions).not.toEqual([]);
  });
});
