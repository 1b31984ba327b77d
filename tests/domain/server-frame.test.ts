import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventsFrame, SnapshotFrame } from '../../functions/domain/frames.ts';
import { MAX_ORDER_BYTES } from '../../functions/domain/place-order.ts';
import type { StoredEvent } from '../../functions/domain/ports.ts';
import { errorFrame, Refusal } from '../../functions/domain/refusal.ts';
import {
  customerWelcome,
  liveFrame,
  orderFrame,
  pageOf,
  readOnlyWelcome,
  refusedResult,
  resultFrame,
  shopFrame,
  shopPong,
  shopWelcome,
  snapshotFrames,
} from '../../functions/domain/server-frame.ts';

const limit = 32 * 1024;
const epoch = randomUUID();

/** An ORDER as far as delivery looks at it: JSON of about so many bytes, of characters of one to four bytes. */
function orderText(bytes: number, letter = '菜'): string {
  const empty = JSON.stringify({ id: randomUUID(), note: '' });
  const room = Math.max(0, bytes - empty.length);
  return empty.replace('""', `"${letter.repeat(Math.floor(room / Buffer.byteLength(letter)))}"`);
}

function eventAt(seq: number, order: string): StoredEvent {
  const at = '2026-11-20T08:00:00.000Z';
  return { shop: 's', epoch, seq, id: randomUUID(), type: 'order.completed', at, orderId: randomUUID(), order };
}

const sizes = fc.array(
  fc.oneof(
    fc.integer({ min: 60, max: 900 }),
    fc.integer({ min: 60, max: MAX_ORDER_BYTES }),
    fc.constant(MAX_ORDER_BYTES),
  ),
  { maxLength: 130 },
);
const letters = fc.constantFrom('x', 'é', '菜', '😀', '\u2028');
// Numbers as long as they may become.
const starts = fc.constantFrom(0, 7, Number.MAX_SAFE_INTEGER - 1_000);

