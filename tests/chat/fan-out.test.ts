import type { PushOutcome } from '../../apigateway/push.ts';
import { fanOut } from '../../functions/domain/chat/fan-out.ts';
import { createPresence } from '../../functions/domain/chat/presence.ts';
import type { ListedMember } from '../../functions/domain/chat/room.ts';

/** Members 0 … `count - 1`, who have been here for a while. */
function members(count: number): ListedMember[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${index}`, name: 'BCDF', isNew: false }));
}

/** A push whose outcomes the test decides, and a room that notes who was forgotten. */
function dependencies(outcomeOf: (id: string) => PushOutcome | Promise<PushOutcome>) {
  const pushed: [id: string, text: string][] = [];
  const removed: string[] = [];
  let inFlight = 0;
  const most = { inFlight: 0 };
  let endPatience = () => {};
  let patience = Promise.resolve();
  function newPatience() {
    patience = new Promise(resolve => {
      endPatience = () => {
        newPatience();
        resolve();
      };
    });
  }
  newPatience();
  return {
    pushed,
    removed,
    most,
    /** Whoever has waited long enough goes on. */
    losePatience: () => endPatience(),
    lanes: 10,
    deliveries: async () => {},
    patience: () => patience,
    push: {
      async send(id: string, text: string) {
        inFlight += 1;
        most.inFlight = Math.max(most.inFlight, inFlight);
        pushed.push([id, text]);
        const outcome = await outcomeOf(id);
        inFlight -= 1;
        return outcome;
      },
    },
    room: {
      async remove(id: string) {
        removed.push(id);
      },
    },
  };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

test('everybody is pushed to once, so many at a time', async () => {
  const here = dependencies(async (): Promise<PushOutcome> => {
    await turn();
    return 'sent';
  });
  await fanOut(here, members(95), ({ id }) => `for ${id}`);
  expect(here.pushed).toHaveLength(95);
  expect(here.pushed.every(([id, text]) => text === `for ${id}`)).toBe(true);
  expect(new Set(here.pushed.map(([id]) => id)).size).toBe(95);
  expect(here.most.inFlight).toBe(10);
});

test('a message waits its turn first, and costs as many as it goes to', async () => {
  const here = dependencies(() => 'sent');
  const turns: (() => void)[] = [];
  const asked: number[] = [];
  const deliveries = (count: number) => {
    asked.push(count);
    return new Promise<void>(resolve => turns.push(resolve));
  };
  const done = fanOut({ ...here, deliveries }, members(7), () => 'text');
  await turn();
  expect([asked, here.pushed]).toEqual([[7], []]);
  turns[0]?.();
  await done;
  expect(here.pushed).toHaveLength(7);
});

test('only who is gone is forgotten, and not who has just come; an unknown outcome says nothing', async () => {
  const outcomes: Record<string, PushOutcome> = { 1: 'gone', 2: 'unknown', 3: 'gone', 4: 'sent' };
  const here = dependencies(id => outcomes[id] ?? 'sent');
  const all = members(6).map(member => ({ ...member, isNew: member.id === '3' }));
  await fanOut(here, all, () => 'text');
  expect(here.removed).toEqual(['1']);
});

test('a store that cannot forget now does not stop the message', async () => {
  const here = dependencies(() => 'gone');
  here.room.remove = () => Promise.reject(new Error('away'));
  await fanOut(here, members(30), () => 'text');
  expect(here.pushed).toHaveLength(30);
});

test('clients that do not answer hold up nobody, more of them than there are lanes, and are waited for in the end', async () => {
  let answer: (outcome: PushOutcome) => void = () => {};
  const late = new Promise<PushOutcome>(resolve => {
    answer = resolve;
  });
  const here = dependencies(id => (Number(id) < 25 ? late : 'sent'));
  let isDone = false;
  const done = fanOut(here, members(100), () => 'text').then(() => {
    isDone = true;
  });
  for (let round = 0; round < 5 && here.pushed.length < 100; round++) {
    await turn();
    here.losePatience();
    await turn();
  }
  expect(here.pushed).toHaveLength(100);
  expect(isDone).toBe(false);
  answer('unknown');
  await done;
  expect(here.removed).toEqual([]);
});

describe('the presence', () => {
  const passes = { issue: ({ id, name }: { id: string; name: string }) => `pass of ${id} as ${name}` };

  function room(count: number) {
    const here = dependencies(async (): Promise<PushOutcome> => {
      await turn();
      return 'sent';
    });
    let lists = 0;
    return {
      here,
      lists: () => lists,
      presence: createPresence({
        ...here,
        passes,
        room: {
          ...here.room,
          async *list() {
            lists += 1;
            yield members(count);
          },
        },
      }),
    };
  }

  test('tells who has joined its name, and the others the number alone', async () => {
    const { here, presence } = room(3);
    await presence({ id: '1', name: 'GHJK', isBack: false });
    expect(here.pushed.map(([id, text]) => [id, JSON.parse(text)])).toEqual([
      ['0', { type: 'presence', online: 3 }],
      ['1', { type: 'presence', online: 3, you: 'GHJK', pass: 'pass of 1 as GHJK' }],
      ['2', { type: 'presence', online: 3 }],
    ]);
  });

  test('counts and tells who has joined even when the list does not know it yet', async () => {
    const { here, presence } = room(2);
    await presence({ id: 'late', name: 'GHJK', isBack: false });
    expect(JSON.parse(here.pushed.at(-1)?.[1] ?? '')).toMatchObject({ type: 'presence', online: 3, you: 'GHJK' });
  });

  test('9.18: says how many of those who have joined were here before', async () => {
    const { here, presence } = room(3);
    await Promise.all([
      presence({ id: '1', name: 'GHJK', isBack: true }),
      presence({ id: '2', name: 'LMNP', isBack: false }),
    ]);
    expect(here.pushed.map(([id, text]) => [id, JSON.parse(text)])).toEqual([
      ['0', { type: 'presence', online: 3, back: 1 }],
      ['1', { type: 'presence', online: 3, back: 1, you: 'GHJK', pass: 'pass of 1 as GHJK' }],
      ['2', { type: 'presence', online: 3, back: 1, you: 'LMNP', pass: 'pass of 2 as LMNP' }],
    ]);
  });

  test('of a thousand who leave at once takes two tellings, and nobody’s call ends before its own', async () => {
    const { here, lists, presence } = room(20);
    await Promise.all(Array.from({ length: 1_000 }, () => presence()));
    expect(lists()).toBeLessThanOrEqual(2);
    expect(here.pushed.length).toBeLessThanOrEqual(40);
    const before = here.pushed.length;
    await presence();
    expect(here.pushed.length).toBe(before + 20);
  });

  test('that fails fails for those who asked, and not for the next', async () => {
    const { here, presence } = room(2);
    let isAway = true;
    const failing = createPresence({
      ...here,
      passes,
      room: {
        ...here.room,
        async *list() {
          if (isAway) throw new Error('away');
          yield members(2);
        },
      },
    });
    await expect(failing()).rejects.toThrow('away');
    isAway = false;
    await failing();
    await presence();
    expect(here.pushed).toHaveLength(4);
  });
});
