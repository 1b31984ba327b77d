import { randomUUID } from 'node:crypto';
import { openClient, openScreen, orderBody, postOrder } from './client.ts';
import type { System } from './system.ts';

/** An order on its way to the screens and back, told by tests that run against any system that serves the wire. */
export function orderToScreen(start: () => Promise<Omit<System, 'process'>>): void {
  let system: Omit<System, 'process'>;
  beforeAll(async () => {
    system = await start();
  }, 60_000);
  afterAll(() => system?.stop());

  test('an order is on both screens of its shop, and on no screen of another', async () => {
    const screens = await Promise.all(['shop1', 'shop1', 'shop2', 'shop2'].map(shop => openScreen(system, shop)));
    const [first, second, ...others] = screens;
    const { status, body } = await postOrder(system.url, orderBody('shop1', { note: '不要辣 🌶️' }));
    expect(status).toBe(201);
    for (const screen of [first, second]) {
      const { events } = (await screen?.take('events')) ?? { events: [] };
      expect(events).toHaveLength(1);
      expect(events[0]?.order).toEqual(body.order);
      expect(events[0]?.type).toBe('order.placed');
    }
    await postOrder(system.url, orderBody('shop2'));
    for (const screen of others) {
      const { events } = await screen.take('events');
      expect(events.map(event => event.order.shop)).toEqual(['shop2']);
      expect(screen.frames.filter(frame => frame.type === 'events')).toEqual([]);
    }
    await Promise.all(screens.map(screen => screen.close()));
  });

  test('the answer has the total of the menu, the number of the day and the customer, and is not cached', async () => {
    const { body, headers } = await postOrder(system.url, orderBody('shop1', { expectedTotalCents: 400 }));
    expect(body.order).toMatchObject({ status: 'placed', version: 1, totalCents: 400, currency: 'CNY', readyAt: null });
    expect(body.order.number).toBeGreaterThan(0);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-request-id')).toBeTruthy();
  });

  test('the same key gives the same body, and another order under it is refused', async () => {
    const key = randomUUID();
    const first = await postOrder(system.url, orderBody(), key);
    const again = await postOrder(system.url, orderBody(), key);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    const other = await postOrder(system.url, orderBody('shop1', { note: 'other' }), key);
    expect([other.status, other.body.error.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('a shop accepts, readies and completes, and the customer sees each step', async () => {
    const screen = await openScreen(system, 'shop1');
    const { body } = await postOrder(system.url);
    const customer = await openClient(system.websocketUrl);
    customer.send({ type: 'hello', role: 'customer', order: body.order.id, token: body.token });
    const welcome = await customer.take('welcome');
    expect(welcome).toMatchObject({ role: 'customer', order: body.order });
    expect(welcome).not.toHaveProperty('epoch');

    let version = 1;
    for (const [op, status] of [
      ['accept', 'accepted'],
      ['ready', 'ready'],
      ['complete', 'completed'],
    ]) {
      const id = randomUUID();
      screen.send({ type: 'command', id, op, order: body.order.id, version });
      const result = await screen.take('result', frame => frame.id === id);
      expect(result).toMatchObject({ ok: true, order: { status, version: version + 1 } });
      version += 1;
      const { order } = await customer.take('order', frame => frame.order.version === version);
      expect(order.status).toBe(status);
      if (status === 'accepted') expect(Date.parse(order.readyAt ?? '')).toBeGreaterThan(Date.now());
    }
    await screen.close();
    await customer.close();
  });

  test('a customer cancels while the order is placed, and reminds at most once a minute', async () => {
    const screen = await openScreen(system, 'shop1');
    const { body } = await postOrder(system.url);
    const { id: order } = body.order;
    const customer = await openClient(system.websocketUrl);
    customer.send({ type: 'hello', role: 'customer', order, token: body.token });
    await customer.take('welcome');
    const ask = async (operation: object) => {
      const id = randomUUID();
      customer.send({ type: 'command', id, ...operation });
      return customer.take('result', frame => frame.id === id);
    };
    expect(await ask({ op: 'remind', order })).toMatchObject({ ok: true, order: { version: 1 } });
    expect(await ask({ op: 'remind', order })).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    expect(await ask({ op: 'accept', order, version: 1 })).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await ask({ op: 'cancel', order, version: 1 })).toMatchObject({
      ok: true,
      order: { status: 'cancelled', reason: 'customer_request' },
    });
    await screen.take('events', ({ events }) => events[0]?.type === 'order.reminded');
    await screen.take('events', ({ events }) => events[0]?.type === 'order.cancelled');
    await screen.close();
    await customer.close();
  });

  test('settings changed on one screen reach the others and the customers', async () => {
    const [one, other] = await Promise.all([openScreen(system, 'shop2'), openScreen(system, 'shop2')]);
    const send = async (operation: object) => {
      const id = randomUUID();
      one.send({ type: 'command', id, ...operation });
      expect(await one.take('result', frame => frame.id === id)).toMatchObject({ ok: true });
      return (await other.take('shop')).shop;
    };
    expect(await send({ op: 'set_dish', dish: 'beef', available: false })).toMatchObject({ id: 'shop2', online: true });
    const refused = await postOrder(
      system.url,
      orderBody('shop2', {
        items: [
          { dish: 'soy-milk', quantity: 1 },
          { dish: 'beef', quantity: 1 },
        ],
      }),
    );
    expect([refused.status, refused.body.error]).toMatchObject([
      409,
      { code: 'dish_unavailable', fields: [{ path: 'items[1].dish' }] },
    ]);
    expect((await send({ op: 'set_open', open: false })).open).toBe(false);
    expect((await postOrder(system.url, orderBody('shop2'))).body.error.code).toBe('shop_closed');
    expect((await send({ op: 'set_open', open: true })).open).toBe(true);
    await one.close();
    await other.close();
  });
}
