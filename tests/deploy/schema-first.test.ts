import { type Deployment, startDeployment } from './deployment.ts';

const stage = 'websocket-order-dev';
const bucket = 'pages-1250000000';

describe.each([
  ['our own', []],
  ['API Gateway', ['-c', 'serverless.apigateway.yml']],
])('the schema, where the gateway is %s', (_gateway, options) => {
  let world: Deployment;
  beforeAll(async () => {
    world = await startDeployment({ timers: 'on demand' });
    Object.assign(world.environment, { PAGES_BUCKET: bucket, PAGES_DOMAIN: await world.cloud.bucketDomain(bucket) });
  });
  afterAll(() => world.end());

  /** Functions that callers reach and whose code or configuration changed, and where `init_db` was called. */
  function changesAndCalls(): string[] {
    const told = world.cloud.faults.calls.flatMap(({ action, parameters }) => {
      const name = String(parameters.FunctionName).replace(`${stage}-`, '');
      if (action === 'Invoke' && name === 'init_db') return ['init_db is called'];
      const changes = /^(CreateFunction|UpdateFunction(Code|Configuration))$/.test(action);
      return changes && !name.endsWith('-next') && name !== 'init_db' ? [`${name} changes`] : [];
    });
    world.cloud.faults.forgetCalls();
    return told;
  }

  it('is there before the first function that needs it', async () => {
    const { status, output } = await world.sls('deploy', ...options);
    expect([status, output]).toEqual([0, expect.stringContaining('database: schema')]);
    const told = changesAndCalls();
    expect(told[0]).toBe('init_db is called');
    expect(told).toContain('bill changes');
  });

  it('is new before any function is: those of before work on it, and the new ones not on the old', async () => {
    world.environment.TOKEN_SECRET = 'another-token-secret-of-the-tests-0123456789';
    const { status, output } = await world.sls('deploy', ...options);
    expect([status, output]).toEqual([0, expect.stringContaining('bill: configuration changed')]);
    const told = changesAndCalls();
    expect(told[0]).toBe('init_db is called');
    expect(told).toContain('bill changes');
  });
});
