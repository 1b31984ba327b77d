import { checkHistory } from '../support/trial/check-history.ts';
import type { History, OrderRecord, ScreenEntry } from '../support/trial/history.ts';
import { untilTables } from '../support/trial/until-tables.ts';

const stored = { shop: 'shop1', total: 400, beside: 0, isOpen: true };

/** A run in which everything is right: three orders, the second after an unknown outcome, one that was refused. */
function goodHistory(): History {
  const records: OrderRecord[] = [];
  const events: History['tables']['events'] = [];
  const entries: ScreenEntry[] = [{ type: 'snapshot', at: 0, epoch: 'epoch', head: 0, orders: [] }];
  for (const seq of [1, 2, 3]) {
    records.push({ type: 'invoke', at: seq * 100, key: `key${seq}`, shop: 'shop1' });
    if (seq === 2) records.push({ type: 'unknown', at: 205, key: 'key2', status: 503 });
    records.push({
      type: 'ok',
      at: seq * 100 + 10,
      key: `key${seq}`,
      status: 201,
      order: `order${seq}`,
      total: 400,
      body: 'hash',
    });
    events.push({ shop: 'shop1', seq, id: `event${seq}`, order: `order${seq}`, type: 'order.placed', at: seq * 100 });
    entries.push({
      type: 'event',
      at: seq * 100 + 30,
      shop: 'shop1',
      epoch: 'epoch',
      seq,
      id: `event${seq}`,
      order: `order${seq}`,
    });
  }
  records.push({ type: 'invoke', at: 400, key: 'key4', shop: 'shop1' });
  records.push({ type: 'fail', at: 410, key: 'key4', status: 409, code: 'shop_closed' });
  const lines = [{ dish: 'rice', price: 200, quantity: 2 }];
  return {
    records,
    screens: [{ name: 'screen', shop: 'shop1', entries, isLive: true }],
    tables: {
      orders: [1, 2, 3].map(n => ({ ...stored, id: `order${n}`, key: `key${n}`, lines })),
      keys: new Map([1, 2, 3].map(n => [`key${n}`, `order${n}`])),
      events,
      placed: new Map(),
      streams: [{ shop: 'shop1', epoch: 'epoch', head: 3, lowest: 1 }],
      connections: [{ shop: 'shop1', acked: 3 }],
      stuckSessions: 0,
    },
    healedAt: 0,
    onScreenWithinMs: 1_000,
    prices: { rice: [200] },
  };
}

test('a good history has no violation, and its figures are right', () => {
  expect(checkHistory(goodHistory())).toEqual({
    orders: 3,
    lost: 0,
    duplicated: 0,
    unexpected: 0,
    recovered: 1,
    stalestMs: 20,
    catchUpMs: 0,
    violations: [],
  });
});

