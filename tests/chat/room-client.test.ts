import { type ChatRoom, type KeptChat, openChatRoom } from '../../web/chat/room.ts';
import { unsentOf } from '../../web/chat/state.ts';
import type { Socket } from '../../web/connection/connect.ts';

/** A page's world in which the test is the room, and time passes when it says so. */
function world(random = 0.5, kept: KeptChat = {}) {
  const sockets: (Socket & { sent: object[]; isClosed: boolean })[] = [];
  const timers = new Set<{ at: number; act: () => void }>();
  let now = 1_000;
  let onWake = () => {};
  const room: ChatRoom = openChatRoom(
    {
      openSocket() {
        const socket = {
          onopen: null,
          onmessage: null,
          onclose: null,
          onerror: null,
          sent: [] as object[],
          isClosed: false,
          send: (text: string) => socket.sent.push(JSON.parse(text)),
          close() {
            socket.isClosed = true;
          },
        };
        sockets.push(socket);
        return socket;
      },
      now: () => now,
      random: () => random,
      startTimer(act, ms) {
        const mine = { at: now + ms, act };
        timers.add(mine);
        return () => void timers.delete(mine);
      },
      onWake(callback) {
        onWake = callback;
        return () => {};
      },
    },
    () => {},
    kept,
  );
  const next = () => [...timers].sort((a, b) => a.at - b.at)[0];
  const last = () => sockets.at(-1) as (typeof sockets)[0];
  const fire = (name: 'onopen' | 'onclose' | 'onmessage', event: object = {}) => last()[name]?.(event as never);
  return {
    room,
    sockets,
    last,
    wake: () => onWake(),
    frame: (frame: object) => fire('onmessage', { data: JSON.stringify(frame) }),
    closes: () => fire('onclose'),
    /** The socket opens and the room answers. */
    goLive(you = 'BCDF') {
      fire('onopen');
      fire('onmessage', { data: JSON.stringify({ type: 'presence', online: 2, you }) });
    },
    dueIn: () => (next()?.at ?? Number.NaN) - now,
    pass(ms: number) {
      now += ms;
      for (let due = next(); due !== undefined && due.at <= now; due = next()) {
        timers.delete(due);
        due.act();
      }
    },
    /** What was told of who came and left. */
    moves: () => room.state().entries.flatMap(entry => (entry.kind === 'moved' ? [[entry.how, entry.online]] : [])),
  };
}

test('it joins, is live once the room has answered, and knows who it is', () => {
  const here = world();
  expect(here.room.state().phase).toBe('connecting');
  here.goLive();
  expect(here.last().sent).toEqual([{ action: 'join' }]);
  expect(here.room.state()).toMatchObject({ phase: 'live', you: 'BCDF', online: 2 });
});

test('it comes back after waits of full jitter that grow, and at once when the network does', () => {
  const here = world(0.999);
  const waits: number[] = [];
  for (let round = 0; round < 7; round++) {
    here.closes();
    waits.push(here.dueIn());
    here.pass(30_000);
  }
  expect(waits).toEqual([999, 1998, 3996, 7992, 15984, 29970, 29970]);
  here.closes();
  const before = here.sockets.length;
  here.wake();
  expect(here.sockets.length).toBe(before + 1);
});

test('it gives up a socket that says nothing for ten seconds', () => {
  const here = world(0);
  here.pass(10_000);
  expect(here.sockets[0]?.isClosed).toBe(true);
  here.pass(0);
  expect(here.sockets).toHaveLength(2);
});

test('what is said without a connection waits, in order, and is sent once there is one', () => {
  const here = world(0);
  here.room.say('first', undefined);
  here.room.say('second', 'GHJK');
  expect(unsentOf(here.room.state()).map(({ data }) => data)).toEqual(['first', 'second']);
  here.goLive();
  expect(here.last().sent.slice(1)).toEqual([
    { action: 'sendmessage', data: 'first' },
    { action: 'sendmessage', data: 'second', to: 'GHJK' },
  ]);
  expect(unsentOf(here.room.state())).toEqual([]);
});

test('a message that came to nothing says so, and can be sent again', () => {
  const here = world();
  here.goLive();
  here.room.say('for nobody', 'GHJK');
  here.frame({ type: 'error', error: { code: 'not_found', message: 'nobody here has this name' } });
  const [entry] = here.room.state().entries.filter(({ kind }) => kind === 'said');
  expect(entry).toMatchObject({ sending: 'failed' });
  expect(here.room.state().problem).toBe('not_found');
  here.room.again(entry?.id ?? 0);
  expect(here.last().sent.at(-1)).toEqual({ action: 'sendmessage', data: 'for nobody', to: 'GHJK' });
  expect(here.room.state().problem).toBeUndefined();
});

test('when the room says to wait, nothing shortens that', () => {
  const here = world(0);
  here.goLive();
  here.frame({ type: 'error', error: { code: 'rate_limited', message: 'too many frames' }, retryAfterMs: 5_000 });
  here.closes();
  expect(here.dueIn()).toBe(5_000);
  here.wake();
  expect(here.sockets).toHaveLength(1);
  here.pass(5_000);
  expect(here.sockets).toHaveLength(2);
});

test('it renews its place every six hours, and asks after a silence whether the room is still there', () => {
  const here = world();
  here.goLive();
  here.frame({ type: 'alive', everySeconds: 86_400 });
  here.pass(6 * 3_600_000 - 1);
  expect(here.last().sent).toHaveLength(1);
  here.pass(1);
  expect(here.last().sent).toEqual([{ action: 'join' }, { action: 'join' }]);
  here.frame({ type: 'presence', online: 2, you: 'BCDF' });
  here.pass(61_000);
  here.wake();
  expect(here.last().sent).toHaveLength(3);
  here.pass(10_000);
  expect(here.last().isClosed).toBe(true);
  expect(here.room.state().phase).toBe('waiting');
});

