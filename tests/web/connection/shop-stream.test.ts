import type { ClientFrame, ServerFrame, ShopSettings } from '../../../functions/domain/frames.ts';
import { newShopStream, type ShopEffect, type ShopInput, type ShopStream } from '../../../web/connection/shop/state.ts';
import { reduceShopStream, shopStreamDueAt } from '../../../web/connection/shop/stream.ts';
import { modelOrder } from '../../support/model-shop.ts';

const identity = { shop: 'shop1', token: 'key', device: 'device' };
const shop: ShopSettings = {
  id: 'shop1',
  name: 'Shop',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  open: true,
  pausedUntil: null,
  online: true,
  prepMinutes: 15,
  busyMinutes: 0,
  dishes: [],
  version: 3,
  autoAccept: false,
  acceptMinutes: 5,
};

/** A screen on a clock that the test moves; `random` is a half unless told otherwise. */
function screen(saved?: Parameters<typeof newShopStream>[1]) {
  let state: ShopStream = newShopStream(identity, saved);
  let now = 1_000;
  const put = (input: ShopInput, random = 0.5): ShopEffect[] => {
    const outcome = reduceShopStream(state, input, { now, random });
    state = outcome.state;
    return outcome.effects;
  };
  const frames = (effects: ShopEffect[]): ClientFrame[] =>
    effects.flatMap(effect => (effect.type === 'send' ? [effect.frame] : []));
  return {
    state: () => state,
    put,
    get: (frame: ServerFrame) => frames(put({ type: 'frame', frame })),
    effectsOf: (frame: ServerFrame) => put({ type: 'frame', frame }),
    sent: (input: ShopInput) => frames(put(input)),
    /** Moves the clock, ticking whenever the reducer asks for it; gives what was sent meanwhile. */
    wait(ms: number): ClientFrame[] {
      const end = now + ms;
      const all: ClientFrame[] = [];
      for (let due = shopStreamDueAt(state); due !== undefined && due <= end; due = shopStreamDueAt(state)) {
        now = Math.max(now, due);
        all.push(...frames(put({ type: 'tick' })));
      }
      now = end;
      return all;
    },
    /** Connected, welcomed, and with an empty snapshot at `head`. */
    live(head = 0) {
      put({ type: 'connect' });
      put({ type: 'opened' });
      put({ type: 'frame', frame: welcome(head, false) });
      put({ type: 'frame', frame: aliveForLong });
      put({
        type: 'frame',
        frame: { type: 'snapshot', epoch: 'e', head, index: 0, orders: [], more: false, lastId: `id-${head}` },
      });
      return this;
    },
  };
}

/** Behind a gateway that shows that the link is alive; silence.test.ts is about what happens when it does not. */
const aliveForLong: ServerFrame = { type: 'alive', everySeconds: 86_400 };

function welcome(head: number, resumed: boolean, epoch = 'e'): ServerFrame {
  return { type: 'welcome', role: 'shop', epoch, head, resumed, pingSeconds: 240, shop };
}

function events(
  seqs: number[],
  head: number,
  more = false,
  type: 'order.placed' | 'order.ready' = 'order.placed',
): ServerFrame {
  return {
    type: 'events',
    epoch: 'e',
    head,
    more,
    events: seqs.map(seq => ({ seq, id: `id-${seq}`, type, at: '', order: modelOrder(`order-${seq}`, seq) })),
  };
}

const pong = (head: number, more: Partial<Extract<ServerFrame, { type: 'pong' }>> = {}): ServerFrame => ({
  type: 'pong',
  epoch: 'e',
  head,
  shopVersion: 3,
  ...more,
});

