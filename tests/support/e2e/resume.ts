import { randomUUID } from 'node:crypto';
import type { OrderEvent } from '../../../functions/domain/frames.ts';
import { openClient, openScreen, postOrder } from './client.ts';
import type { System } from './system.ts';

/** Screens that come back, told by tests that run against any system that serves the wire. */
export function resuming(start: () => Promise<Omit<System, 'process'>>): void {
  let system: Omit<System, 'process'>;
  beforeAll(async () => {
    system = await start();
  }, 60_000);
  afterAll(() => system?.stop());

  test('orders placed while no screen is there come in a snapshot to a screen without a cursor', async () => {
    const placed = await Promise.all([1, 2, 3].map(() => postOrder(system.url)));
    const screen = await openScreen(system, 'shop1');
    expect(screen.welcome).toMatchObject({ resumed: false, head: 3 });
    const snapshot = await screen.take('snapshot');
    expect(snapshot).toMatchObject({ epoch: screen.welcome.epoch, head: 3, index: 0, more: false });
    expect(snapshot.orders.map(order => order.id).sort()).toEqual(placed.map(({ body }) => body.order.id).sort());
    await screen.close();
  });

  test('a screen with a cursor gets every event after it, page by page, each page after the ack of the one before', async () => {
    const before = await openScreen(system, 'shop2');
    const { epoch, head } = before.welcome;
    const { lastId } = await before.take('snapshot');
    await before.close();
    for (let done = 0; done < 130; done += 10) {
      await Promise.all(Array.from({ length: 10 }, () => postOrder(system.url, bodyFor('shop2'))));
    }
    const screen = await openScreen(system, 'shop2', {
      epoch,
      after: head,
      ...(lastId === undefined ? {} : { lastId }),
    });
    expect(screen.welcome).toMatchObject({ resumed: true, head: head + 130 });
    const events: OrderEvent[] = [];
    for (let page = 1; ; page++) {
      const frame = await screen.take('events');
      events.push(...frame.events);
      expect(frame.events.length).toBeLessThanOrEqual(50);
      if (!frame.more) break;
      if (page === 1) {
        screen.send({ type: 'ack', seq: (events.at(-1)?.seq ?? 0) - 1 });
        screen.send({ type: 'ping' });
        await screen.take('pong');
        expect(screen.frames).toEqual([]);
      }
      screen.send({ type: 'ack', seq: events.at(-1)?.seq });
    }
    expect(events.map(event => event.seq)).toEqual(Array.from({ length: 130 }, (_, index) => head + 1 + index));
    await screen.close();
  });

  test('a cursor of another epoch, beyond head, or on another event gets a snapshot instead, also on ping', async () => {
    const screen = await openScreen(system, 'shop2');
    const { epoch, head } = screen.welcome;
    await screen.take('snapshot', frame => !frame.more);
    for (const cursor of [
      { epoch: randomUUID(), after: 1 },
      { epoch, after: head + 1 },
      { epoch, after: head, lastId: randomUUID() },
    ]) {
      screen.send({ type: 'ping', ...cursor });
      expect(await screen.take('snapshot', frame => !frame.more)).toMatchObject({ epoch, head });
      const other = await openScreen(system, 'shop2', cursor);
      expect(other.welcome.resumed).toBe(false);
      await other.take('snapshot', frame => !frame.more);
      await other.close();
    }
    await screen.close();
  });

  test('a ping that is behind gets what it lacks', async () => {
    const screen = await openScreen(system, 'shop2');
    const { epoch, head } = screen.welcome;
    screen.send({ type: 'ping', epoch, after: head - 1 });
    expect(await screen.take('pong')).toMatchObject({ epoch, head });
    expect((await screen.take('events')).events.map(event => event.seq)).toEqual([head]);
    await screen.close();
  });

  test('what breaks the protocol closes that connection and no other', async () => {
    const bystander = await openScreen(system, 'shop1');
    await bystander.take('snapshot');
    const wrong = [
      'no json',
      '[]',
      { type: 'nonsense' },
      { type: 'ack', seq: 1_000_000 },
      { type: 'ack', seq: -1 },
      { type: 'ping', after: 1 },
      { type: 'command', id: 'x', op: 'ready' },
      { type: 'hello', role: 'shop', shop: 'shop2', token: system.keys.shop2, device: randomUUID() },
    ];
    for (const frame of wrong) {
      const screen = await openScreen(system, 'shop1');
      await screen.take('snapshot');
      screen.send(frame);
      expect((await screen.take('error')).error.code).toBe('protocol_error');
      await screen.closed;
    }
    const stranger = await openClient(system.websocketUrl);
    stranger.send({ type: 'ping' });
    expect((await stranger.take('error')).error.code).toBe('hello_required');
    await stranger.closed;
    const thief = await openClient(system.websocketUrl);
    thief.send({ type: 'hello', role: 'shop', shop: 'shop1', token: system.keys.shop2, device: randomUUID() });
    expect((await thief.take('error')).error.code).toBe('unauthorized');
    await thief.closed;
    bystander.send({ type: 'ping' });
    await bystander.take('pong');
    await bystander.close();
  });

  test('a connection that is dead without a word neither fails nor slows a bill', async () => {
    const screen = await openScreen(system, 'shop1');
    screen.socket.pause();
    await system.database.pool.query(
      "insert into connections (id, state, role, shop, key_version, expires_at) select 'ghost', 'bound', 'shop', 'shop1', key_version, now() + interval '1 hour' from shops where id = 'shop1'",
    );
    const from = Date.now();
    expect((await postOrder(system.url)).status).toBe(201);
    expect(Date.now() - from).toBeLessThan(4_000);
    screen.socket.terminate();
  });
}

function bodyFor(shop: string) {
  return {
    shop,
    items: [{ dish: 'beef-noodles', quantity: 1 }],
    customer: { name: 'A', phone: '123', address: 'B' },
  };
}
