import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Deployment, startDeployment } from './deployment.ts';

const stage = 'websocket-order-dev';

describe('a deployment with the gateway as a web function', () => {
  let world: Deployment;
  beforeAll(async () => {
    world = await startDeployment();
  });
  afterAll(() => world.end());

  it('makes everything in one command and ends with links that work', async () => {
    const { status, stdout, stderr } = await world.sls('deploy');
    expect(stderr).not.toContain('Error');
    expect(status).toBe(0);
    const [order = '', shop = ''] = stdout.trim().split('\n');
    expect(shop).toMatch(/\/shop\.html#shop=shop1&key=[\w-]{43}$/);
    for (const link of [order, shop]) {
      const response = await fetch(link);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    }
    const config = await (await fetch(new URL('/config.json', order))).json();
    expect(config).toEqual({
      bill: `${world.cloud.urlOf(`${stage}-bill`)}/bill`,
      getShopInfo: `${world.cloud.urlOf(`${stage}-get_shop_info`)}/get_shop_info`,
      websocket: '',
    });
    expect(stderr).toMatch(/bill: created, \d+\.\d kB/);
    world.changes();
  });

  it('changes nothing the second time and says so', async () => {
    const { status, stderr } = await world.sls('deploy');
    expect(status).toBe(0);
    expect(stderr).toContain('nothing to change: stage dev is as serverless.yml says');
    // The migrations are looked at, and no more.
    expect(world.changes()).toEqual(['Invoke']);
  });

  it('reads each resource once when nothing has changed', async () => {
    world.cloud.faults.forgetCalls();
    await world.sls('deploy');
    const reads = world.cloud.faults.calls.map(
      ({ action, parameters }) => `${action} ${parameters.FunctionName ?? ''}`,
    );
    const functions = ['bill', 'gateway', 'get_shop_info', 'init_db', 'redeliver'].map(
      name => `GetFunction ${stage}-${name}`,
    );
    expect(reads.toSorted()).toEqual([...functions, `Invoke ${stage}-init_db`, 'ListFunctions ']);
    world.changes();
  });

  it('needs no DATABASE_URL and no TOKEN_SECRET again, since the functions hold them', async () => {
    const before = world.cloud.state();
    const { DATABASE_URL, TOKEN_SECRET } = world.environment;
    delete world.environment.DATABASE_URL;
    delete world.environment.TOKEN_SECRET;
    const { stderr } = await world.sls('deploy');
    Object.assign(world.environment, { DATABASE_URL, TOKEN_SECRET });
    expect(stderr).toContain('nothing to change');
    expect(world.cloud.state()).toEqual(before);
  });

  it('changes only the function that is named', async () => {
    world.changes();
    Object.assign(world.environment, { DATABASE_URL: `${world.database.url}?application_name=other` });
    const first = await world.sls('deploy', 'function', '-f', 'bill');
    expect(first.stderr).toContain('bill: configuration changed');
    // The first three try it beside the one that works.
    expect(world.changes()).toEqual(['CreateFunction', 'Invoke', 'DeleteFunction', 'UpdateFunctionConfiguration']);
    const again = await world.sls('deploy', 'function', '-f', 'bill');
    expect(again.stderr).toContain('nothing to change: bill is as it should be');
    Object.assign(world.environment, { DATABASE_URL: world.database.url });
    await world.sls('deploy', 'function', '-f', 'bill');
  });

  it('shows what there is without secrets', async () => {
    const { stdout } = await world.sls('info');
    expect(stdout).toContain(`${stage}-gateway: Active`);
    expect(stdout).toContain('TOKEN_SECRET=********');
    expect(stdout).toContain('DATABASE_URL=********');
    expect(stdout).toContain('CONNECTION_SECONDS=880');
    expect(stdout).toContain(`pages ${world.cloud.urlOf(`${stage}-gateway`)}/order.html`);
  });

  it('calls a function and shows its answer', async () => {
    const { stdout } = await world.sls('invoke', '-f', 'init_db', '-d', '{"rotateKeys":["shop1"]}');
    expect(JSON.parse(stdout)).toMatchObject({ rotated: [{ id: 'shop1', key: expect.any(String) }] });
  });

  it('says that functions keep no logs, and how they would', async () => {
    const { status, stdout } = await world.sls('logs', '-f', 'init_db');
    expect([status, stdout]).toEqual([1, expect.stringMatching(/keeps no logs: set `logs: true` under provider/)]);
  });

  it('asks before it removes, and where nobody can be asked it removes nothing', async () => {
    const before = world.cloud.state();
    const { status, output } = await world.sls('remove');
    expect([status, output]).toEqual([1, expect.stringContaining('so say it with --force')]);
    expect(world.cloud.state()).toEqual(before);
  });

  it('leaves other stages alone, and nothing of its own', async () => {
    await world.sls('deploy', '--stage', 'dev-2');
    expect((await world.sls('remove', '--force')).status).toBe(0);
    expect(JSON.stringify(world.cloud.state())).not.toContain(`"${stage}-bill"`);
    expect((await world.sls('info', '--stage', 'dev-2')).stdout).toContain(`${stage}-2-gateway: Active`);
    expect((await world.sls('remove', '--force', '--stage', 'dev-2')).status).toBe(0);
    expect(world.cloud.isEmpty()).toBe(true);
    expect((await world.sls('remove', '--force')).stderr).toContain('stage dev has nothing to remove');
  });
});

describe('npx sls', () => {
  it('packs every function, each time with the same bytes', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-packages-'));
    for (const name of ['one', 'other']) {
      const options = ['--prebuilt', '--package', path.join(folder, name)];
      const { stderr } = await promisify(execFile)('npx', ['sls', 'package', ...options]);
      expect(stderr).toMatch(/bill\.zip {2}\d+\.\d kB/);
    }
    const names = readdirSync(path.join(folder, 'one'));
    expect(names).toEqual(['bill.zip', 'gateway.zip', 'get_shop_info.zip', 'init_db.zip', 'redeliver.zip']);
    const read = (each: string, name: string) => readFileSync(path.join(folder, each, name));
    expect(names.filter(name => !read('one', name).equals(read('other', name)))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
