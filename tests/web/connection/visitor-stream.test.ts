import type { ServerFrame, ShopInView } from '../../../functions/domain/frames.ts';
import {
  newVisitorStream,
  reduceVisitorStream,
  type VisitorEffect,
  type VisitorInput,
  visitorStreamDueAt,
} from '../../../web/connection/visitor-stream.ts';

const shop = (version: number, id = 'shop1'): ShopInView => ({
  id,
  name: 'Wang',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  open: true,
  pausedUntil: null,
  online: true,
  prepMinutes: 15,
  busyMinutes: 0,
  version,
  dishes: [],
});
const welcome = (version: number, id?: string): ServerFrame => ({
  type: 'welcome',
  role: 'visitor',
  resumed: false,
  pingSeconds: 240,
  shop: shop(version, id),
});
const tooMany = { type: 'error', error: { code: 'rate_limited', message: '' } } as const;
const error = (code: string): ServerFrame => ({ type: 'error', error: { code, message: '' } });

/** A visitor and its clock; `put` gives what the stream wants done. */
function visitor() {
  let state = newVisitorStream();
  let now = 1_000;
  function put(input: VisitorInput): VisitorEffect[] {
    const outcome = reduceVisitorStream(state, input, { now, random: 0.5 });
    state = outcome.state;
    return outcome.effects;
  }
  const frame = (one: ServerFrame) => put({ type: 'frame', frame: one });
  return {
    put,
    frame,
    link: () => state.link,
    /** Goes to when the stream wants its next tick. */
    sleep(): VisitorEffect[] {
      now = Math.max(now, visitorStreamDueAt(state) ?? now);
      return put({ type: 'tick' });
    },
    /** Lets time pass, and gives what the stream wanted done meanwhile. */
    wait(ms: number): VisitorEffect[] {
      const end = now + ms;
      const all: VisitorEffect[] = [];
      for (let due = visitorStreamDueAt(state); due !== undefined && due <= end; due = visitorStreamDueAt(state)) {
        now = Math.max(now, due);
        all.push(...put({ type: 'tick' }));
      }
      now = end;
      return all;
    },
    live(version = 1) {
      put({ type: 'watch', shop: 'shop1' });
      put({ type: 'opened' });
      frame(welcome(version));
      // Behind a gateway that shows that the link is alive; silence.test.ts is about what happens when it does not.
      frame({ type: 'alive', everySeconds: 86_400 });
    },
  };
}

const hello = { type: 'send', frame: { type: 'hello', role: 'visitor', shop: 'shop1' } };

test('a visitor says hello and is told the shop, then each change, but nothing older than the last', () => {
  const one = visitor();
  expect(one.put({ type: 'watch', shop: 'shop1' })).toEqual([{ type: 'connect' }]);
  expect(one.put({ type: 'opened' })).toEqual([hello]);
  expect(one.frame(welcome(3))).toEqual([{ type: 'shop', shop: shop(3) }]);
  expect(one.frame({ type: 'shop', shop: { ...shop(4), autoAccept: false, acceptMinutes: 5 } })).toHaveLength(1);
  expect(one.frame({ type: 'shop', shop: { ...shop(3), autoAccept: false, acceptMinutes: 5 } })).toEqual([]);
});

test('goes on to another shop with a hello on the same connection, whose versions begin anew', () => {
  const one = visitor();
  one.live(7);
  expect(one.put({ type: 'watch', shop: 'shop2' })).toEqual([
    { type: 'send', frame: { type: 'hello', role: 'visitor', shop: 'shop2' } },
  ]);
  expect(one.frame(welcome(7))).toEqual([]); // late, of the shop before
  expect(one.frame(welcome(1, 'shop2'))).toEqual([{ type: 'shop', shop: shop(1, 'shop2') }]);
});

test('says hello again when a pong tells of a higher version', () => {
  const one = visitor();
  one.live(1);
  expect(one.sleep()).toEqual([{ type: 'send', frame: { type: 'ping' } }]);
  expect(one.frame({ type: 'pong', shopVersion: 1 })).toEqual([]);
  one.sleep();
  expect(one.frame({ type: 'pong', shopVersion: 2 })).toEqual([hello]);
});

test('a ping without an answer is repeated once, then the connection ends and another is opened later', () => {
  const one = visitor();
  one.live();
  one.sleep();
  expect(one.sleep()).toEqual([{ type: 'send', frame: { type: 'ping' } }]);
  expect(one.sleep()).toEqual([{ type: 'close' }]);
  expect(one.link().phase).toBe('waiting');
  expect(one.sleep()).toEqual([{ type: 'connect' }]);
});

