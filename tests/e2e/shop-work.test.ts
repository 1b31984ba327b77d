import { randomUUID } from 'node:crypto';
import type { Operation, ResultFrame, Shop } from '../../functions/domain/frames.ts';
import { type Client, openClient, openScreen, orderBody, postOrder } from '../support/e2e/client.ts';
import { type System, startSystem } from '../support/e2e/system.ts';
import { until } from '../support/until.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ VISITORS_PER_SHOP: '12', RATE_LIMITS: 'off' });
});
afterAll(() => system?.stop());

const open: Client[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});

async function aScreen(shop = 'shop1') {
  const screen = await openScreen(system, shop);
  open.push(screen);
  return screen;
}

/** Comes again while there is no place: one that was left is free only when its connection has been cleaned up. */
async function aVisitor(shop = 'shop1') {
  for (;;) {
    const client = await openClient(system.websocketUrl);
    open.push(client);
    client.send({ type: 'hello', role: 'visitor', shop });
    await until('it is answered', () => client.frames.length > 0);
    if (client.frames[0]?.type === 'error') continue;
    const welcome = await client.take('welcome', frame => frame.role === 'visitor');
    if (welcome.role !== 'visitor') throw new Error('welcomed as somebody else');
    return { ...client, welcome };
  }
}

async function ask(client: Client, operation: Operation, id: string = randomUUID()): Promise<ResultFrame> {
  client.send({ type: 'command', id, ...operation });
  return client.take('result', frame => frame.id === id);
}

const read = async (headers: Record<string, string> = {}) =>
  fetch(`${system.url}/get_shop_info?shop=shop1`, { headers });

describe('a customer who looks at the menu', () => {
  it('sees every change at once, as HTTP has it too, and nothing that is the shop’s own', async () => {
    const [screen, visitor] = [await aScreen(), await aVisitor()];
    const { shops } = (await (await read()).json()) as { shops: Shop[] };
    expect(visitor.welcome).toMatchObject({ resumed: false, pingSeconds: 240 });
    expect(visitor.welcome.shop).toEqual(shops[0]);
    let { version } = visitor.welcome.shop;
    const changes: [Operation, object][] = [
      [
        { op: 'set_busy', busyMinutes: 20 },
        { busyMinutes: 20, prepMinutes: 15 },
      ],
      [{ op: 'set_dish', dish: 'rice', available: false }, {}],
      [{ op: 'put_dish', dish: 'bun', name: '馒头', category: '主食', priceCents: 150, available: true }, {}],
      [{ op: 'remove_dish', dish: 'bun' }, {}],
      [{ op: 'set_dish', dish: 'rice', available: true }, {}],
      [{ op: 'set_open', open: false }, { open: false }],
      [{ op: 'set_open', open: true }, { open: true }],
      [{ op: 'set_busy', busyMinutes: 0 }, { busyMinutes: 0 }],
    ];
    for (const [change, expected] of changes) {
      expect(await ask(screen, change)).toMatchObject({ ok: true });
      version += 1;
      const { shop } = await visitor.take('shop', frame => frame.shop.version === version);
      expect(shop).toMatchObject(expected);
      expect(Object.keys(shop).filter(name => ['autoAccept', 'acceptMinutes'].includes(name))).toEqual([]);
      expect((await screen.take('shop')).shop).toMatchObject({ ...shop, autoAccept: false });
    }
    visitor.send({ type: 'ping' });
    expect(await visitor.take('pong')).toEqual({
      type: 'pong',
      shopVersion: version,
    });
  });

  it('is told nothing of another shop, nor of orders', async () => {
    const [screen, visitor] = [await aScreen(), await aVisitor('shop2')];
    await ask(screen, { op: 'set_busy', busyMinutes: 5 });
    await ask(screen, { op: 'set_busy', busyMinutes: 0 });
    await postOrder(system.url, orderBody('shop2'));
    visitor.send({ type: 'ping' });
    await visitor.take('pong');
    // The timer may have told it of its own shop.
    expect(visitor.frames.filter(frame => frame.type !== 'shop' || frame.shop.id !== 'shop2')).toEqual([]);
    visitor.send({ type: 'hello', role: 'visitor', shop: 'shop1' });
    expect(await visitor.take('welcome')).toMatchObject({ shop: { id: 'shop1' } });
    await ask(screen, { op: 'set_prep', prepMinutes: 15 });
    await visitor.take('shop', frame => frame.shop.id === 'shop1');
  });

  it('may follow the order on the same connection', async () => {
    const [screen, visitor] = [await aScreen(), await aVisitor()];
    const { order, token } = (await postOrder(system.url)).body;
    visitor.send({ type: 'hello', role: 'customer', order: order.id, token });
    await visitor.take('welcome', frame => frame.role === 'customer');
    await ask(screen, { op: 'accept', order: order.id, version: 1 });
    expect((await visitor.take('order')).order.status).toBe('accepted');
    await ask(screen, { op: 'set_prep', prepMinutes: 15 });
    await visitor.take('shop');
    visitor.send({ type: 'ping' });
    await visitor.take('order');
    expect((await visitor.take('pong')).shopVersion).toBeGreaterThan(1);
  });

  it('is sent to HTTP when too many look, and those who are there stay', async () => {
    // A quarter of the places is one address's.
    const there = [await aVisitor(), await aVisitor(), await aVisitor()];
    const late = await openClient(system.websocketUrl);
    late.send({ type: 'hello', role: 'visitor', shop: 'shop1' });
    expect(await late.take('error')).toMatchObject({ error: { code: 'rate_limited' }, retryAfterMs: 60_000 });
    await late.closed;
    const { order, token } = (await postOrder(system.url)).body;
    const customer = await openClient(system.websocketUrl);
    open.push(customer);
    customer.send({ type: 'hello', role: 'customer', order: order.id, token });
    await customer.take('welcome');
    customer.send({ type: 'hello', role: 'visitor', shop: 'shop1' });
    expect(await customer.take('error')).toMatchObject({ error: { code: 'rate_limited' }, shop: 'shop1' });
    customer.send({ type: 'ping' });
    await customer.take('pong');
    await there[0]?.close();
    await aVisitor();
  });
});

