import { openClient } from '../support/e2e/client.ts';
import { orderBody } from '../support/trial/customer.ts';
import { type Deployment, startDeployment } from './deployment.ts';

const limits = '{ RATE_LIMITS: "2,10,600", CONNECTIONS_PER_ADDRESS: "2" }';

describe('12.7: the function URLs of a deployment', () => {
  let world: Deployment;
  let pages: string;
  beforeAll(async () => {
    const configure = (text: string) => text.replace('  timeout: 15\n', `  timeout: 15\n  environment: ${limits}\n`);
    world = await startDeployment({ timers: 'on demand', remoteAddress: 'address:port', configure });
    const { stdout, output } = await world.sls('deploy');
    expect(output).not.toContain('Error');
    pages = new URL(stdout.split('\n')[0] ?? '').origin;
  });
  afterAll(() => world.end());

  it('ask for the methods that are documented, and for answers in the form of API Gateway where an event function answers', () => {
    const given = (key: string) => {
      const [url] = [...world.cloud.functionOf(`websocket-order-dev-${key}`).triggers.values()];
      return JSON.parse(url?.desc ?? '') as { CorsConfig?: { Methods: string[] }; ApiGwCompatible?: boolean };
    };
    expect([given('bill').CorsConfig?.Methods, given('bill').ApiGwCompatible]).toEqual([['POST'], true]);
    expect(given('get_shop_info').CorsConfig?.Methods).toEqual(['GET']);
    expect(given('gateway').ApiGwCompatible).toBeUndefined();
  });

  it('are not changed again for what does not come back when they are read', async () => {
    world.changes();
    expect((await world.sls('deploy')).stderr).toContain('nothing to change');
    expect(world.changes()).toEqual(['Invoke']);
  });

  it('count a caller by the address, whatever port it comes from', async () => {
    const { bill } = (await (await fetch(`${pages}/config.json`)).json()) as { bill: string };
    const statuses = [];
    for (let count = 0; count < 3; count++) {
      const headers = {
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
        connection: 'close',
      };
      const body = JSON.stringify(orderBody({ shop: 'shop1' }));
      statuses.push((await fetch(bill, { method: 'POST', headers, body })).status);
    }
    expect(statuses).toEqual([201, 201, 429]);
    const open = () => openClient(`${pages.replace('http', 'ws')}/pgws`, { origin: pages });
    const clients = [await open(), await open()];
    await expect(open()).rejects.toThrow('handshake refused');
    for (const client of clients) await client.close();
  });
});