test('pings at once when the network or the tab comes back', () => {
  const one = visitor();
  one.live();
  expect(one.put({ type: 'wake' })).toEqual([{ type: 'send', frame: { type: 'ping' } }]);
  expect(one.put({ type: 'wake' })).toEqual([]);
});

test('comes back at once when a connection that held is closed on schedule, and spreads out when it was cut', () => {
  for (const [code, phase] of [
    [1000, 'connecting'],
    [1006, 'waiting'],
  ] as const) {
    const one = visitor();
    one.live();
    one.wait(60_000);
    one.put({ type: 'closed', code });
    one.wait(250);
    expect(one.link().phase).toBe(phase);
  }
});

test('lets go when the page has been hidden for a minute, and is back at once when it is shown', () => {
  const one = visitor();
  one.live();
  one.put({ type: 'hide' });
  expect(one.wait(59_999)).toEqual([]);
  expect(one.wait(1)).toEqual([{ type: 'close' }]);
  expect(one.link()).toMatchObject({ phase: 'stopped', stoppedBy: 'hidden' });
  expect(one.wait(3_600_000)).toEqual([]);
  expect(one.put({ type: 'wake' })).toEqual([]); // the network is back, and nobody looks
  expect(one.put({ type: 'show' })).toEqual([{ type: 'connect' }]);
  expect(one.put({ type: 'opened' })).toEqual([hello]);
});

test('keeps the connection over a short look at another page, however often', () => {
  const one = visitor();
  one.live();
  for (let look = 0; look < 3; look++) {
    one.put({ type: 'hide' });
    one.wait(40_000);
    expect(one.put({ type: 'show' })).toEqual([]);
  }
  expect(one.link().phase).toBe('live');
});

test('gives up connecting as well while nobody looks', () => {
  const one = visitor();
  one.put({ type: 'watch', shop: 'shop1' });
  one.put({ type: 'closed' });
  one.put({ type: 'hide' });
  one.wait(60_000);
  expect(one.link().stoppedBy).toBe('hidden');
});

test('being hidden and shown shortens no wait that the server asked for', () => {
  const one = visitor();
  one.put({ type: 'watch', shop: 'shop1' });
  one.put({ type: 'opened' });
  one.put({ type: 'hide' });
  one.frame({ ...tooMany, retryAfterMs: 300_000 });
  one.wait(299_999);
  expect(one.put({ type: 'show' })).toEqual([]);
  expect(one.link().phase).toBe('waiting');
});

test('does not come back when shown after nobody looked at a shop any more', () => {
  const one = visitor();
  one.live();
  one.put({ type: 'hide' });
  one.wait(60_000);
  one.put({ type: 'leave' });
  expect(one.put({ type: 'show' })).toEqual([]);
});

test('waits when there are too many visitors, and comes back', () => {
  const one = visitor();
  one.put({ type: 'watch', shop: 'shop1' });
  one.put({ type: 'opened' });
  expect(one.frame(error('rate_limited'))).toEqual([{ type: 'close' }]);
  expect(one.link().phase).toBe('waiting');
  expect(one.put({ type: 'wake' })).toEqual([]); // the server wants it
  expect(one.sleep()).toEqual([{ type: 'connect' }]);
});

test('repeats its hello on the same connection when the database is away', () => {
  const one = visitor();
  one.put({ type: 'watch', shop: 'shop1' });
  one.put({ type: 'opened' });
  expect(one.frame(error('unavailable'))).toEqual([]);
  expect(one.sleep()).toEqual([hello]);
});

test('a refusal that it does not know ends it until another look at a shop', () => {
  const one = visitor();
  one.put({ type: 'watch', shop: 'nowhere' });
  one.put({ type: 'opened' });
  expect(one.frame(error('shop_not_found'))).toEqual([{ type: 'close' }]);
  expect(one.link()).toMatchObject({ phase: 'stopped', stoppedBy: 'protocol_error' });
  one.put({ type: 'leave' });
  expect(one.put({ type: 'watch', shop: 'shop1' })).toEqual([{ type: 'connect' }]);
});

test('ends when nobody looks any more', () => {
  const one = visitor();
  one.live();
  expect(one.put({ type: 'leave' })).toEqual([{ type: 'close' }]);
  expect(visitorStreamDueAt(newVisitorStream())).toBeUndefined();
});