test('9.3 F53: it gives a link up within 40 s that has died before the gateway showed that it is alive', () => {
  const here = world();
  here.goLive();
  here.pass(29_999);
  expect(here.last().sent).toEqual([{ action: 'join' }]);
  here.pass(1);
  expect(here.last().sent).toEqual([{ action: 'join' }, { action: 'join' }]);
  here.pass(10_000);
  expect(here.last().isClosed).toBe(true);
  expect(here.room.state().phase).toBe('waiting');
});

test('9.3 F53: where no gateway shows it, it asks once and then as rarely as ever', () => {
  const here = world();
  here.goLive();
  here.pass(30_000);
  here.frame({ type: 'presence', online: 2, you: 'BCDF' });
  here.pass(6 * 3_600_000 - 1);
  expect(here.last().sent).toHaveLength(2);
  here.pass(1);
  expect(here.last().sent).toHaveLength(3);
});

test('it ignores what it does not know, and what an earlier socket still says', () => {
  const here = world(0);
  here.goLive();
  here.frame({ type: 'something new' });
  const old = here.last();
  here.closes();
  here.pass(0);
  old.onmessage?.({ data: JSON.stringify({ type: 'message', from: 'GHJK', data: 'late', online: 9 }) } as never);
  expect(here.room.state().entries.filter(({ kind }) => kind === 'said')).toEqual([]);
});

describe('9.18: who comes and goes', () => {
  function inRoom() {
    const here = world(0);
    here.goLive();
    here.frame({ type: 'alive', everySeconds: 86_400 });
    const presence = (online: number, back?: number) =>
      here.frame({ type: 'presence', online, ...(back === undefined ? {} : { back }) });
    return { ...here, presence };
  }

  test('of somebody who returns within five seconds nothing is told, also when others speak meanwhile', () => {
    const here = inRoom();
    here.presence(1);
    here.frame({ type: 'message', from: 'GHJK', data: 'hello', online: 2 });
    here.pass(4_900);
    here.presence(2, 1);
    here.pass(60_000);
    expect(here.moves()).toEqual([]);
    expect(here.room.state().online).toBe(2);
  });

  test('of somebody who takes the place of an earlier connection nothing is told', () => {
    const here = inRoom();
    here.presence(2, 1);
    here.pass(60_000);
    expect(here.moves()).toEqual([]);
  });

  test('of somebody who does not return it is told after five seconds, and of a later return too', () => {
    const here = inRoom();
    here.presence(1);
    here.pass(4_999);
    expect(here.moves()).toEqual([]);
    here.pass(1);
    expect(here.moves()).toEqual([['left', 1]]);
    here.presence(2, 1);
    expect(here.moves()).toEqual([['back', 2]]);
  });

  test('a newcomer is told of at once, and takes nobody’s place: who left is told of after all', () => {
    const here = inRoom();
    here.presence(1);
    here.presence(2);
    expect(here.moves()).toEqual([['came', 2]]);
    here.frame({ type: 'message', from: 'GHJK', data: 'hello', online: 2 });
    here.pass(5_000);
    expect(here.moves()).toEqual([
      ['came', 2],
      ['left', 2],
    ]);
  });

  test('of two who go, one of whom returns, one has left', () => {
    const here = world(0);
    here.goLive();
    here.frame({ type: 'presence', online: 3 });
    here.frame({ type: 'message', from: 'GHJK', data: 'hello', online: 3 });
    here.frame({ type: 'presence', online: 2 });
    here.pass(3_000);
    here.frame({ type: 'presence', online: 1 });
    here.pass(1_000);
    here.frame({ type: 'presence', online: 2, back: 1 });
    here.pass(1_000);
    expect(here.moves()).toEqual([
      ['came', 3],
      ['left', 2],
    ]);
    here.pass(60_000);
    expect(here.moves()).toHaveLength(2);
  });

  test('what happens while there is no connection is not told', () => {
    const here = inRoom();
    here.presence(1);
    here.closes();
    here.pass(0);
    here.goLive();
    here.pass(60_000);
    expect(here.moves()).toEqual([]);
  });
});

describe('9.18: its own pass', () => {
  test('is shown on the next connection, the newest one', () => {
    const here = world(0, { pass: 'of before the reload' });
    here.frame({ type: 'presence', online: 1 });
    here.goLive();
    expect(here.last().sent).toEqual([{ action: 'join', pass: 'of before the reload' }]);
    expect(here.room.pass()).toBeUndefined();
    here.frame({ type: 'presence', online: 2, you: 'BCDF', pass: 'newest' });
    expect(here.room.pass()).toBe('newest');
    here.closes();
    here.pass(0);
    here.goLive();
    expect(here.last().sent).toEqual([{ action: 'join', pass: 'newest' }]);
  });

  test('is let go when the room does not know such a thing, and nothing that was said has failed', () => {
    const here = world(0, { pass: 'of a later version' });
    here.last().onopen?.({} as never);
    here.frame({ type: 'error', error: { code: 'invalid_request', message: 'pass unknown field' } });
    expect(here.last().sent).toEqual([{ action: 'join', pass: 'of a later version' }, { action: 'join' }]);
    expect(here.room.state().problem).toBeUndefined();
  });
});