// Each doctoring, and the invariant that has to be reported.
const doctored: [string, string, (history: History) => void][] = [
  ['an acknowledged order that is not stored', 'I1', ({ tables }) => tables.orders.splice(1, 1)],
  ['a second order of one key', 'I2', ({ tables }) => tables.orders.push({ ...first(tables.orders), id: 'order9' })],
  ['two answers to one key that differ', 'I2', ({ records }) => records.push({ ...answer(records), body: 'other' })],
  ['a replay that names another order', 'I1', ({ records }) => records.push({ ...answer(records), order: 'order2' })],
  ['a key that was not kept', 'I2', ({ tables }) => tables.keys.delete('key1')],
  ['a key that was kept for another order', 'I2', ({ tables }) => tables.keys.set('key1', 'order2')],
  ['a key that was kept without an order', 'I2', ({ tables }) => tables.keys.set('key4', 'order9')],
  [
    'an order that nobody asked for',
    'I2',
    ({ tables }) => tables.orders.push({ ...first(tables.orders), id: 'order9', key: 'key9' }),
  ],
  [
    'a refused order that is stored',
    'I5',
    ({ tables }) => tables.orders.push({ ...first(tables.orders), id: 'order4', key: 'key4' }),
  ],
  [
    'a total that is not the sum of the lines',
    'I6',
    ({ tables }) => Object.assign(first(tables.orders), { total: 401 }),
  ],
  [
    'an answered total that is not the stored one',
    'I6',
    ({ records }) => Object.assign(answer(records), { total: 401 }),
  ],
  ['a fee that is not in the total', 'I6', ({ tables }) => Object.assign(first(tables.orders), { beside: 300 })],
  ['a price that was never on the menu', 'I6', history => Object.assign(history, { prices: { rice: [300] } })],
  ['an order without lines', 'I6', ({ tables }) => Object.assign(first(tables.orders), { lines: [], total: 0 })],
  ['an event that a screen skipped', 'I3', ({ screens }) => first(screens).entries.splice(2, 1)],
  ['an event that a screen applied twice', 'I3', ({ screens }) => first(screens).entries.splice(2, 0, event(screens))],
  ['events in the wrong order', 'I3', ({ screens }) => first(screens).entries.reverse()],
  ['a screen that stopped short', 'I3', ({ screens }) => first(screens).entries.pop()],
  ['a screen that applied another event', 'I3', ({ screens }) => Object.assign(event(screens), { id: 'other' })],
  ['a screen that applied before it knew where it is', 'I3', ({ screens }) => first(screens).entries.shift()],
  [
    'a snapshot with an order too many',
    'I3',
    ({ screens }) => Object.assign(first(first(screens).entries), { orders: ['order1'] }),
  ],
  [
    'a snapshot with an order too few',
    'I3',
    ({ screens }) => Object.assign(first(first(screens).entries), { head: 1 }),
  ],
  ['an event of another shop', 'I4', ({ screens }) => Object.assign(event(screens), { shop: 'shop2' })],
  ['an order that was on no screen', 'I7', ({ screens }) => first(screens).entries.splice(1, 1)],
  ['an order that was on the screen too late', 'I7', ({ screens }) => Object.assign(event(screens), { at: 9_000 })],
  ['a screen that the database does not know', 'I7', ({ tables }) => tables.connections.pop()],
  [
    'a screen that is not known to have everything',
    'I7',
    ({ tables }) => Object.assign(first(tables.connections), { acked: 2 }),
  ],
  ['a session that hangs', 'I8', ({ tables }) => Object.assign(tables, { stuckSessions: 1 })],
  ['an order without an event', 'I9', ({ tables }) => tables.events.pop()],
  ['an event without an order', 'I9', ({ tables }) => Object.assign(first(tables.events), { order: 'order9' })],
  ['a gap in the log', 'I9', ({ tables }) => tables.events.splice(1, 1)],
  ['a head beyond the log', 'I9', ({ tables }) => Object.assign(first(tables.streams), { head: 4 })],
  [
    'an order that was placed twice in the log',
    'I9',
    ({ tables }) => tables.events.push({ ...first(tables.events), seq: 4 }),
  ],
];

test.each(doctored)('%s is found (%s)', (_, invariant, doctor) => {
  const history = goodHistory();
  doctor(history);
  expect(checkHistory(history).violations.map(violation => violation.slice(0, 2))).toContain(invariant);
});

test('catching up ends when the last screen has what was answered before the healing', () => {
  const history = goodHistory();
  history.healedAt = 150;
  Object.assign(event(history.screens), { at: 190 });
  expect(checkHistory(history).catchUpMs).toBe(40);
});

test('what screens show while the tables are read is no violation, if the log has it; what it has not is one', () => {
  const history = goodHistory();
  const [screen] = history.screens;
  if (screen === undefined) throw new Error('there is none');
  const seen = (seq: number): ScreenEntry => {
    const names = { shop: 'shop1', epoch: 'epoch', id: `event${seq}`, order: `order${seq}` };
    return { type: 'event', at: 900, seq, ...names };
  };
  const later = [4, 5].map(seq => ({ ...first(history.tables.events), seq, id: `event${seq}` }));
  const shown = { ...screen, entries: [...screen.entries, seen(4), seen(5)] };
  expect(untilTables(shown, history.tables, later)).toEqual(screen);
  for (const missing of [later.slice(0, 1), []]) {
    const screens = [untilTables(shown, history.tables, missing)];
    expect(checkHistory({ ...history, screens }).violations.join()).toContain('what is not there in the log');
  }
});

test('lost, duplicated and unexpected orders are counted', () => {
  const history = goodHistory();
  const { orders } = history.tables;
  orders.push({ ...first(orders), id: 'order9' }, { ...first(orders), id: 'order4', key: 'key4' });
  orders.splice(1, 1);
  expect(checkHistory(history)).toMatchObject({ orders: 3, lost: 1, duplicated: 1, unexpected: 1 });
});

function first<Item>(items: Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error('there is none');
  return item;
}

function answer(records: OrderRecord[]) {
  return first(records.filter(record => record.type === 'ok'));
}

function event(screens: History['screens']) {
  return first(first(screens).entries.filter(entry => entry.type === 'event'));
}
