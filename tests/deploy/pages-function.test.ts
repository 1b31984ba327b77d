import { type Deployment, startDeployment } from './deployment.ts';

const stage = 'websocket-order-dev';
const ofFunction = (text: string) => text.replace('pages: gateway', 'pages: function');

describe('12.9: where the address of the gateway takes WebSockets and nothing else', () => {
  let world: Deployment;
  beforeAll(async () => {
    world = await startDeployment({ timers: 'on demand', plainHttp: 'refused' });
  });
  afterAll(() => world.end());

  it('the check at the end of a deployment proposes pages: function', async () => {
    const { status, stdout } = await world.sls('deploy');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /order\.html answered 400 .*and not a page\n {2}what to do: .*`pages: function` under custom/,
    );
  });

  it('a function of their own serves the pages, which lead to the gateway', async () => {
    world.configure(ofFunction);
    const { stdout, output } = await world.sls('deploy');
    expect(output).not.toContain('Error');
    const pages = world.cloud.urlOf(`${stage}-pages`) ?? '';
    const own = (world.cloud.urlOf(`${stage}-gateway`) ?? '').replace('http', 'ws');
    expect(stdout.split('\n')[0]).toBe(`${pages}/order.html`);
    expect(await (await fetch(`${pages}/config.json`)).json()).toEqual({
      bill: `${world.cloud.urlOf(`${stage}-bill`)}/bill`,
      getShopInfo: `${world.cloud.urlOf(`${stage}-get_shop_info`)}/get_shop_info`,
      websocket: `${own}/pgws`,
      chat: `${own}/chat`,
    });
    expect(world.cloud.functionOf(`${stage}-pages`).settings.protocol).toBe('');
    const { ORIGINS } = world.cloud.functionOf(`${stage}-gateway`).settings.environment;
    expect(ORIGINS?.split(',')).toContain(pages);
  });

  it('is not changed by a second deployment, and tries a changed gateway by a WebSocket', async () => {
    expect((await world.sls('deploy')).stderr).toContain('nothing to change');
    world.addFile('dist/gateway/more.txt', 'more');
    const { stderr, output } = await world.sls('deploy');
    expect(output).not.toContain('Error');
    expect(stderr).toContain('gateway: code and configuration changed');
    expect((await world.sls('info')).stdout).toContain(`pages ${world.cloud.urlOf(`${stage}-pages`)}/order.html`);
  });

  it('is left as it is by a deployment that would go back, and is removed without a trace', async () => {
    world.configure();
    const { status, stdout } = await world.sls('deploy');
    expect([status, stdout]).toEqual([1, expect.stringContaining('functions.gateway: its new version does not work')]);
    expect((await fetch(`${world.cloud.urlOf(`${stage}-pages`)}/order.html`)).status).toBe(200);
    expect((await world.sls('remove', '--force')).output).not.toContain('Error');
    expect(world.cloud.isEmpty()).toBe(true);
  });
});
