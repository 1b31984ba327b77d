import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { dataSendEvent } from '../../apigateway/tencent/websocket-events.ts';
import { openClient } from '../support/e2e/client.ts';
import { lastingPort } from '../support/port.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { placeMany } from '../support/trial/place-many.ts';
import { until } from '../support/until.ts';
import { type Deployment, startDeployment } from './deployment.ts';

/** What the platform asks of a web function, and what a load balancer gets instead. */
describe('an instance on the platform', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment('PostgreSQL');
  });
  afterAll(() => deployment?.end());

  test('closes every connection with 1000 before its time is up; screens come back at once and miss nothing', async () => {
    const instance = await deployment.startInstance({ CONNECTION_SECONDS: '2' });
    const trial = await deployment.startTrial(instance, instance, { shops: 3 });
    const bare = await openClient(instance.webSocketUrl);
    bare.send({ type: 'ping' });
    const writers = trial.startWriters({ count: 3, pauseMs: 50 });
    expect(await bare.closed).toBe(1000);
    await until('every screen had three connections', async () => {
      const rows = await deployment.connectionsOf(instance);
      return rows.filter(({ state }) => state === 'closed').length >= 3 * trial.screens.length;
    });
    await writers.stop();
    await expectWhole(trial);
    await instance.stop();
  });

  test('paces a snapshot of 1,500 orders, which arrives whole, while orders go on', async () => {
    const instance = await deployment.startInstance({ OUTBOUND_LIMITS: '10,131072' });
    const trial = await deployment.startTrial(instance, instance);
    const [shop = ''] = trial.shops;
    await placeMany(deployment.database.pool, trial.records, shop, 1_500);
    const began = Date.now();
    const late = trial.openScreen(shop);
    await until('the snapshot is complete', () => late.state().mode === 'log' && late.state().orders.size >= 1_500);
    const bytes = [...late.state().orders.values()].reduce((sum, order) => sum + JSON.stringify(order).length, 0);
    expect(Date.now() - began).toBeGreaterThan((bytes / 131_072 - 1) * 1_000);
    await trial.place({ shop });
    await trial.drain(30_000);
    for (const screen of trial.screens) screen.end();
    await instance.stop();
  });

  test('takes the caller’s address from the platform’s header alone', async () => {
    const instance = await deployment.startInstance({ CONNECTIONS_PER_ADDRESS: '1', RATE_LIMITS: '30,10,600' });
    const at = (address: string) => openClient(instance.webSocketUrl, { 'x-scf-remote-addr': address });
    const first = await at('203.0.113.1');
    await expect(at('203.0.113.1')).rejects.toThrow('503');
    const others = [await at('203.0.113.2'), await openClient(instance.webSocketUrl)];
    // All whom the platform does not name are one.
    await expect(openClient(instance.webSocketUrl)).rejects.toThrow('503');
    for (const client of [first, ...others]) await client.close();
    await instance.stop();
  });

  test('lets pages of the origins it is told connect and order, and no others', async () => {
    const origin = 'https://order.example';
    const instance = await deployment.startInstance({ ORIGINS: origin, HOST: '0.0.0.0', RATE_LIMITS: '30,10,600' });
    const client = await openClient(instance.webSocketUrl, { origin });
    await client.close();
    await expect(openClient(instance.webSocketUrl, { origin: 'https://evil.example' })).rejects.toThrow('403');
    const answer = await fetch(`${instance.url}/get_shop_info`, { headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    await instance.stop();
  });

  test('a function that knows only a send-back URL reaches the connections of every instance through any of them', async () => {
    const secret = 'a-send-back-secret-of-the-tests';
    const sendBackPort = await lastingPort();
    const [one, other] = [
      await deployment.startInstance({ SEND_BACK_PORT: `${sendBackPort}`, SEND_BACK_SECRET: secret }),
      await deployment.startInstance(),
    ];
    const client = await openClient(other.webSocketUrl);
    const [shop] = Object.keys(await deployment.newShops(1));
    client.send({ type: 'hello', role: 'visitor', shop });
    await client.take('welcome');
    const [{ id } = { id: '' }] = await deployment.connectionsOf(other);
    const push = (connectionId: string) =>
      postJson(sendBackPort, secret, dataSendEvent(connectionId, '{"type":"pong"}'));
    expect(await push(id)).toMatchObject({ errNo: 0 });
    await client.take('pong');
    expect(await push(`${other.name}.${randomUUID()}`)).toMatchObject({ errNo: 90404 });
    expect(await push(`${one.name}.${randomUUID()}`)).toMatchObject({ errNo: 90404 });
    expect(await push(`0123456789abcdef.${randomUUID()}`)).toMatchObject({ errNo: 90504 });
    await client.close();
    await Promise.all([one.stop(), other.stop()]);
  });
});

function postJson(port: number, secret: string, body: object): Promise<object> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` };
    const call = request({ port, host: '127.0.0.1', path: '/send-back/pgws', method: 'POST', headers }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}
