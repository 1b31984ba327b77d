import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { MAX_FRAME_FROM_SERVER_BYTES, type ResultFrame } from '../../functions/domain/frames.ts';
import { MAX_ORDER_BYTES } from '../../functions/domain/place-order.ts';
import { customerPong, ordersResult, reportResult, visitorWelcome } from '../../functions/domain/server-frame.ts';

const id = randomUUID();
const orderOf = (number: number, bytes: number) => ({ number, order: `{"note":"${'x'.repeat(bytes - 11)}"}` });

describe('the orders of a day', () => {
  it('come each once, at most fifty and 32 KiB at a time, and say where to go on', () => {
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 300, max: 900 }), fc.integer({ min: 300, max: MAX_ORDER_BYTES })),
      {
        maxLength: 130,
      },
    );
    fc.assert(
      fc.property(sizes, all => {
        const orders = all.map((bytes, index) => orderOf(index + 1, bytes));
        let seen = 0;
        for (let after: number | undefined = 0; after !== undefined; ) {
          const from: number = after;
          const found = orders.filter(({ number }) => number > from).slice(0, 51);
          const text = ordersResult(id, { day: '2025-01-31', orders: found });
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_FRAME_FROM_SERVER_BYTES);
          const page = JSON.parse(text) as Extract<ResultFrame, { ok: true }>;
          expect(page).toMatchObject({ type: 'result', id, ok: true, day: '2025-01-31' });
          expect(page.orders?.length).toBeLessThanOrEqual(50);
          expect(page.orders).toEqual(found.slice(0, page.orders?.length).map(({ order }) => JSON.parse(order)));
          seen += page.orders?.length ?? 0;
          if (page.next !== undefined) expect(page.next).toBe(seen);
          after = page.next;
        }
        expect(seen).toBe(orders.length);
      }),
      { numRuns: 100 },
    );
  });
});

test('a report is passed on as it stands', () => {
  expect(JSON.parse(reportResult(id, '{"orders":3}'))).toEqual({ type: 'result', id, ok: true, report: { orders: 3 } });
});

describe('a visitor', () => {
  it('is welcomed with the menu, or without it when it is too large', () => {
    const [full, withoutDishes] = ['{"id":"a","dishes":[]}', '{"id":"a"}'];
    const welcome = { type: 'welcome', role: 'visitor', resumed: false, pingSeconds: 240 };
    expect(JSON.parse(visitorWelcome({ full, withoutDishes }))).toEqual({ ...welcome, shop: { id: 'a', dishes: [] } });
    const large = `{"id":"${'x'.repeat(MAX_FRAME_FROM_SERVER_BYTES)}"}`;
    expect(JSON.parse(visitorWelcome({ full: large, withoutDishes }))).toEqual({ ...welcome, shop: { id: 'a' } });
  });

  it('is told the version of the menu by a pong, and a customer without a menu is not', () => {
    expect(customerPong(7)).toBe('{"type":"pong","shopVersion":7}');
    expect(customerPong(undefined)).toBe('{"type":"pong"}');
  });
});
