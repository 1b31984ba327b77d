import { type Deployment, startDeployment } from './deployment.ts';

const bucket = 'pages-1250000000';
const config = ['-c', 'serverless.apigateway.yml'];

describe('a deployment with API Gateway', () => {
  let world: Deployment;
  beforeAll(async () => {
    world = await startDeployment({ timers: 'on demand' });
    Object.assign(world.environment, { PAGES_BUCKET: bucket, PAGES_DOMAIN: await world.cloud.bucketDomain(bucket) });
  });
  afterAll(() => world.end());

  it('makes functions, APIs and pages in one command, and tells the functions where to push', async () => {
    const { output, stdout } = await world.sls('deploy', ...config);
    expect(output).not.toContain('Error');
    const [order = ''] = stdout.trim().split('\n');
    expect(order).toBe(`${world.environment.PAGES_DOMAIN}/order.html`);
    const pages = await (await fetch(new URL('/config.json', order))).json();
    expect(pages).toEqual({
      bill: expect.stringMatching(/\/release\/bill$/),
      getShopInfo: expect.stringMatching(/\/release\/get_shop_info$/),
      websocket: expect.stringMatching(/^ws:.*\/release\/pgws$/),
    });
    expect(JSON.stringify(world.cloud.functionOf('websocket-order-dev-bill').settings)).toContain('SEND_BACK_URL');
    world.changes();
  });

  it('changes nothing the second time', async () => {
    expect((await world.sls('deploy', ...config)).stderr).toContain('nothing to change');
    expect(world.changes()).toEqual(['Invoke']);
    const { stdout } = await world.sls('info', ...config);
    expect(stdout).toContain(`pages ${world.environment.PAGES_DOMAIN}/order.html`);
    expect(stdout).toMatch(/^WebSocket ws:.*\/release\/pgws$/m);
    expect(stdout).toContain('SEND_BACK_URL=********');
  });

  it('changes one function that is named, and gives it no URL of its own', async () => {
    Object.assign(world.environment, { DATABASE_URL: `${world.database.url}?application_name=other` });
    expect((await world.sls('deploy', 'function', '-f', 'bill', ...config)).stderr).toContain('configuration changed');
    // The first three try it beside the one that works.
    expect(world.changes()).toEqual(['CreateFunction', 'Invoke', 'DeleteFunction', 'UpdateFunctionConfiguration']);
    Object.assign(world.environment, { DATABASE_URL: world.database.url });
    expect((await world.sls('deploy', 'function', '-f', 'bill', ...config)).output).not.toContain('Error');
    world.changes();
  });

  it('makes up for a release that was interrupted', async () => {
    const other = await startDeployment({ timers: 'on demand' });
    try {
      Object.assign(other.environment, { PAGES_BUCKET: bucket, PAGES_DOMAIN: await other.cloud.bucketDomain(bucket) });
      for (const action of [
        'CreateService',
        'CreateApi',
        'ReleaseService',
        'ModifyService',
        'PutBucket',
        'PutObject',
      ]) {
        const running = other.start('deploy', ...config);
        other.cloud.faults.add({ action, run: () => running.kill() });
        await running.ended;
        other.cloud.faults.clear();
      }
      expect((await other.sls('deploy', ...config)).output).not.toContain('Error');
      expect((await other.sls('deploy', ...config)).stderr).toContain('nothing to change');
      expect((await other.sls('remove', '--force', ...config)).output).not.toContain('Error');
      expect(other.cloud.isEmpty()).toBe(true);
    } finally {
      await other.end();
    }
  });

  it.each(['CreateApi', 'DeleteFunction'])('turns into a web function, though %s was interrupted', async action => {
    const other = await startDeployment({ timers: 'on demand' });
    try {
      Object.assign(other.environment, { PAGES_BUCKET: bucket, PAGES_DOMAIN: await other.cloud.bucketDomain(bucket) });
      const [first, next] = action === 'CreateApi' ? [config, []] : [[], []];
      if (action === 'DeleteFunction') await other.sls('deploy', ...config);
      const running = other.start('deploy', ...first);
      other.cloud.faults.add({ action, run: () => running.kill() });
      await running.ended;
      other.cloud.faults.clear();
      expect((await other.sls('deploy', ...next)).output).not.toContain('Error');
      expect((other.cloud.state() as { services: object[] }).services).toEqual([]);
    } finally {
      await other.end();
    }
  });

  it('is removed as well when serverless.yml has become that of a web function', async () => {
    expect((await world.sls('deploy', ...config)).output).not.toContain('Error');
    expect((await world.sls('remove', '--force')).output).not.toContain('Error');
    const { functions, services } = world.cloud.state();
    expect([functions, services]).toEqual([[], []]);
    expect((await world.sls('deploy', ...config)).output).not.toContain('Error');
  });

  it('turns into a web function, and back, without leaving anything behind', async () => {
    expect((await world.sls('deploy')).output).not.toContain('Error');
    const { services } = world.cloud.state() as { services: object[] };
    expect(services).toEqual([]);
    expect((await world.sls('deploy', ...config)).output).not.toContain('Error');
    expect(() => world.cloud.functionOf('websocket-order-dev-gateway')).toThrow();
  });

  it('is removed without a trace', async () => {
    expect((await world.sls('remove', '--force', ...config)).output).not.toContain('Error');
    expect(world.cloud.isEmpty()).toBe(true);
  });
});