describe('a backlog in pages', () => {
  it('brings every event once, in order, each page within 50 events and 32 KiB', () => {
    fc.assert(
      fc.property(sizes, letters, starts, (bytes, letter, start) => {
        const log = bytes.map((size, index) => eventAt(start + index + 1, orderText(size, letter)));
        const head = start + log.length;
        const received: unknown[] = [];
        let after = start;
        for (let pages = 0; ; pages++) {
          expect(pages).toBeLessThanOrEqual(log.length);
          // As the database is asked: one more than a page holds at most.
          const rest = log.filter(({ seq }) => seq > after).slice(0, 51);
          const { frame, pageSeq } = pageOf(rest, epoch, head);
          expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(limit);
          const page = JSON.parse(frame) as EventsFrame;
          expect(page).toMatchObject({ type: 'events', epoch, head });
          expect(page.events.length).toBeLessThanOrEqual(50);
          received.push(...page.events);
          expect(page.more).toBe(received.length < log.length);
          expect(pageSeq).toBe(page.more ? page.events.at(-1)?.seq : undefined);
          if (pageSeq === undefined) break;
          after = pageSeq;
        }
        expect(received).toEqual(
          log.map(({ seq, id, type, at, order }) => ({ seq, id, type, at, order: JSON.parse(order) })),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('fills its pages: small events come fifty at a time, large ones as many as fit', () => {
    const small = Array.from({ length: 51 }, (_, n) => eventAt(n + 1, orderText(100)));
    expect(pageOf(small, epoch, 51).pageSeq).toBe(50);
    expect(pageOf(small.slice(0, 50), epoch, 50).pageSeq).toBeUndefined();
    const large = Array.from({ length: 51 }, (_, n) => eventAt(n + 1, orderText(10_000)));
    expect(pageOf(large, epoch, 51).pageSeq).toBe(3);
  });

  it('that is empty is an empty page', () => {
    const { frame, pageSeq } = pageOf([], epoch, 5);
    expect(JSON.parse(frame)).toEqual({ type: 'events', epoch, events: [], head: 5, more: false });
    expect(pageSeq).toBeUndefined();
  });
});

describe('an event, live', () => {
  it('is a page of its own that names itself the head, within 32 KiB', () => {
    const event = eventAt(Number.MAX_SAFE_INTEGER, orderText(MAX_ORDER_BYTES));
    const frame = liveFrame(event);
    expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(limit);
    const { seq, id, type, at, order } = event;
    const events = [{ seq, id, type, at, order: JSON.parse(order) }];
    expect(JSON.parse(frame)).toEqual({ type: 'events', epoch, events, head: seq, more: false });
  });
});

describe('a snapshot', () => {
  it('brings every order once, in order, in frames of 32 KiB that are numbered', () => {
    fc.assert(
      fc.property(sizes, letters, starts, fc.option(fc.uuid(), { nil: undefined }), (bytes, letter, head, lastId) => {
        const orders = bytes.map(size => orderText(size, letter));
        const texts = snapshotFrames({ epoch, head, lastId, orders });
        for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
        const frames = texts.map(text => JSON.parse(text) as SnapshotFrame);
        for (const [index, { orders: _, ...frame }] of frames.entries()) {
          const more = index < frames.length - 1;
          const expected = { type: 'snapshot', epoch, head, index, more };
          expect(frame).toEqual(lastId === undefined ? expected : { ...expected, lastId });
        }
        expect(frames.flatMap(frame => frame.orders)).toEqual(orders.map(text => JSON.parse(text)));
        // No frame but that of an empty snapshot is empty, and no two neighbours would have fitted into one.
        if (orders.length > 0) expect(frames.every(frame => frame.orders.length > 0)).toBe(true);
        for (const [index, text] of texts.entries()) {
          const [first] = frames[index + 1]?.orders ?? [];
          if (first === undefined) continue;
          const together = Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(first));
          expect(together).toBeGreaterThan(limit - 400);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('of nothing is one frame that says so', () => {
    const [frame, ...more] = snapshotFrames({ epoch, head: 0, lastId: undefined, orders: [] });
    expect(more).toEqual([]);
    expect(JSON.parse(frame ?? '')).toEqual({ type: 'snapshot', epoch, head: 0, index: 0, orders: [], more: false });
  });
});

describe('a shop', () => {
  const key = { keyId: 'shop1.2', name: '厨房', role: 'display' } as const;
  const withoutDishes = '{"id":"s","version":3}';
  const sized = (bytes: number) => ({ full: `{"id":"s","dishes":["${'x'.repeat(bytes - 24)}"]}`, withoutDishes });

  it.each<[string, (shop: { full: string; withoutDishes: string }) => string]>([
    ['welcome', shop => shopWelcome(epoch, 12, true, key, shop)],
    ['shop', shop => shopFrame(shop)],
  ])('comes with its menu in a %s as long as that fits, to the byte, and otherwise without', (type, frameOf) => {
    const around = Buffer.byteLength(frameOf(sized(100))) - Buffer.byteLength(sized(100).full);
    const largest = frameOf(sized(limit - around));
    expect(Buffer.byteLength(largest)).toBe(limit);
    expect(JSON.parse(largest)).toMatchObject({ type, shop: { id: 's', dishes: [expect.any(String)] } });
    const next = frameOf(sized(limit - around + 1));
    expect(JSON.parse(next)).toMatchObject({ type, shop: JSON.parse(withoutDishes) });
    expect(next).not.toContain('dishes');
  });

  it('is welcomed with where its log is', () => {
    expect(JSON.parse(shopWelcome(epoch, 12, false, key, sized(100)))).toEqual({
      type: 'welcome',
      role: 'shop',
      key,
      epoch,
      head: 12,
      resumed: false,
      pingSeconds: 240,
      shop: JSON.parse(sized(100).full),
    });
    expect(JSON.parse(shopPong(epoch, 12, 3))).toEqual({ type: 'pong', epoch, head: 12, shopVersion: 3 });
  });
});

describe('a customer', () => {
  it('gets the order as it is, without a place in any log', () => {
    const order = orderText(MAX_ORDER_BYTES);
    for (const frame of [customerWelcome(order, 'shop.token'), readOnlyWelcome(order), orderFrame(order)]) {
      expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(limit);
      expect(JSON.parse(frame).order).toEqual(JSON.parse(order));
      expect(JSON.parse(frame)).not.toHaveProperty('epoch');
      expect(JSON.parse(frame)).not.toHaveProperty('head');
    }
  });

  it('is given what a read-only link takes, and by such a link only that it is one', () => {
    const order = orderText(500);
    expect(JSON.parse(customerWelcome(order, 'shop.token'))).toMatchObject({ shareToken: 'shop.token' });
    expect(JSON.parse(customerWelcome(order, 'shop.token'))).not.toHaveProperty('readOnly');
    expect(JSON.parse(readOnlyWelcome(order))).toMatchObject({ readOnly: true });
    expect(JSON.parse(readOnlyWelcome(order))).not.toHaveProperty('shareToken');
  });
});

describe('an answer to a command', () => {
  it('is its outcome with the id before it', () => {
    const id = randomUUID();
    const result = '{"ok" : true, "order" : {"id" : "\\" }"}}';
    expect(JSON.parse(resultFrame(id, result))).toEqual({ type: 'result', id, ok: true, order: { id: '" }' } });
    expect(JSON.parse(resultFrame('"},{"', '{"ok":true}'))).toEqual({ type: 'result', id: '"},{"', ok: true });
  });

  it('that was not run says why', () => {
    const fields = [{ path: 'reason', message: 'is missing' }];
    const refusal = new Refusal('invalid_request', 'no', { fields });
    expect(JSON.parse(refusedResult('i', refusal))).toEqual({
      type: 'result',
      id: 'i',
      ok: false,
      error: { code: 'invalid_request', message: 'no', fields },
    });
  });
});

describe('an error', () => {
  it('names its code, when to come back, and the order it is about', () => {
    const refusal = new Refusal('rate_limited', 'wait', {
      retryAfterSeconds: 2,
      cause: new Error('select * from secrets'),
    });
    expect(JSON.parse(errorFrame(refusal, { order: 'o' }))).toEqual({
      type: 'error',
      error: { code: 'rate_limited', message: 'wait' },
      retryAfterMs: 2000,
      order: 'o',
    });
    expect(JSON.parse(errorFrame(new Refusal('unauthorized', 'no')))).toEqual({
      type: 'error',
      error: { code: 'unauthorized', message: 'no' },
    });
  });
});
