import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type BreakableSystem, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { noteAnswer, orderBody } from '../support/trial/customer.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { startTrial } from '../support/trial/trial.ts';

let world: BreakableSystem;
beforeAll(async () => {
  world = await startBreakableSystem();
});
afterAll(() => world?.end());

test.each([
  'in sequence',
  'in parallel',
])('F9 the platform runs one event of bill twice, %s: one order, equal answers', async how => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const key = randomUUID();
  // As a function URL sends it.
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const body = JSON.stringify(orderBody({ shop, key }));
  const event = { httpMethod: 'POST', path: '/bill', headers, queryString: {}, body };
  trial.records.push({ type: 'invoke', at: Date.now(), key, shop });
  const run = () => world.bills[0].call('bill', event) as Promise<{ statusCode: number; body: string }>;
  const answers = how === 'in parallel' ? await Promise.all([run(), run()]) : [await run(), await run()];
  for (const answer of answers) noteAnswer(trial.records, key, answer.statusCode, answer.body);
  expect(answers.map(answer => answer.statusCode).sort()).toEqual([200, 201]);
  expect(answers[0]?.body).toBe(answers[1]?.body);
  expect(await expectWhole(trial)).toMatchObject({ orders: 1 });
});

test('F9 the platform runs every event of connecting, sending and closing twice: nothing happens twice', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const placed = await trial.place({ shop });
  if (placed.type !== 'placed') throw new Error('the order was refused');
  const secConnectionID = randomUUID();
  const hello = { type: 'hello', role: 'shop', shop, token: trial.keys[shop], device: randomUUID() };
  const accept = { type: 'command', id: randomUUID(), op: 'accept', order: placed.order.id, version: 1 };
  for (const frame of [hello, { type: 'ack', seq: 1 }, accept, { type: 'ping' }]) {
    const event = {
      websocket: { action: 'data send', secConnectionID, dataType: 'text', data: JSON.stringify(frame) },
    };
    await Promise.all([world.stream.call('transport', event), world.stream.call('transport', event)]);
  }
  const closing = { websocket: { action: 'closing', secConnectionID } };
  await Promise.all([world.stream.call('cleanup', closing), world.stream.call('cleanup', closing)]);
  const { rows } = await world.postgres.pool.query('select type from events where shop = $1 order by seq', [shop]);
  expect(rows).toEqual([{ type: 'order.placed' }, { type: 'order.accepted' }]);
  await expectWhole(trial);
});

test('F10 50 posts at once with one key: one 201, the others are told the same', async () => {
  const trial = await startTrial(world);
  const [shop = ''] = trial.shops;
  const key = randomUUID();
  const tries = await Promise.all(Array.from({ length: 50 }, () => trial.tryOnce({ shop, key })));
  expect(tries.filter(({ status, replayed }) => status === 201 && !replayed)).toHaveLength(1);
  expect(tries.filter(({ status, replayed }) => status === 200 && replayed)).toHaveLength(49);
  expect(new Set(tries.map(({ text }) => text)).size).toBe(1);
  expect(await expectWhole(trial)).toMatchObject({ orders: 1 });
});

test('F11 the answer is lost on its way, F12 the request comes again when menu and shop have changed: the first answer', async () => {
  const trial = await startTrial(world, { prices: { rice: [200] } });
  const [shop = ''] = trial.shops;
  const wish = { shop, key: randomUUID() };
  const caught = world.bills[0].database.trap('place_order(', 'answered');
  const socket = send(wish);
  const trapped = await caught;
  socket.destroy();
  trapped.release();
  const first = await trial.tryOnce(wish);
  expect(first).toMatchObject({ status: 200, replayed: true });

  const { order } = JSON.parse(first.text);
  expect(await trial.screens[0]?.command({ op: 'accept', order: order.id, version: 1 })).toMatchObject({ ok: true });
  const dishes = [{ id: 'egg', name: 'Egg', priceCents: 900 }];
  await world.init({ shops: [{ id: shop, name: 'Renamed', currency: 'CNY', open: false, dishes }] });
  expect(await trial.tryOnce(wish)).toMatchObject({ status: 200, replayed: true, text: first.text });
  expect(await expectWhole(trial)).toMatchObject({ orders: 1 });
});

/** Posts an order without waiting for the answer. */
function send({ shop, key }: { shop: string; key: string }): Socket {
  const { hostname, port } = new URL(world.url);
  const body = JSON.stringify(orderBody({ shop, key }));
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /bill HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nidempotency-key: ${key}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return socket;
}
