import { randomUUID } from 'node:crypto';
import { type Client, openClient, openScreen, orderBody, postOrder } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ RATE_LIMITS: 'off' });
});
afterAll(() => system?.stop());

const open: Client[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});

async function aClient(frame: object): Promise<Client> {
  const client = await openClient(system.websocketUrl);
  open.push(client);
  client.send(frame);
  return client;
}

/** An order with notes, its customer, and somebody to whom the customer has given the read-only link. */
async function aSharedOrder() {
  const items = [{ dish: 'rice', quantity: 2, note: '不要葱' }];
  const { body } = await postOrder(system.url, orderBody('shop1', { items, note: '按门铃' }));
  const { order, token } = body;
  const hello = { type: 'hello', role: 'customer', order: order.id };
  const customer = await aClient({ ...hello, token });
  const welcome = await customer.take('welcome');
  if (welcome.role !== 'customer') throw new Error('welcomed as somebody else');
  const viewer = await aClient({ ...hello, token: welcome.shareToken });
  return { order, token, hello, customer, welcome, viewer, shown: await viewer.take('welcome') };
}

const nobody = { name: '', phone: '', address: '' };

test('a read-only link shows what becomes of an order, and nothing of its customer', async () => {
  const { order, token, welcome, viewer, shown } = await aSharedOrder();
  expect(welcome).toMatchObject({ order, shareToken: expect.any(String) });
  expect(welcome).not.toHaveProperty('readOnly');
  expect(shown).toMatchObject({ role: 'customer', readOnly: true });
  expect(shown).not.toHaveProperty('shareToken');
  const items = order.items.map(item => ({ ...item, note: null }));
  expect(shown).toMatchObject({ order: { ...order, items, customer: nobody, note: null } });

  const screen = await openScreen(system, 'shop1');
  open.push(screen);
  screen.send({ type: 'command', id: randomUUID(), op: 'accept', order: order.id, version: 1, prepMinutes: 20 });
  const pushed = await viewer.take('order');
  expect(pushed.order).toMatchObject({ status: 'accepted', version: 2, customer: nobody, note: null });
  viewer.send({ type: 'ping' });
  expect((await viewer.take('order')).order).toMatchObject({ version: 2, customer: nobody, note: null });
  await viewer.take('pong');
  const told = JSON.stringify([shown, pushed]);
  for (const text of [...Object.values(order.customer), '不要葱', '按门铃', token]) expect(told).not.toContain(text);
});

test.each(['cancel', 'remind'])('a read-only link cannot %s, and the customer still can', async op => {
  const { order, customer, viewer } = await aSharedOrder();
  const command = { type: 'command', op, order: order.id, ...(op === 'cancel' ? { version: 1 } : {}) };
  viewer.send({ ...command, id: randomUUID() });
  expect(await viewer.take('result')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  const { rows } = await system.database.pool.query('select 1 from commands where scope = $1', [order.id]);
  expect(rows).toEqual([]);
  customer.send({ ...command, id: randomUUID() });
  expect(await customer.take('result')).toMatchObject({ ok: true });
});

test('neither link opens a finished order when the days of its shop are over', async () => {
  const { order, token, hello, welcome } = await aSharedOrder();
  await system.database.pool.query(
    "update orders set status = 'completed', updated_at = now() - interval '15 days' where id = $1",
    [order.id],
  );
  for (const one of [token, 'shareToken' in welcome ? welcome.shareToken : '']) {
    const late = await aClient({ ...hello, token: one });
    expect((await late.take('error')).error.code).toBe('unauthorized');
    await late.closed;
  }
});
