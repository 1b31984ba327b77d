import { randomUUID } from 'node:crypto';
import { MAX_ORDER_BYTES } from '../../functions/domain/place-order.ts';
import type { Placement, StoredEvent } from '../../functions/domain/ports.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import {
  aRequest,
  aShop,
  type DatabasePorts,
  inParallel,
  newShop,
  openPorts,
  place,
  placing,
  read,
  upTo,
} from '../support/postgres/ports.ts';
import { beginNextDay } from '../support/postgres/stepped-clock.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

describe('an order', () => {
  it('takes names and prices from the menu, and its total is theirs', async () => {
    const shop = await newShop(world);
    const request = aRequest(shop, {
      items: [
        { dish: 'tofu', quantity: 1, note: '少辣' },
        { dish: 'rice', quantity: 3 },
      ],
      note: '快一点',
      expectedTotalCents: 2800,
    });
    const { orderId, order } = await world.orders.place(placing(request));
    expect(read(order)).toEqual({
      id: orderId,
      number: 1,
      shop,
      status: 'placed',
      version: 1,
      items: [
        { dish: 'tofu', name: '麻婆豆腐', priceCents: 2200, quantity: 1, note: '少辣', choices: [] },
        { dish: 'rice', name: '米饭', priceCents: 200, quantity: 3, note: null, choices: [] },
      ],
      totalCents: 2800,
      currency: 'CNY',
      customer: request.customer,
      note: '快一点',
      placedAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: read(order).placedAt,
      readyAt: null,
      reason: null,
      fulfilment: { type: 'delivery' },
      amounts: { itemsCents: 2800, packagingCents: 0, deliveryCents: 0, discountCents: 0, totalCents: 2800 },
      wantedAt: null,
      acceptBy: new Date(Date.parse(read(order).placedAt) + 5 * 60_000).toISOString(),
    });
    expect(Math.abs(Date.now() - Date.parse(read(order).placedAt))).toBeLessThan(5_000);
  });

  it('is the body of its event, of its row and of the open orders', async () => {
    const shop = await newShop(world);
    const { orderId, order, event } = await place(world, shop);
    const { epoch, head, lastId, orders } = await world.streams.openOrders(shop);
    const stored = { shop, epoch, seq: 1, id: lastId, type: 'order.placed', orderId, at: read(order).placedAt, order };
    expect(event).toEqual(stored);
    expect(await world.streams.page(shop, 0, 50)).toEqual([stored]);
    expect(await world.streams.order(orderId)).toEqual({ shop, order });
    expect({ head, orders }).toEqual({ head: 1, orders: [order] });
  });

  it('may cost as much as the limits allow, exactly', async () => {
    const dishes = upTo(50).map(n => ({ id: `d${n}`, name: `dish ${n}`, priceCents: 100_000_000 }));
    const shop = await newShop(world, { dishes });
    const items = dishes.map(({ id }) => ({ dish: id, quantity: 99 }));
    const total = 50 * 99 * 100_000_000;
    const { order } = await world.orders.place(placing(aRequest(shop, { items, expectedTotalCents: total })));
    expect(read(order).totalCents).toBe(total);
    const wrong = placing(aRequest(shop, { items, expectedTotalCents: Number.MAX_SAFE_INTEGER }));
    await expect(world.orders.place(wrong)).rejects.toMatchObject({ code: 'price_changed' });
  });

  it('may cost nothing', async () => {
    const shop = await newShop(world, { dishes: [{ id: 'rice', name: '米饭', priceCents: 0 }] });
    const { order } = await place(world, shop, { expectedTotalCents: 0 });
    expect(read(order)).toMatchObject({ totalCents: 0, items: [{ priceCents: 0, quantity: 2 }] });
  });

  it('is refused only beyond 24 KiB', async () => {
    const dishes = upTo(50).map(n => ({ id: `d${n}`, name: 'x', priceCents: 1 }));
    const shop = await newShop(world, { dishes });
    const sized = (letters: number) =>
      placing(
        aRequest(shop, {
          items: dishes.map(({ id }, index) => ({
            dish: id,
            quantity: 1,
            note: '菜'.repeat(index === 0 ? letters : 134),
          })),
        }),
      );
    const { order } = await world.orders.place(sized(0));
    const room = Math.floor((MAX_ORDER_BYTES - Buffer.byteLength(order)) / 3);
    expect(room).toBeLessThan(200);
    const { order: largest } = await world.orders.place(sized(room));
    expect(MAX_ORDER_BYTES - Buffer.byteLength(largest)).toBeLessThan(3);
    await expect(world.orders.place(sized(room + 1))).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('text', () => {
  const texts = {
    'emoji joined by ZWJ': '👩‍👩‍👧‍👦 👩🏽‍🍳',
    'right to left, and the override': 'عربى \u202Eevil\u202C עברית',
    'NFC beside NFD': 'caf\u00e9 cafe\u0301 \u1100\u1161\uac00',
    'line separators': 'a\u2028b\u2029c\u0085d\r\ne\tf',
    quotes: `"double" 'single' \`back\` \\ \\\\ \\" \\u0041 \\n`,
    SQL: `$1 $$ '; drop table orders; -- /* */ %s`,
    'array literals': `{NULL} {"a","b"} \\ "`,
    'the word NULL': 'NULL',
    'an array of PostgreSQL': '{1,2}',
    markup: '<script>alert(1)</script> &amp; </script> <!-- ]]>',
    'control characters': '\u0001\u0007\u001b[31m\u007f\u0080',
    'blanks at the ends': '  x  ',
    'the last code points': '\ufffe\uffff\u{10ffff}\ufeff',
    thai: 'ก็ที่นี่',
  };

  it.each(Object.entries(texts))('is kept byte for byte: %s', async (_, text) => {
    const shop = await newShop(world, {
      dishes: [{ id: text, name: text, category: text, priceCents: 1 }],
      name: text,
    });
    const items = [{ dish: text, quantity: 1, note: text }];
    const customer = { name: text, phone: '138', address: text };
    const request = aRequest(shop, { items, customer, note: text });
    const { orderId, order } = await world.orders.place(placing(request));
    const expected = {
      items: [{ dish: text, name: text, quantity: 1, note: text, priceCents: 1 }],
      customer,
      note: text,
    };
    expect(read(order)).toMatchObject(expected);
    expect((await world.streams.page(shop, 0, 1)).map(event => event.order)).toEqual([order]);
    expect((await world.streams.order(orderId))?.order).toBe(order);
    expect(JSON.parse((await world.shops.byId(shop))?.shop ?? '')).toMatchObject({
      name: text,
      dishes: [{ id: text, name: text }],
    });
  });

  it('that is empty differs from text that is not there', async () => {
    const shop = await newShop(world);
    const items = [
      { dish: 'rice', quantity: 1, note: '' },
      { dish: 'egg', quantity: 1 },
    ];
    const { order } = await place(world, shop, { items, note: '' });
    expect(read(order)).toMatchObject({ note: '', items: [{ note: '' }, { note: null }] });
  });
});

describe('a shop’s log, while 16 clients write', () => {
  it.each([
    { shops: 4, each: 250 },
    { shops: 1, each: 600 },
  ])('is gapless and in commit order for $shops shops with $each orders each', async ({ shops, each }) => {
    const ids = await Promise.all(upTo(shops).map(() => newShop(world)));
    const placed: Placement[] = [];
    let writing = true;
    const reading = ids.map(id => follow(id, () => writing));
    const orders = ids.flatMap(id => upTo(each).map(() => id)).sort(() => Math.random() - 0.5);
    await inParallel(16, orders, async id => placed.push(await place(world, id)));
    writing = false;
    const logs = await Promise.all(reading);

    for (const [index, id] of ids.entries()) {
      const answered = placed.filter(({ event }) => event?.shop === id).sort(bySeq);
      expect(logs[index]).toEqual(answered.map(({ event }) => event));
      expect(answered.map(({ event }) => event?.seq)).toEqual(upTo(each));
      expect(answered.map(({ order }) => read(order).number)).toEqual(upTo(each));
      const times = await world.pool.query<{ seq: string }>(
        'select placed_seq as seq from orders where shop = $1 order by placed_at, placed_seq',
        [id],
      );
      expect(times.rows.map(({ seq }) => Number(seq))).toEqual(upTo(each));
    }
  });

  /** Reads "after N" over and over, as a screen does, and fails on the first event that was skipped. */
  async function follow(shop: string, isWriting: () => boolean): Promise<StoredEvent[]> {
    const log: StoredEvent[] = [];
    for (;;) {
      const wasWriting = isWriting();
      const page = await world.streams.page(shop, log.length, 50);
      for (const event of page) {
        if (event.seq !== log.length + 1) throw new Error(`${event.seq} came after ${log.length}`);
        log.push(event);
      }
      if (page.length === 0 && !wasWriting) return log;
    }
  }
});

describe('the number of an order', () => {
  it('starts again with the shop’s day', async () => {
    const shop = await newShop(world);
    const numbers = [await numberOf(shop), await numberOf(shop)];
    await world.pool.query("update orders set status = 'completed' where shop = $1", [shop]);
    await beginNextDay(world.pool, shop);
    numbers.push(await numberOf(shop), await numberOf(shop));
    expect(numbers).toEqual([1, 2, 1, 2]);
  });

  it.each([
    'Pacific/Kiritimati',
    'Asia/Shanghai',
    'Asia/Kathmandu',
    'America/St_Johns',
    'Pacific/Pago_Pago',
  ])('counts in the day of %s', async timeZone => {
    const shop = await newShop(world, { timeZone });
    const { order, orderId } = await place(world, shop);
    const { rows } = await world.pool.query<{ day: string }>('select day::text from orders where id = $1', [orderId]);
    // Swedish dates are ISO dates.
    const day = new Intl.DateTimeFormat('sv', { timeZone }).format(new Date(read(order).placedAt));
    expect(rows).toEqual([{ day }]);
  });

  it('never comes twice in a day, wherever the time zone moves', async () => {
    const definition = aShop();
    const days = [
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
      'Asia/Shanghai',
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
    ];
    for (const timeZone of days) {
      await world.installation.upsertShop({ ...definition, timeZone }, hashOf('key'));
      // The minute of the rate limit may end at any time, too, and the day is looked at then.
      await world.pool.query("update streams set rate_from = '-infinity' where shop = $1", [definition.id]);
      await place(world, definition.id);
      await place(world, definition.id);
    }
    const { rows } = await world.pool.query<{ distinct: string; numbers: number[] }>(
      `select count(distinct (day, number)) as distinct, array_agg(number order by placed_seq) as numbers
       from orders where shop = $1`,
      [definition.id],
    );
    // It is always tomorrow already in Kiritimati as seen from Pago Pago, and all of them are open.
    expect(rows).toEqual([{ distinct: '10', numbers: upTo(10) }]);
  });

  it('stays on the day on which the order was placed when the shop moves to another time zone', async () => {
    const definition = aShop();
    const daysOf = async () => {
      const { rows } = await world.pool.query<{ day: string }>(
        'select day::text from orders where shop = $1 order by placed_seq',
        [definition.id],
      );
      return rows.map(({ day }) => day);
    };
    await world.installation.upsertShop({ ...definition, timeZone: 'Pacific/Kiritimati' }, hashOf('key'));
    await place(world, definition.id);
    const before = await daysOf();
    await world.installation.upsertShop({ ...definition, timeZone: 'Pacific/Pago_Pago' }, hashOf('key'));
    await place(world, definition.id);
    const after = await daysOf();
    expect(after).toHaveLength(2);
    expect(after.slice(0, 1)).toEqual(before);
    expect(after[1]).not.toBe(after[0]);
  });

  async function numberOf(shop: string): Promise<number> {
    return read((await place(world, shop)).order).number;
  }
});

describe('a menu that changes while orders are placed', () => {
  it('prices every order the old or the new way throughout', async () => {
    const priced = (cents: number) => ['a', 'b', 'c', 'd'].map(id => ({ id, name: `${cents}`, priceCents: cents }));
    const definition = aShop({ dishes: priced(100) });
    await world.installation.upsertShop(definition, hashOf('key'));
    const items = ['d', 'b', 'a', 'c'].map(dish => ({ dish, quantity: 1 }));
    const seen = new Set<string>();
    let placing_ = true;
    const changing = (async () => {
      for (let cents = 200; placing_; cents = 300 - cents) {
        await world.installation.upsertShop({ ...definition, dishes: priced(cents) }, hashOf('key'));
      }
    })();
    await inParallel(6, upTo(400), async () => {
      const order = read((await place(world, definition.id, { items })).order);
      seen.add(order.items.map(({ name, priceCents }) => `${name}=${priceCents}`).join());
      expect(order.totalCents).toBe(order.items.reduce((sum, item) => sum + item.priceCents, 0));
    });
    placing_ = false;
    await changing;
    expect([...seen].sort()).toEqual(['100=100,100=100,100=100,100=100', '200=200,200=200,200=200,200=200']);
  });
});

describe('an idempotency key', () => {
  it('answers the first body byte for byte, after the order has moved on and the menu has changed', async () => {
    const definition = aShop();
    await world.installation.upsertShop(definition, hashOf('key'));
    const shop = definition.id;
    const items = [
      { dish: 'tofu', quantity: 2, note: '少辣' },
      { dish: 'rice', quantity: 1 },
    ];
    const order = placing(aRequest(shop, { items, note: '!' }));
    const first = await world.orders.place(order);
    const identity = { scope: shop, shop, byCustomer: false, contentHash: hashOf('x') };
    const change = { order: first.orderId };
    await world.commands.run({ ...identity, id: randomUUID(), operation: { op: 'accept', ...change, version: 1 } });
    await world.commands.run({
      ...identity,
      id: randomUUID(),
      operation: { op: 'cancel', ...change, version: 2, reason: 'closing' },
    });
    await world.installation.upsertShop(
      { ...definition, currency: 'EUR', dishes: [{ id: 'tofu', name: 'other', priceCents: 1 }] },
      hashOf('key'),
    );
    expect(read((await world.streams.order(first.orderId))?.order ?? '')).toMatchObject({
      status: 'cancelled',
      version: 3,
    });
    const { orderId, order: body } = first;
    expect(await world.orders.place(order)).toEqual({ orderId, order: body, event: undefined, screens: [] });
  });

  it('with another order is refused, and the first stays', async () => {
    const shop = await newShop(world);
    const order = placing(aRequest(shop));
    const { orderId } = await world.orders.place(order);
    const other = placing(aRequest(shop, { note: 'other' }), { key: order.key });
    await expect(world.orders.place(other)).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    expect(await world.orders.place(order)).toMatchObject({ orderId, event: undefined });
    expect((await world.streams.page(shop, 0, 50)).length).toBe(1);
  });

  it('is one of its shop: at another it makes another order, at the same moment too, and each is replayed', async () => {
    const shops = await Promise.all(upTo(5).map(() => newShop(world)));
    const key = randomUUID();
    const ask = () => Promise.all(shops.map(shop => world.orders.place(placing(aRequest(shop), { key }))));
    const first = await ask();
    expect(first.map(({ order }) => read(order).shop)).toEqual(shops);
    expect(first.map(({ event }) => event?.seq)).toEqual([1, 1, 1, 1, 1]);
    const replayed = await ask();
    expect(replayed.map(({ order, event }) => ({ order, event }))).toEqual(
      first.map(({ order }) => ({ order, event: undefined })),
    );
  });

  it('makes one order of 50 calls at the same moment, with equal answers', async () => {
    const shop = await newShop(world);
    const order = placing(aRequest(shop));
    const answers = await Promise.all(upTo(50).map(() => world.orders.place(order)));
    expect(answers.filter(({ event }) => event !== undefined)).toHaveLength(1);
    expect(new Set(answers.map(({ orderId, order }) => `${orderId} ${order}`)).size).toBe(1);
    const { rows } = await world.pool.query('select from orders where shop = $1', [shop]);
    expect(rows).toHaveLength(1);
  });

  it('makes one order when 50 calls ask for 50 different ones, and refuses the others', async () => {
    const shop = await newShop(world);
    const key = randomUUID();
    const answers = await Promise.allSettled(
      upTo(50).map(n => world.orders.place(placing(aRequest(shop, { note: `${n}` }), { key }))),
    );
    const refused = answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason.code] : []));
    expect(refused).toEqual(Array(49).fill('idempotency_key_reused'));
    expect((await world.streams.page(shop, 0, 50)).length).toBe(1);
  });

  it('waits for the order that is being placed, and is free when that is refused', async () => {
    const shop = await newShop(world, { open: false });
    const key = randomUUID();
    const answers = await Promise.allSettled(upTo(20).map(() => world.orders.place(placing(aRequest(shop), { key }))));
    expect(answers.map(answer => answer.status === 'rejected' && answer.reason.code)).toEqual(
      Array(20).fill('shop_closed'),
    );
  });
});

function bySeq(a: Placement, b: Placement): number {
  return (a.event?.seq ?? 0) - (b.event?.seq ?? 0);
}
