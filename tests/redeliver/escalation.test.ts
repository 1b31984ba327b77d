import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signatureOf } from '../../apigateway/signature.ts';
import { newShop } from '../support/postgres/ports.ts';
import { anOldOrder, aScreen, openRedelivery, type RecordedRedelivery } from './recorded-redelivery.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let world: RecordedRedelivery;
let server: Server;
let url: string;
let status: number;
let calls: { headers: IncomingHttpHeaders; body: string }[];

beforeEach(async () => {
  world = await openRedelivery();
  calls = [];
  status = 204;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      calls.push({ headers: request.headers, body });
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  await world.end();
});

test('an order that reached no device for 70 s is told to its shop once, signed', async () => {
  const shop = await newShop(world, { webhook: { url, secret } });
  await anOldOrder(world, shop, 60);
  const late = await anOldOrder(world, shop, 71);
  expect(await world.run()).toMatchObject({ escalated: 1, told: 1 });
  expect(await world.run()).toMatchObject({ escalated: 0, told: 0 });
  expect(calls).toHaveLength(1);
  const { headers, body } = calls[0] ?? { headers: {}, body: '' };
  expect(JSON.parse(body)).toMatchObject({
    type: 'order.unreachable',
    data: { shop, order: { id: late, status: 'placed' } },
  });
  const call = { id: String(headers['webhook-id']), timestamp: Number(headers['webhook-timestamp']), body };
  expect(headers['webhook-signature']).toBe(signatureOf(call, secret));
  expect(Math.abs(call.timestamp - Date.now() / 1000)).toBeLessThan(60);
});

test('an order that any device has acknowledged is told to nobody', async () => {
  const shop = await newShop(world, { webhook: { url, secret } });
  const screen = await aScreen(world, shop);
  await anOldOrder(world, shop, 71);
  await world.subscriptions.touch(screen, { epoch: undefined, after: 1, lastId: undefined });
  expect(await world.run()).toMatchObject({ escalated: 0, told: 0 });
});

test.each([
  [500],
  [302],
  [404],
])('a webhook that answers %i is called again with the same id, later each time, and given up after eight', async answered => {
  status = answered;
  const shop = await newShop(world, { webhook: { url, secret } });
  const order = await anOldOrder(world, shop, 71);
  const waits: number[] = [];
  for (let tries = 1; tries <= 8; tries++) {
    expect((await world.run()).told).toBe(1);
    expect((await world.run()).told).toBe(0);
    const { rows } = await world.pool.query(
      'select extract(epoch from next_at - now())::float8 as wait, dead_at is not null as dead from escalations',
    );
    waits.push(Math.round(rows[0].wait / 10));
    expect(rows[0].dead).toBe(tries === 8);
    await world.pool.query('update escalations set next_at = now()');
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
  expect((await world.run()).told).toBe(0);
  expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(world.notes).toContainEqual(
    expect.objectContaining({ level: 'error', orderId: order, message: `answered ${answered}` }),
  );
});

test('a shop without a webhook leaves a dead letter and a line in the log', async () => {
  const shop = await newShop(world);
  const order = await anOldOrder(world, shop, 71);
  expect(await world.run()).toMatchObject({ escalated: 1, told: 0 });
  const { rows } = await world.pool.query('select order_id, last_error, dead_at is not null as dead from escalations');
  expect(rows).toEqual([{ order_id: order, last_error: 'the shop has no webhook', dead: true }]);
  expect(world.notes).toContainEqual(
    expect.objectContaining({ event: 'order reaches no screen', orderId: order, shop }),
  );
});