describe('a menu over HTTP', () => {
  it('is not sent again to who has it, until it changes', async () => {
    const screen = await aScreen();
    const first = await read();
    const tag = first.headers.get('etag') ?? '';
    expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const second = await read({ 'if-none-match': tag });
    expect([second.status, await second.text(), second.headers.get('etag')]).toEqual([304, '', tag]);
    await ask(screen, { op: 'set_dish', dish: 'rice', available: true });
    const third = await read({ 'if-none-match': tag });
    expect(third.status).toBe(200);
    expect(third.headers.get('etag')).not.toBe(tag);
  });
});

describe('two screens', () => {
  it('print an order once', async () => {
    const screens = [await aScreen(), await aScreen()];
    const { order } = (await postOrder(system.url)).body;
    const results = await Promise.all(screens.map(screen => ask(screen, { op: 'claim_print', order: order.id })));
    expect(results.map(result => (result.ok ? result.print : result.error.code)).sort()).toEqual([
      'already_claimed',
      true,
    ]);
    const winner = screens[results.findIndex(({ ok }) => ok)];
    if (winner === undefined) throw new Error('nobody prints');
    expect(await ask(winner, { op: 'claim_print', order: order.id })).toMatchObject({ ok: true, print: true });
  });

  it('see each other’s changes of the menu', async () => {
    const [one, two] = [await aScreen('shop2'), await aScreen('shop2')];
    const ids = (one.welcome.shop.dishes ?? []).map(({ id }) => id);
    expect(await ask(one, { op: 'order_dishes', dishes: [...ids].reverse() })).toMatchObject({ ok: true });
    expect((await two.take('shop')).shop.dishes?.map(({ id }) => id)).toEqual([...ids].reverse());
    expect(await ask(two, { op: 'order_dishes', dishes: ids.slice(1) })).toMatchObject({
      ok: false,
      error: { code: 'version_conflict' },
    });
    await ask(two, { op: 'order_dishes', dishes: ids });
  });
});

describe('the day of a shop', () => {
  it('is told in figures, and order by order in pages', async () => {
    const screen = await aScreen('shop2');
    const placed = [];
    for (let n = 0; n < 120; n++) placed.push((await postOrder(system.url, orderBody('shop2'))).body.order);
    const [first] = placed;
    if (first === undefined) throw new Error('nothing was placed');
    await ask(screen, { op: 'accept', order: first.id, version: 1 });
    const result = await ask(screen, { op: 'report' });
    if (!result.ok || result.report === undefined) throw new Error('no report');
    const { report } = result;
    expect(report.orders).toBeGreaterThanOrEqual(120);
    expect(report.open).toBe(report.orders);
    expect(report.takingsCents).toBe(report.orders * 4_000);
    expect(report.dishes).toEqual([
      {
        dish: 'beef-noodles',
        name: '牛肉面 Beef noodles',
        quantity: report.orders * 2,
        takingsCents: report.takingsCents,
      },
    ]);
    const numbers: number[] = [];
    for (let afterNumber: number | undefined = 0; afterNumber !== undefined; ) {
      const from: number = afterNumber;
      const page = await ask(screen, { op: 'list_orders', day: report.day, afterNumber: from });
      if (!page.ok) throw new Error(page.error.code);
      expect(page.day).toBe(report.day);
      expect(page.orders?.length).toBeLessThanOrEqual(50);
      numbers.push(...(page.orders ?? []).map(({ number }) => number));
      afterNumber = page.next;
    }
    expect(numbers).toEqual(Array.from({ length: report.orders }, (_, index) => index + 1));
    const { rows } = await system.database.pool.query(
      "select count(*)::integer as kept from commands where scope = 'shop2' and outcome::text like '%report%'",
    );
    expect(rows).toEqual([{ kept: 0 }]);
  });

  it('is answered anew when the same question is repeated', async () => {
    const screen = await aScreen();
    const id = randomUUID();
    const before = await ask(screen, { op: 'report' }, id);
    await postOrder(system.url);
    const after = await ask(screen, { op: 'report' }, id);
    if (!before.ok || !after.ok) throw new Error('refused');
    expect(after.report?.orders).toBe((before.report?.orders ?? 0) + 1);
  });
});