const error = (code: string, retryAfterMs?: number): ServerFrame => ({
  type: 'error',
  error: { code, message: '' },
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

const ping = (after: number) => ({ type: 'ping', epoch: 'e', after, lastId: `id-${after}` });
const applied = (effects: ShopEffect[]) =>
  effects.flatMap(effect => (effect.type === 'applied' ? [effect.event.seq] : []));

describe('a shop’s stream says hello', () => {
  test('without a cursor at first, and with the saved one after a reload', () => {
    const fresh = screen();
    fresh.put({ type: 'connect' });
    expect(fresh.sent({ type: 'opened' })).toEqual([{ type: 'hello', role: 'shop', ...identity }]);
    const cursor = { epoch: 'e', after: 7, lastId: 'id-7' };
    const back = screen({ cursor, orders: [] });
    back.put({ type: 'connect' });
    expect(back.sent({ type: 'opened' })).toEqual([{ type: 'hello', role: 'shop', ...identity, ...cursor }]);
  });

  test('and then sends nothing until the welcome, commands least of all', () => {
    const client = screen();
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    expect(client.sent({ type: 'command', id: 'c', operation: { op: 'set_open', open: false } })).toEqual([]);
    expect(client.wait(9_000)).toEqual([]);
    expect(client.get(welcome(0, false))).toEqual([{ type: 'command', id: 'c', op: 'set_open', open: false }]);
  });

  test('and gives up after ten seconds without a welcome', () => {
    const client = screen();
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    client.wait(10_000);
    expect(client.state().link.phase).toBe('waiting');
  });

  test('and does not begin anew when the welcome comes twice', () => {
    const client = screen().live(4);
    expect(client.get(welcome(4, false))).toEqual([]);
    expect(applied(client.effectsOf(events([5], 5)))).toEqual([5]);
  });

  test('and heeds the welcome that resumes, after an old one that did not', () => {
    const client = screen().live(4);
    client.get(pong(4, { shopVersion: 9 }));
    client.get(welcome(4, false));
    client.get(welcome(4, true));
    expect(applied(client.effectsOf(events([5], 5)))).toEqual([5]);
  });

  test('again, with the cursor, when a pong shows that the shop has changed, and only once per change', () => {
    const client = screen().live(4);
    expect(client.get(pong(4, { shopVersion: 9 }))).toEqual([
      { type: 'hello', role: 'shop', ...identity, epoch: 'e', after: 4, lastId: 'id-4' },
    ]);
    client.get(welcome(4, true));
    expect(client.get(pong(4, { shopVersion: 9 }))).toEqual([]);
  });
});

describe('a shop’s stream applies', () => {
  test('only the next event, drops older ones, and pings soon for what is missing', () => {
    const client = screen().live(0);
    expect(applied(client.effectsOf(events([1], 1)))).toEqual([1]);
    expect(applied(client.effectsOf(events([1], 1)))).toEqual([]);
    client.wait(1_000);
    expect(client.get(events([3], 3))).toEqual([]);
    expect(client.state().cursor?.after).toBe(1);
    expect(client.wait(199)).toEqual([]);
    expect(client.wait(1)).toEqual([ping(1)]);
  });

  test('events that overtook each other in their order, as soon as the missing one has come, without a ping', () => {
    const client = screen().live(0);
    expect(applied(client.effectsOf(events([3], 3)))).toEqual([]);
    expect(applied(client.effectsOf(events([2], 2)))).toEqual([]);
    expect(applied(client.effectsOf(events([1], 1)))).toEqual([1, 2, 3]);
    expect(client.wait(500)).toEqual([{ type: 'ack', seq: 3 }]);
  });

  test('no event that waited from before a ping: its answer brings what counts now', () => {
    const client = screen().live(0);
    client.get(events([2], 2));
    client.wait(1_200);
    expect(client.state().early.size).toBe(0);
    expect(applied(client.effectsOf(events([1], 2, true)))).toEqual([1]);
  });

  test('what follows in pages, each released by an ack, without a ping between them', () => {
    const client = screen({ cursor: { epoch: 'e', after: 0 }, orders: [] });
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    expect(client.get(welcome(5, true))).toEqual([]);
    expect(client.get(events([1, 2], 5, true))).toEqual([{ type: 'ack', seq: 2 }]);
    expect(client.wait(1_900)).toEqual([]);
    expect(client.get(events([6], 6))).toEqual([]); // live, beyond the page: it waits
    expect(applied(client.effectsOf(events([3, 4, 5], 5)))).toEqual([3, 4, 5, 6]);
  });

  test('five thousand events in pages without outrunning what a gateway lets through: twenty frames a second, bursts of sixty', () => {
    const client = screen({ cursor: { epoch: 'e', after: 0 }, orders: [] });
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    client.get(welcome(5_000, true));
    let tokens = 59; // the hello took one
    let waited = 0;
    for (let from = 1; from <= 5_000; from += 50) {
      const page = Array.from({ length: 50 }, (_, index) => from + index);
      let sent = client.get(events(page, 5_000, from + 49 < 5_000));
      while (sent.length === 0 && from + 49 < 5_000) {
        sent = client.wait(10);
        waited += 10;
        tokens = Math.min(60, tokens + 0.2);
      }
      tokens -= sent.length;
      expect(tokens).toBeGreaterThan(5);
    }
    expect(client.state().cursor?.after).toBe(5_000);
    expect(waited).toBeLessThan(3_000);
  });

  test('nothing before the welcome, but knows then what to ask for', () => {
    const client = screen({ cursor: { epoch: 'e', after: 3, lastId: 'id-3' }, orders: [] });
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    expect(applied(client.effectsOf(events([4], 4)))).toEqual([]);
    expect(client.get(welcome(3, true))).toEqual([ping(3)]);
    expect(client.state().cursor?.after).toBe(3);
  });

  test('no event of another epoch, and asks instead', () => {
    const client = screen().live(2);
    expect(client.get({ ...events([3], 3), epoch: 'other' } as ServerFrame)).toEqual([ping(2)]);
    expect(client.state().orders.size).toBe(0);
  });

  test('an order only in place of one of at most its version', () => {
    const client = screen().live(0);
    client.get(events([1], 1));
    const newer = { ...modelOrder('order-1'), version: 5, status: 'ready' as const };
    client.get({ type: 'result', id: 'c', ok: true, order: newer });
    client.get({
      ...events([2], 2),
      events: [{ seq: 2, id: 'id-2', type: 'order.accepted', at: '', order: modelOrder('order-1') }],
    } as ServerFrame);
    expect(client.state().orders.get('order-1')?.version).toBe(5);
  });
});

describe('a shop’s stream pings', () => {
  test('at most once a second, and for a page that does not come after two', () => {
    const client = screen().live(0);
    expect(client.get(pong(2))).toEqual([ping(0)]);
    expect(client.get(pong(2))).toEqual([]); // the page is to follow
    expect(client.wait(1_900)).toEqual([]);
    expect(client.wait(200)).toEqual([ping(0)]);
  });

  test('every pingSeconds when nothing happens, once more without an answer, and then reconnects', () => {
    const client = screen().live(0);
    expect(client.wait(239_000).filter(({ type }) => type === 'ping')).toEqual([]);
    expect(client.wait(1_500)).toEqual([ping(0)]);
    expect(client.wait(5_000)).toEqual([ping(0)]);
    client.wait(4_600);
    expect(client.state().link.phase).toBe('waiting');
  });

  test('when the tab or the network comes back', () => {
    const client = screen().live(0);
    client.wait(60_000);
    expect(client.sent({ type: 'wake' })).toEqual([ping(0)]);
    expect(client.sent({ type: 'wake' })).toEqual([]);
  });
});

describe('a shop’s stream acks', () => {
  test('new orders soon and together, anything else within 30 s', () => {
    const client = screen().live(0);
    client.get(events([1], 1));
    client.get(events([2], 2));
    expect(client.wait(1_000)).toEqual([{ type: 'ack', seq: 2 }]);
    client.get(events([3], 3, false, 'order.ready'));
    expect(client.wait(20_000)).toEqual([]);
    expect(client.wait(10_000)).toEqual([{ type: 'ack', seq: 3 }]);
  });

  test('on a command that goes out anyway', () => {
    const client = screen().live(0);
    client.get(events([1], 1, false, 'order.ready'));
    const operation = { op: 'complete', order: 'order-1', version: 1 } as const;
    expect(client.sent({ type: 'command', id: 'c', operation })).toEqual([
      { type: 'command', id: 'c', after: 1, ...operation },
    ]);
    client.get({ type: 'result', id: 'c', ok: true });
    expect(client.wait(60_000)).toEqual([]);
  });

  test('again when an old event comes once more, at most once a second', () => {
    const client = screen().live(0);
    client.get(events([1], 1));
    client.wait(20_000);
    expect(client.get(events([1], 1))).toEqual([{ type: 'ack', seq: 1 }]);
    expect(client.get(events([1], 1))).toEqual([]);
    expect(client.wait(1_000)).toEqual([{ type: 'ack', seq: 1 }]);
  });

  test('nothing when an old number carries another event: that is another log, so it says hello without a cursor', () => {
    const client = screen().live(0);
    client.get(events([1], 1));
    client.wait(20_000);
    const other = { seq: 1, id: 'other', type: 'order.placed' as const, at: '', order: modelOrder('x') };
    expect(client.get({ type: 'events', epoch: 'e', events: [other], head: 1, more: false })).toEqual([
      { type: 'hello', role: 'shop', ...identity },
    ]);
  });
});

describe('a shop’s stream takes a snapshot', () => {
  const part = (index: number, more: boolean, ids: string[]): ServerFrame => ({
    type: 'snapshot',
    epoch: 'e',
    head: 9,
    index,
    orders: ids.map(id => modelOrder(id)),
    more,
    lastId: 'id-9',
  });

  test('when all of its frames are here, in whatever order, and acks it once', () => {
    const client = screen();
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    client.get(welcome(9, false));
    expect(client.get(part(1, false, ['b']))).toEqual([]);
    expect(client.state().orders.size).toBe(0);
    expect(client.get(part(0, true, ['a']))).toEqual([{ type: 'ack', seq: 9 }]);
    expect([...client.state().orders.keys()]).toEqual(['a', 'b']);
    expect(client.get(part(0, true, ['a']))).toEqual([]);
    expect(client.wait(10_000)).toEqual([]);
  });

  test('also when it has overtaken its welcome', () => {
    const client = screen();
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    expect(client.get(part(0, false, ['a']))).toEqual([]);
    expect(client.get(welcome(9, false))).toEqual([{ type: 'ack', seq: 9 }]);
  });

  test('of which an older frame, late, changes nothing', () => {
    const client = screen();
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    client.get(welcome(8, false));
    client.get(part(0, true, ['a']));
    client.get({ ...part(1, false, ['old']), head: 8 } as ServerFrame);
    expect(client.get(part(1, false, ['b']))).toEqual([{ type: 'ack', seq: 9 }]);
    expect([...client.state().orders.keys()]).toEqual(['a', 'b']);
  });

  test('F43: and says hello without a cursor when one of them does not come', () => {
    const client = screen();
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    client.get(welcome(9, false));
    client.get(part(1, false, ['b']));
    expect(client.wait(2_000)).toEqual([{ type: 'hello', role: 'shop', ...identity }]);
  });

  test('in answer to a ping when the log was cut or restored, and nothing of the old remains', () => {
    const client = screen().live(4);
    client.get(events([5], 5));
    client.wait(60_000);
    client.put({ type: 'wake' });
    const other: ServerFrame = {
      type: 'snapshot',
      epoch: 'other',
      head: 2,
      index: 0,
      orders: [modelOrder('z')],
      more: false,
    };
    expect(client.get(other)).toEqual([{ type: 'ack', seq: 2 }]);
    expect([...client.state().orders.keys()]).toEqual(['z']);
    expect(client.state().cursor).toEqual({ epoch: 'other', after: 2 });
  });

  test('F42: in answer to an ack, where the log was cut in mid-resume, because it goes forward', () => {
    const client = screen().live(4);
    expect(client.get({ ...part(0, false, ['a']), head: 30, lastId: 'id-30' } as ServerFrame)).toEqual([
      { type: 'ack', seq: 30 },
    ]);
    expect(client.state().cursor).toEqual({ epoch: 'e', after: 30, lastId: 'id-30' });
  });

  test('and applies no event while one is coming in, so that none is applied twice', () => {
    const client = screen().live(4);
    client.get(part(0, true, ['a']));
    expect(applied(client.effectsOf(events([5, 6, 7, 8, 9, 10], 10)))).toEqual([]);
    expect(client.get(part(1, false, ['b']))).toEqual([{ type: 'ack', seq: 9 }, ping(9)]);
    expect(applied(client.effectsOf(events([10], 10)))).toEqual([10]);
  });

  test('of a lower head than the welcome promised: never, that is an old one', () => {
    const client = screen();
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    client.get(welcome(12, false));
    expect(client.get(part(0, false, ['a']))).toEqual([]);
    expect(client.state().cursor).toBeUndefined();
  });

  test('F41: of a lower head in answer to a ping only when a hello with the cursor confirms it', () => {
    const client = screen().live(9);
    client.get(events([10], 10));
    client.wait(60_000);
    client.put({ type: 'wake' });
    const old = { ...part(0, false, ['a']), head: 5, lastId: 'id-5' } as ServerFrame;
    expect(client.get(old)).toEqual([
      { type: 'hello', role: 'shop', ...identity, epoch: 'e', after: 10, lastId: 'id-10' },
    ]);
    expect(client.state().cursor?.after).toBe(10);
    client.get(welcome(5, false));
    expect(client.get(old)).toEqual([{ type: 'ack', seq: 5 }]);
    expect(client.state().cursor?.after).toBe(5);
  });

  test('but not one that nobody asked for and that would turn the clock back', () => {
    const client = screen().live(4);
    client.get(events([5], 5));
    client.get({ type: 'snapshot', epoch: 'e', head: 4, index: 0, orders: [], more: false, lastId: 'id-4' });
    expect(client.state().orders.size).toBe(1);
    expect(client.state().cursor?.after).toBe(5);
  });
});

describe('a shop’s stream ends or comes back', () => {
  test.each(['unauthorized', 'replaced'])('%s: it stays away until a person asks', code => {
    const client = screen().live(0);
    expect(client.effectsOf(error(code))).toEqual([{ type: 'close' }]);
    expect(client.wait(3_600_000)).toEqual([]);
    expect(client.put({ type: 'wake' })).toEqual([]);
    expect(client.state().link).toMatchObject({ phase: 'stopped', stoppedBy: code });
    expect(client.put({ type: 'connect' })).toEqual([{ type: 'connect' }]);
  });

  test('hello_required: on a new connection at once, but not over and over', () => {
    const client = screen().live(0);
    client.wait(60_000);
    expect(client.effectsOf(error('hello_required'))).toEqual([{ type: 'close' }, { type: 'connect' }]);
    client.put({ type: 'opened' });
    expect(client.effectsOf(error('hello_required'))).toEqual([{ type: 'close' }]);
    expect(client.state().link.phase).toBe('waiting');
  });

  test('rate_limited: not before the time it was given, whatever the network does', () => {
    const client = screen().live(0);
    client.effectsOf(error('rate_limited', 20_000));
    expect(client.put({ type: 'wake' })).toEqual([]);
    client.wait(19_999);
    expect(client.state().link.phase).toBe('waiting');
    client.wait(1_001);
    expect(client.state().link.phase).toBe('connecting');
  });

  test('unavailable: stays, and repeats the command with the same id later', () => {
    const client = screen().live(0);
    const operation = { op: 'set_open', open: true } as const;
    client.sent({ type: 'command', id: 'c', operation });
    expect(client.get(error('unavailable', 8_000))).toEqual([]);
    expect(client.state().link.phase).toBe('live');
    expect(client.wait(7_900)).toEqual([]);
    expect(client.wait(200)).toEqual([{ type: 'command', id: 'c', after: 0, ...operation }]);
  });

  test('lost: waits with full jitter, up to twice as long each time, 30 s at most, and not at all when the network comes back', () => {
    const client = screen();
    client.put({ type: 'connect' });
    let now = 1_000;
    const waits = Array.from({ length: 8 }, () => {
      client.put({ type: 'closed' }, 0.999);
      const wait = (client.state().link.until ?? 0) - now;
      client.wait(wait);
      now += wait;
      return Math.ceil(wait / 1_000);
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    client.put({ type: 'closed' }, 0);
    client.put({ type: 'closed' }, 0.999);
    expect(client.put({ type: 'wake' })).toEqual([{ type: 'connect' }]);
  });

  test('closed on schedule, with 1000, after a connection that held: comes back within a quarter of a second', () => {
    const client = screen().live(0);
    client.put({ type: 'closed', code: 1000 }, 0.999);
    expect((shopStreamDueAt(client.state()) ?? 0) - 1_000).toBeLessThanOrEqual(250);
    client.wait(250);
    // Closed again before it is welcomed is no schedule.
    client.put({ type: 'closed', code: 1000 }, 0.999);
    expect((shopStreamDueAt(client.state()) ?? 0) - 1_250).toBeGreaterThan(1_000);
  });

  test('a nudge that comes before the welcome is remembered as its event would be', () => {
    const client = screen();
    client.put({ type: 'connect' });
    client.put({ type: 'opened' });
    client.get(pong(1));
    client.get(welcome(0, false));
    client.get({ type: 'snapshot', epoch: 'e', head: 0, index: 0, orders: [], more: false });
    expect(client.wait(2_500)).toContainEqual({ type: 'ping', epoch: 'e', after: 0 });
  });

  test('a command without a result is sent again after a reconnect, with the same id, and answered once', () => {
    const client = screen().live(0);
    const operation = { op: 'set_open', open: true } as const;
    client.sent({ type: 'command', id: 'c', operation });
    client.put({ type: 'closed' }, 0);
    client.put({ type: 'opened' });
    expect(client.get(welcome(0, true))).toContainEqual({ type: 'command', id: 'c', after: 0, ...operation });
    const result: ServerFrame = { type: 'result', id: 'c', ok: true };
    expect(client.effectsOf(result)).toEqual([{ type: 'result', operation, result }]);
    expect(client.effectsOf(result)).toEqual([]);
  });

  test('after an absence of a minute, what was placed meanwhile is marked', () => {
    const client = screen().live(0);
    client.put({ type: 'closed' });
    client.wait(5_000);
    const cut = client.state().link;
    expect(cut.offlineSince).toBe(1_000);
    client.wait(60_000);
    client.put({ type: 'wake' });
    if (client.state().link.phase !== 'connecting') client.put({ type: 'closed' });
    client.put({ type: 'wake' });
    client.put({ type: 'opened' });
    client.get(welcome(1, true));
    client.get(events([1], 1));
    client.get(events([2], 2));
    expect([...client.state().away]).toEqual(['order-1']);
  });
});

describe('9.10: one command that the server cannot take does not end the day', () => {
  const close = { type: 'close' } as const;
  const operation = (dish: string) => ({ op: 'set_dish', dish, available: false }) as const;
  const frame = (id: string, after?: number) => ({
    type: 'command',
    id,
    ...(after === undefined ? {} : { after }),
    ...operation(id),
  });
  const done = (id: string): ServerFrame => ({ type: 'result', id, ok: true });
  const dropped = (id: string, code: string) => ({
    type: 'result',
    operation: operation(id),
    result: { type: 'result', id, ok: false, error: { code, message: expect.any(String) } },
  });
  type Client = ReturnType<typeof screen>;
  const give = (client: Client, ...ids: string[]) =>
    ids.flatMap(id => client.sent({ type: 'command', id, operation: operation(id) }));

  /** Waits until the next socket is asked for, and is welcomed there; gives what is sent then. */
  function back(client: Client): ClientFrame[] {
    client.wait(30_000);
    expect(client.state().link.phase).toBe('connecting');
    client.put({ type: 'opened' });
    return client.get(welcome(0, true));
  }

  test.each([
    ['an error frame', (client: Client) => client.effectsOf(error('protocol_error'))],
    ['the code 1009', (client: Client) => client.put({ type: 'closed', code: 1009 })],
    ['the code 1007', (client: Client) => client.put({ type: 'closed', code: 1007 })],
  ])('%s: it comes back, tries once more, drops that command alone, says so and goes on', (_, offend) => {
    const client = screen().live(0);
    client.wait(20_000);
    give(client, 'bad');
    expect(offend(client).filter(({ type }) => type === 'result')).toEqual([]);
    expect(client.state().link.phase).toBe('waiting');
    expect(back(client)).toEqual([frame('bad', 0)]);
    expect(offend(client)).toContainEqual(dropped('bad', 'protocol_error'));
    expect(client.state().outbox).toEqual([]);
    expect(back(client)).toEqual([]);
    expect(applied(client.effectsOf(events([1], 1)))).toEqual([1]);
    expect(give(client, 'next')).toEqual([frame('next', 1)]);
  });

  test('of several that are out, each goes alone until it is plain which one it was; the others are done', () => {
    const client = screen().live(0);
    expect(give(client, 'a', 'bad', 'c')).toHaveLength(3);
    expect(client.effectsOf(error('protocol_error'))).toEqual([close]);
    expect(back(client)).toEqual([frame('a', 0)]);
    expect(client.get(done('a'))).toEqual([frame('bad', 0)]);
    expect(client.effectsOf(error('protocol_error'))).toEqual([close, dropped('bad', 'protocol_error')]);
    expect(back(client)).toEqual([frame('c', 0)]);
    expect(client.get(done('c'))).toEqual([]);
    expect(give(client, 'd', 'e')).toEqual([frame('d', 0), frame('e', 0)]);
  });

  test('one that has had an answer meanwhile, or goes out after, is not suspected', () => {
    const client = screen().live(0);
    give(client, 'a');
    client.get(done('a'));
    client.effectsOf(error('protocol_error'));
    give(client, 'b');
    expect(back(client)).toEqual([frame('b', 0)]);
    client.effectsOf(error('protocol_error'));
    expect(client.state().outbox).toMatchObject([{ id: 'b', offences: 1 }]);
  });

  test('one that the server has taken in, only not now, is not suspected any more', () => {
    const client = screen().live(0);
    give(client, 'a');
    client.effectsOf(error('protocol_error'));
    back(client);
    client.get({ type: 'result', id: 'a', ok: false, error: { code: 'unavailable', message: '' } });
    client.effectsOf(error('protocol_error'));
    expect(client.state().outbox).toMatchObject([{ id: 'a', offences: 0 }]);
  });

  test('a command that no frame holds is refused before it is sent, and the connection stays', () => {
    const client = screen().live(0);
    const tooLong = { op: 'order_dishes', dishes: Array.from({ length: 1_000 }, (_, n) => `${'𠮷'.repeat(60)}${n}`) };
    expect(client.put({ type: 'command', id: 'c', operation: tooLong as never })).toEqual([
      {
        type: 'result',
        operation: tooLong,
        result: { type: 'result', id: 'c', ok: false, error: { code: 'too_large', message: expect.any(String) } },
      },
    ]);
    expect(client.state()).toMatchObject({ outbox: [], link: { phase: 'live' } });
    expect(give(client, 'next')).toEqual([frame('next', 0)]);
  });

  test('a screen that acked beyond the head of a restored log comes back for a snapshot', () => {
    const client = screen().live(4);
    client.get(events([5], 5));
    client.wait(30_000);
    expect(client.effectsOf(error('protocol_error'))).toEqual([close]);
    client.wait(30_000);
    expect(client.sent({ type: 'opened' })).toMatchObject([{ type: 'hello', epoch: 'e', after: 5 }]);
    client.get(welcome(2, false));
    expect(client.state().mode).toBe('snapshot');
  });

  test('a cursor that the server cannot read is let go; only a link that never opened anything is given up', () => {
    const client = screen({ cursor: { epoch: 'no uuid', after: 5 }, orders: [] });
    client.put({ type: 'connect' });
    expect(client.sent({ type: 'opened' })).toMatchObject([{ type: 'hello', epoch: 'no uuid' }]);
    client.effectsOf(error('protocol_error'));
    client.wait(30_000);
    expect(client.sent({ type: 'opened' })).toEqual([{ type: 'hello', role: 'shop', ...identity }]);
    client.effectsOf(error('protocol_error'));
    expect(client.state().link).toMatchObject({ phase: 'stopped', stoppedBy: 'protocol_error' });

    const opened = screen().live(0);
    for (let times = 0; times < 20; times++) {
      opened.effectsOf(error('protocol_error'));
      expect(opened.put({ type: 'wake' })).toContainEqual({ type: 'connect' });
      expect(opened.sent({ type: 'opened' })).toMatchObject([{ type: 'hello' }]);
    }
  });
});

test('13.5 the warning of a flood reaches the page, one with a code that it does not know does not', () => {
  const client = screen();
  client.live();
  expect(client.effectsOf({ type: 'warning', code: 'many_orders' })).toEqual([{ type: 'flooded' }]);
  expect(client.effectsOf({ type: 'warning', code: 'another' as 'many_orders' })).toEqual([]);
});
