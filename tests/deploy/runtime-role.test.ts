import { randomUUID } from 'node:crypto';
import { onServer } from '../support/postgres/database.ts';
import { type Deployment, startDeployment } from './deployment.ts';

const stage = 'websocket-order-dev';
const role = `run_${randomUUID().replaceAll('-', '')}`;

describe('a stage whose functions have a role of their own', () => {
  let world: Deployment;
  let runtimeUrl: string;
  beforeAll(async () => {
    world = await startDeployment();
    const url = new URL(world.database.url);
    url.username = role;
    url.password = 'a-password-of-the-tests';
    runtimeUrl = url.href;
  });
  afterAll(async () => {
    await world.end();
    await onServer(`drop role if exists ${role}`, 'postgres');
  });

  const urlsOf = (key: string) => {
    const { environment: variables } = world.cloud.functionOf(`${stage}-${key}`).settings;
    return [variables.DATABASE_URL, variables.RUNTIME_DATABASE_URL];
  };

  it('had the owner’s before, and gets the other without a moment in which one cannot connect', async () => {
    expect((await world.sls('deploy')).status).toBe(0);
    expect(urlsOf('bill')).toEqual([world.database.url, undefined]);
    world.environment.RUNTIME_DATABASE_URL = runtimeUrl;
    const { status, output } = await world.sls('deploy');
    expect([status, output]).toEqual([0, expect.not.stringContaining('a-password-of-the-tests')]);
    for (const key of ['bill', 'get_shop_info', 'redeliver', 'gateway'])
      expect([key, ...urlsOf(key)]).toEqual([key, runtimeUrl, undefined]);
    expect(urlsOf('init_db')).toEqual([world.database.url, runtimeUrl]);
  });

  it('keeps both when nothing is said again', async () => {
    world.changes();
    for (const name of ['DATABASE_URL', 'RUNTIME_DATABASE_URL']) delete world.environment[name];
    const { stderr } = await world.sls('deploy');
    expect(stderr).toContain('nothing to change');
    expect(urlsOf('init_db')).toEqual([world.database.url, runtimeUrl]);
  });
});
