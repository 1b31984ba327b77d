import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Deployment, type DeploymentOptions, startDeployment } from './deployment.ts';

const gateway = 'websocket-order-dev-gateway';
const bucket = 'pages-1250000000';

/** Deploys, asks, and takes everything away. */
async function within(options: DeploymentOptions, work: (world: Deployment) => Promise<void>): Promise<void> {
  const world = await startDeployment({ timers: 'on demand', ...options });
  try {
    await work(world);
  } finally {
    await world.end();
  }
}

describe('a deployment', () => {
  it('into a private network keeps its way to the internet, and can leave it again', async () => {
    let isPrivate = true;
    const network = 'vpc: { vpcId: vpc-standin0, subnetId: subnet-standin0 }';
    const configure = (text: string) => (isPrivate ? text.replace(/# vpc: .*/, network) : text);
    await within({ configure }, async world => {
      expect((await world.sls('deploy')).output).not.toContain('Error');
      const settings = () => world.cloud.functionOf('websocket-order-dev-bill').settings;
      expect(settings()).toMatchObject({
        vpc: { vpcId: 'vpc-standin0', subnetId: 'subnet-standin0' },
        publicNetwork: true,
      });
      expect(world.cloud.functionOf(gateway).settings.vpc.vpcId).toBe('vpc-standin0');
      isPrivate = false;
      world.configure();
      expect((await world.sls('deploy')).stderr).toContain('bill: configuration changed');
      expect(settings().vpc).toEqual({ vpcId: '', subnetId: '' });
    });
  });

  it('into a private network goes on when the database there cannot be tried from here', async () => {
    const network = 'vpc: { vpcId: vpc-standin0, subnetId: subnet-standin0 }';
    await within({ configure: text => text.replace(/# vpc: .*/, network) }, async world => {
      Object.assign(world.environment, { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/d' });
      const { stdout, stderr, status } = await world.sls('deploy');
      // The database comes first: nothing else is made when it cannot be set up.
      expect(stderr).toContain('init_db: created');
      expect(stderr).not.toContain('bill: created');
      expect(stdout).toMatch(/init_db: unavailable: .*\n {2}what to do: check DATABASE_URL, provider\.vpc/);
      expect(status).toBe(1);
    });
  });

  it('into a network that there is not changes nothing and says so', async () => {
    const network = 'vpc: { vpcId: vpc-nowhere, subnetId: subnet-nowhere }';
    await within({ configure: text => text.replace(/# vpc: .*/, network) }, async world => {
      const { stdout, status } = await world.sls('deploy');
      expect(status).toBe(1);
      expect(stdout).toMatch(
        /ResourceNotFound\.Vpc.*\n.*\n {2}what to do: the VPC or subnet of serverless\.yml does not/,
      );
      expect(world.cloud.isEmpty()).toBe(true);
    });
  });

  it('of a web function puts pages into a bucket that lead to the functions, the gateway and the chat', async () => {
    let domain = '';
    const configure = (text: string) =>
      text.replace(
        'pages: gateway',
        `pages: { bucket: ${bucket}, domain: "${domain}" }\n  origins: [ionic://localhost]\n  imageHosts: [images.example]`,
      );
    await within({}, async world => {
      domain = await world.cloud.bucketDomain(bucket);
      world.configure(configure);
      const { stdout, output } = await world.sls('deploy');
      expect(output).not.toContain('Error');
      expect(stdout).toContain(`${domain}/order.html`);
      const own = (world.cloud.urlOf(gateway) ?? '').replace('http', 'ws');
      expect(await (await fetch(`${domain}/config.json`)).json()).toMatchObject({
        websocket: `${own}/pgws`,
        chat: `${own}/chat`,
      });
      const html = await (await fetch(`${domain}/chat.html`)).text();
      expect(/connect-src [^;]*/.exec(html)?.[0]).toContain(own);
      expect(/img-src [^;]*/.exec(html)?.[0]).toBe("img-src 'self' https://images.example");
      const { ORIGINS, IMAGE_HOSTS } = world.cloud.functionOf(gateway).settings.environment;
      expect(IMAGE_HOSTS).toBe('images.example');
      expect(ORIGINS?.split(',')).toEqual(expect.arrayContaining([domain, 'ionic://localhost']));
      const bill = world.cloud.urlOf(gateway.replace(/gateway$/, 'bill')) ?? '';
      const headers = { origin: 'ionic://localhost', 'access-control-request-method': 'POST' };
      const preflight = await fetch(`${bill}/bill`, { method: 'OPTIONS', headers });
      expect(preflight.headers.get('access-control-allow-origin')).toBe('ionic://localhost');
      expect((await world.sls('remove', '--force')).output).not.toContain('Error');
      expect(world.cloud.isEmpty()).toBe(true);
    });
  });

  it('of pages on the default domain of a bucket ends with why they would be downloaded, and with the keys', async () => {
    await within({}, async world => {
      const front = createServer(async (request, response) => {
        const answer = await fetch(`${world.cloud.cosUrl}/${bucket}${request.url}`);
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
      await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve));
      const pagesAt = (domain: string) => (text: string) =>
        text.replace('pages: gateway', `pages: { bucket: ${bucket}, domain: "${domain}" }`);
      world.configure(pagesAt(`http://127.0.0.1:${(front.address() as AddressInfo).port}`));
      const { stdout, status } = await world.sls('deploy');
      front.closeAllConnections();
      front.close();
      expect(status).toBe(1);
      expect(stdout).toMatch(/order\.html is sent as a download .* bind a custom domain and name it in custom\.pages/);
      expect(stdout).toMatch(/shop\.html#shop=shop1&key=[\w-]{43}/);
      world.configure(pagesAt(await world.cloud.bucketDomain(bucket)));
      expect((await world.sls('deploy')).output).not.toContain('Error');
    });
  });

  it('of two stages at once makes both, and neither touches the other', async () => {
    await within({}, async world => {
      const stages = ['one', 'other'].map(stage => ['--stage', stage]);
      const first = await Promise.all(stages.map(stage => world.sls('deploy', ...stage)));
      for (const { output } of first) expect(output).not.toContain('Error');
      for (const stage of stages) expect((await world.sls('deploy', ...stage)).stderr).toContain('nothing to change');
      await Promise.all(stages.map(stage => world.sls('remove', '--force', ...stage)));
      expect(world.cloud.isEmpty()).toBe(true);
    });
  });

  it('says how large a package is beside the one before', async () => {
    await within({}, async world => {
      await world.sls('deploy');
      world.addFile('dist/bill/more.txt', 'more '.repeat(20_000));
      const { stderr } = await world.sls('deploy');
      expect(stderr).toMatch(/^bill: code and configuration changed, \d+\.\d kB \(\d+\.\d kB before\)$/m);
    });
  });
});
