import { randomUUID } from 'node:crypto';
import { openClient } from '../support/e2e/client.ts';
import { describeOver } from '../support/programs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { orderBody } from '../support/trial/customer.ts';
import { type Deployment, startDeployment } from './deployment.ts';

// What was deployed runs with two instances of the gateway: whoever is connected to one hears of what the other is told.

for (const kind of ['PostgreSQL', 'Redis'])
  describeOver(kind)(`two instances of a deployed gateway, with ${kind} between them`, () => {
    let redis: TestRedis | undefined;
    let world: Deployment;
    let pages: string;
    let webSocket: string;
    let key: string;

    beforeAll(async () => {
      if (kind === 'Redis') redis = await startRedis();
      world = await startDeployment({ webInstances: 2, timers: 'on demand' });
      if (redis !== undefined) Object.assign(world.environment, { REDIS_URL: redis.url });
      const { stdout } = await world.sls('deploy');
      const [, link = ''] = stdout.trim().split('\n');
      ({ origin: pages } = new URL(link));
      webSocket = pages.replace('http', 'ws');
      key = new URLSearchParams(new URL(link).hash.slice(1)).get('key') ?? '';
    });
    afterAll(async () => {
      await redis?.end();
      await world?.end();
    });

    const shopScreen = async () => {
      const client = await openClient(`${webSocket}/pgws`, { origin: pages });
      client.send({ type: 'hello', role: 'shop', shop: 'shop1', token: key, device: randomUUID() });
      await client.take('welcome');
      return client;
    };

    it('an order reaches the screens of its shop at both, and what one screen says the customer at the other', async () => {
      const screens = [await shopScreen(), await shopScreen()];
      const instances = world.cloud.instancesOf('websocket-order-dev-gateway');
      expect(instances.map(({ load }) => load)).toEqual([1, 1]);
      const { bill } = (await (await fetch(`${pages}/config.json`)).json()) as { bill: string };
      const response = await fetch(bill, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        body: JSON.stringify(orderBody({ shop: 'shop1' })),
      });
      expect(response.status).toBe(201);
      const { order, token } = (await response.json()) as { order: { id: string; version: number }; token: string };
      for (const screen of screens) expect((await screen.take('events')).events[0]?.order.id).toBe(order.id);

      const customers = [];
      for (let count = 0; count < 2; count++) {
        const customer = await openClient(`${webSocket}/pgws`, { origin: pages });
        customer.send({ type: 'hello', role: 'customer', order: order.id, token });
        await customer.take('welcome');
        customers.push(customer);
      }
      screens[0]?.send({ type: 'command', id: randomUUID(), op: 'accept', order: order.id, version: order.version });
      for (const customer of customers) expect((await customer.take('order')).order.status).toBe('accepted');
      for (const client of [...screens, ...customers]) await client.close();
    });

    it('the chat is one room', async () => {
      const open = async () => {
        const client = await openClient(`${webSocket}/chat`, { origin: pages });
        const frames = client.frames as unknown as { type: string; data?: string }[];
        return { ...client, heard: (text: string) => frames.some(({ data }) => data === text) };
      };
      const [one, other] = [await open(), await open()];
      for (let round = 0; !other.heard('hello'); round++) {
        expect(round).toBeLessThan(40);
        one.send('hello');
        await new Promise(resolve => setTimeout(resolve, 250));
      }
      await one.close();
      await other.close();
    });

    it('the functions hold what they need for it, and no more of it is shown', async () => {
      const { settings } = world.cloud.functionOf('websocket-order-dev-bill');
      expect(settings.environment.REDIS_URL).toBe(redis?.url);
      const { stdout } = await world.sls('info');
      expect(stdout.includes('REDIS_URL=********')).toBe(redis !== undefined);
      expect(stdout).not.toContain(redis?.url ?? world.database.url);
    });
  });
