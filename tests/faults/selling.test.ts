import type { KeyRole, Operation, Order, Shop } from '../../functions/domain/frames.ts';
import type { OrderRequest } from '../../functions/domain/place-order.ts';
import { checkHistory } from '../support/trial/check-history.ts';
import type { Deed, History, RevokedScreen } from '../support/trial/history.ts';

const NOON = Date.UTC(2030, 0, 1, 12);
const MINUTE_MS = 60_000;
const SLOT = '2030-01-02T12:00:00.000Z';

const shop: Shop = {
  id: 'shop1',
  name: 'Shop',
  currency: 'CNY',
  timeZone: 'UTC',
  open: true,
  pausedUntil: null,
  online: true,
  prepMinutes: 15,
  busyMinutes: 0,
  version: 1,
  dishes: [{ id: 'rice', name: 'Rice', category: '', priceCents: 200, available: false, packagingCents: 50 }],
  pickup: true,
  delivery: { minimumCents: 400, feeCents: 300, freeFromCents: null, areas: [] },
  discounts: [{ fromCents: 400, offCents: 100 }],
  later: { leadMinutes: 0, daysAhead: 1, slotMinutes: 60, perSlot: 1 },
};
const items = [{ dish: 'rice', name: 'Rice', priceCents: 200, quantity: 2, note: null, choices: [] }];
const amounts = { itemsCents: 400, packagingCents: 100, deliveryCents: 300, discountCents: 100, totalCents: 700 };

function request(n: number, differing: Partial<OrderRequest> = {}): OrderRequest {
  const customer = { name: 'Li', phone: '138', address: 'Street 1' };
  return { shop: 'shop1', items: [{ dish: 'rice', quantity: 2 }], customer, note: `key${n}`, ...differing };
}

function placedOrder(n: number, wantedAt: string | null): Order {
  return {
    id: `order${n}`,
    number: n,
    shop: 'shop1',
    status: 'placed',
    version: 1,
    items,
    totalCents: 700,
    currency: 'CNY',
    customer: { name: 'Li', phone: '138', address: 'Street 1' },
    note: `key${n}`,
    placedAt: new Date(NOON + n * MINUTE_MS).toISOString(),
    updatedAt: new Date(NOON + n * MINUTE_MS).toISOString(),
    readyAt: null,
    reason: null,
    fulfilment: { type: 'delivery' },
    amounts,
    wantedAt,
  };
}

function deed(role: KeyRole, operation: Operation, outcome: string, at = NOON): Deed {
  return { shop: 'shop1', role, operation, sentAt: at, answeredAt: at, outcome };
}

/** Hours of the first of January. */
function hoursOf(...periods: { from: string; to: string }[]): Operation {
  return {
    op: 'set_hours',
    hours: { week: [[], [], [], [], [], [], []], exceptions: [{ date: '2030-01-01', periods }] },
  };
}

const revokedAt = NOON + 3 * MINUTE_MS;

/**
 * Two orders, the second for the only place of a slot; a third was refused below the minimum; a display asked for more
 * than it may, was revoked, and stopped.
 */
function goodHistory() {
  const revoked: RevokedScreen = {
    log: {
      name: 'display',
      shop: 'shop1',
      isLive: false,
      entries: [{ type: 'event', at: 0, shop: 'shop1', epoch: 'epoch', seq: 1, id: 'event1', order: 'order1' }],
    },
    at: revokedAt,
    stoppedBy: 'unauthorized',
  };
  const orders = [placedOrder(1, null), placedOrder(2, SLOT)];
  const deeds = [
    deed('manager', hoursOf({ from: '09:00', to: '18:00' }), 'ok', NOON - MINUTE_MS),
    deed('display', { op: 'accept', order: 'order1', version: 1 }, 'forbidden'),
    deed('display', { op: 'ready', order: 'order1', version: 1 }, 'invalid_transition'),
  ];
  const history = {
    records: [
      ...orders.flatMap(({ id, wantedAt }, index) => {
        const key = `key${index + 1}`;
        const asked = request(index + 1, wantedAt ? { wantedAt } : {});
        return [
          { type: 'invoke' as const, at: NOON, key, shop: 'shop1', request: asked },
          { type: 'ok' as const, at: NOON, key, status: 201, order: id, total: 700, body: 'hash' },
        ];
      }),
      {
        type: 'invoke',
        at: NOON,
        key: 'key3',
        shop: 'shop1',
        request: request(3, { items: [{ dish: 'rice', quantity: 1 }] }),
      },
      { type: 'fail', at: NOON, key: 'key3', status: 409, code: 'below_minimum' },
    ],
    screens: [],
    tables: {
      orders: orders.map(({ id }, index) => ({
        id,
        shop: 'shop1',
        key: `key${index + 1}`,
        total: 700,
        lines: [{ dish: 'rice', price: 200, quantity: 2 }],
        beside: 300,
        isOpen: true,
      })),
      keys: new Map(orders.map(({ id }, index) => [`key${index + 1}`, id])),
      events: orders.map(({ id, placedAt }, index) => {
        const seq = index + 1;
        return { shop: 'shop1', seq, id: `event${seq}`, order: id, type: 'order.placed', at: Date.parse(placedAt) };
      }),
      placed: new Map(orders.map(order => [order.id, order])),
      streams: [{ shop: 'shop1', epoch: 'epoch', head: 2, lowest: 1 }],
      connections: [],
      stuckSessions: 0,
    },
    healedAt: 0,
    onScreenWithinMs: 1_000,
    selling: { shops: new Map([['shop1', shop]]), deeds, revoked: [revoked] },
  } satisfies History;
  return history;
}

