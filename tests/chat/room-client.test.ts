import { type ChatRoom, openChatRoom } from '../../web/chat/room.ts';
import { unsentOf } from '../../web/chat/state.ts';
import type { Socket } from '../../web/connection/connect.ts';

/** A page's world in which the test is the room, and time passes when it says so. */
function world(random = 0.5) {
  const sockets: (Socket & { sent: object[]; isClosed: boolean })[] = [];
  let timer: { at: number; act: () => void } | undefined;
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
        timer = mine;
        return () => {
          if (timer === mine) timer = undefined;
        };
      },
      onWake(callback) {
        onWake = callback;
        return () => {};
      },
    },
    () => {},
  );
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
    dueIn: () => (timer === undefined ? undefined : timer.at - now),
    pass(ms: number) {
      now += ms;
      if (timer === undefined || timer.at > now) return;
      const { act } = timer;
      timer = undefined;
      act();
    },
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
  const waits: (number | undefined)[] = [];
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
  expect(here.dueIn()).toBe(6 * 3_600_000);
  here.pass(61_000);
  here.wake();
  expect(here.last().sent).toEqual([{ action: 'join' }, { action: 'join' }]);
  here.pass(10_000);
  expect(here.last().isClosed).toBe(true);
  expect(here.room.state().phase).toBe('waiting');
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