type Good = ReturnType<typeof goodHistory>;

test('a history of a shop that sells by all rules has no violation', () => {
  expect(checkHistory(goodHistory()).violations).toEqual([]);
});

const doctored: [string, string, (history: Good) => unknown][] = [
  ['a total that is not that of the model', 'I6', ({ tables }) => change(tables.placed, { totalCents: 800 })],
  [
    'amounts that are not those of the model',
    'I6',
    ({ tables }) => change(tables.placed, { amounts: { ...amounts, deliveryCents: 400, discountCents: 200 } }),
  ],
  ['a line that is not that of the model', 'I6', ({ tables }) => change(tables.placed, { items: [] })],
  ['another way to hand it over', 'I6', ({ tables }) => change(tables.placed, { fulfilment: { type: 'pickup' } })],
  [
    'a refusal that the model does not know',
    'I6',
    ({ records }) => Object.assign(records.at(-1) ?? {}, { code: 'area_not_served' }),
  ],
  [
    'an order that the model refuses',
    'I6',
    ({ records }) =>
      Object.assign(records[0] ?? {}, { request: request(1, { items: [{ dish: 'rice', quantity: 1 }] }) }),
  ],
  [
    'two orders in a place of a slot',
    'slots',
    ({ tables, records }) => {
      change(tables.placed, { wantedAt: SLOT });
      Object.assign(records[0] ?? {}, { request: request(1, { wantedAt: SLOT }) });
    },
  ],
  ['an order out of hours', 'hours', ({ selling }) => Object.assign(selling.deeds[0] ?? {}, { operation: hoursOf() })],
  [
    'an order after the end of the hours',
    'hours',
    ({ selling }) => Object.assign(selling.deeds[0] ?? {}, { operation: hoursOf({ from: '09:00', to: '12:00' }) }),
  ],
  [
    'a refusal within the hours',
    'hours',
    ({ records }) => Object.assign(records.at(-1) ?? {}, { code: 'shop_closed' }),
  ],
  ['a display that accepts', 'roles', ({ selling }) => Object.assign(selling.deeds[1] ?? {}, { outcome: 'ok' })],
  [
    'a display that may do nothing',
    'roles',
    ({ selling }) => Object.assign(selling.deeds[2] ?? {}, { outcome: 'forbidden' }),
  ],
  [
    'staff that changes the hours',
    'roles',
    ({ selling }) => selling.deeds.push({ ...deed('staff', hoursOf(), 'ok'), shop: 'shop2' }),
  ],
  [
    'a revoked key whose screen is still there',
    'roles',
    ({ selling }) => Object.assign(selling.revoked[0] ?? {}, { stoppedBy: undefined }),
  ],
  [
    'a revoked key whose screen is told more',
    'roles',
    ({ selling }) => Object.assign(selling.revoked[0] ?? {}, { at: NOON }),
  ],
];

test.each(doctored)('%s is found (%s)', (_, begins, doctor) => {
  const history = goodHistory();
  doctor(history);
  expect(checkHistory(history).violations.map(violation => violation.split(':')[0])).toContain(begins);
});

test('a place of a slot is free again when its order is rejected', () => {
  const history = goodHistory();
  change(history.tables.placed, { wantedAt: SLOT });
  Object.assign(history.records[0] ?? {}, { request: request(1, { wantedAt: SLOT }) });
  const [first, second] = history.tables.events;
  if (first === undefined || second === undefined) throw new Error('no events');
  const rejected = { ...first, seq: 2, id: 'rejected', type: 'order.rejected' };
  history.tables.events = [first, rejected, { ...second, seq: 3 }];
  Object.assign(history.tables.streams[0] ?? {}, { head: 3 });
  expect(checkHistory(history).violations).toEqual([]);
});

/** Changes the first order as it was placed. */
function change(placed: Map<string, Order>, differing: Partial<Order>): void {
  const order = placed.get('order1');
  if (order !== undefined) placed.set('order1', { ...order, ...differing });
}
