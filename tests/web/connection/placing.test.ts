import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { statusOfCode } from '../../../functions/domain/refusal.ts';
import { type AttemptStore, type Placer, postAttempt, startPlacing } from '../../../web/connection/place.ts';
import {
  ASK_AFTER_MS,
  type Attempt,
  type Placed,
  type Placing,
  type TryOutcome,
} from '../../../web/connection/placing.ts';
import { modelOrder } from '../../support/model-shop.ts';

const placed: Placed = { order: modelOrder('order-1'), token: 'token' };

/** A device that outlives its pages: a clock, storage, and a server that answers as the test says. */
function device(answer: (attempt: Attempt, tries: number) => TryOutcome | 'never') {
  let now = 1_000_000;
  /** What somebody has set the device's clock forward by. */
  let shift = 0;
  let isOnline = true;
  let timers: { at: number; callback: () => void }[] = [];
  const stored = new Map<string, Attempt>();
  const tries: Attempt[] = [];
  const log: string[] = [];
  const states: Placing[] = [];
  let wake = () => {};
  let placer: Placer | undefined;
  let kept: Placed | undefined;
  const store: AttemptStore = {
    save(attempt) {
      log.push('store');
      stored.set(attempt.key, attempt);
    },
    all: () => [...stored.values()],
    remove(attempt) {
      log.push('forget');
      stored.delete(attempt.key);
    },
  };
  const settle = async () => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return {
    stored,
    tries,
    log,
    states,
    state: () => states.at(-1),
    kept: () => kept,
    wake: () => wake(),
    setClock(ms: number) {
      shift += ms;
    },
    network(there: boolean) {
      isOnline = there;
      if (there) wake();
    },
    placer: () => placer as Placer,
    /** A page is opened; the one before is gone without a word. */
    open(): Placer {
      placer?.end();
      timers = [];
      placer = startPlacing({
        now: () => now + shift,
        random: () => 0.5,
        isOnline: () => isOnline,
        startTimer(callback, ms) {
          const timer = { at: now + ms, callback };
          timers.push(timer);
          return () => {
            timers = timers.filter(one => one !== timer);
          };
        },
        onWake(callback) {
          wake = callback;
          return () => {};
        },
        post(attempt) {
          log.push('try');
          tries.push(attempt);
          const outcome = answer(attempt, tries.length);
          return outcome === 'never' ? new Promise(() => {}) : Promise.resolve(outcome);
        },
        store,
        onPlaced(news) {
          log.push('keep');
          kept = news;
        },
        onState: state => states.push(state),
      });
      return placer;
    },
    settle,
    async pass(ms: number): Promise<void> {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = timers.sort((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        timers = timers.filter(one => one !== next);
        now = Math.max(now, next.at);
        next.callback();
        await settle();
      }
      now = end;
    },
  };
}

const unknown: TryOutcome = { type: 'unknown', retryAfterMs: undefined };
const body = { shop: 'shop1', items: [{ dish: 'rice', quantity: 1 }] };

describe('placing an order', () => {
  test('stores key and body before the first try, and keeps the order before it forgets them', async () => {
    const phone = device(() => ({ type: 'placed', placed }));
    phone.open().submit('shop1', 'key-1', body);
    await phone.settle();
    expect(phone.log).toEqual(['store', 'try', 'keep', 'forget']);
    expect(phone.state()?.phase).toBe('placed');
  });

  test('makes one try of two taps', async () => {
    const phone = device(() => 'never');
    const placer = phone.open();
    placer.submit('shop1', 'key-1', body);
    placer.submit('shop1', 'key-2', body);
    await phone.pass(60_000);
    expect(phone.tries).toHaveLength(1);
    expect([...phone.stored.keys()]).toEqual(['key-1']);
  });

  test('goes on after a reload with the stored key and the very same body, and says that nobody knows yet', async () => {
    const phone = device((_, tries) => (tries === 1 ? 'never' : { type: 'placed', placed }));
    phone.open().submit('shop1', 'key-1', body);
    await phone.pass(3_000);
    phone.open();
    expect(phone.state()?.phase).toBe('unknown');
    await phone.settle();
    expect(phone.tries[1]).toEqual(phone.tries[0]);
    expect(phone.state()?.phase).toBe('placed');
    expect(phone.stored.size).toBe(0);
  });

  test('waits as long as the server asks, also when the network comes back meanwhile', async () => {
    const phone = device((_, tries) =>
      tries === 1 ? { type: 'later', retryAfterMs: 20_000 } : { type: 'placed', placed },
    );
    phone.open().submit('shop1', 'key-1', body);
    await phone.pass(10_000);
    phone.wake();
    await phone.pass(9_000);
    expect(phone.tries).toHaveLength(1);
    expect(phone.state()?.phase).toBe('trying');
    await phone.pass(3_000);
    expect(phone.state()?.phase).toBe('placed');
  });

  test('tries at once when the network comes back', async () => {
    const phone = device((_, tries) => (tries < 6 ? unknown : { type: 'placed', placed }));
    phone.open().submit('shop1', 'key-1', body);
    for (let turn = 0; turn < 5; turn++) {
      await phone.settle();
      phone.wake();
    }
    await phone.settle();
    expect(phone.state()?.phase).toBe('placed');
  });

  test('asks a person before it goes on with an order that is ten minutes old, and does as they say', async () => {
    const phone = device(() => unknown);
    phone.open().submit('shop1', 'key-1', body);
    await phone.pass(ASK_AFTER_MS + 60_000);
    expect(phone.state()?.phase).toBe('asking');
    const before = phone.tries.length;
    await phone.pass(3_600_000);
    expect(phone.tries).toHaveLength(before);
    phone.open();
    expect(phone.state()?.phase).toBe('asking');
    phone.placer().goOn();
    expect(phone.tries.at(-1)?.key).toBe('key-1');
    await phone.pass(ASK_AFTER_MS + 60_000);
    phone.placer().giveUp();
    expect(phone.state()?.phase).toBe('idle');
    expect(phone.stored.size).toBe(0);
  });

  const outcome: fc.Arbitrary<TryOutcome | 'never' | 'reload'> = fc.oneof(
    fc.constant<TryOutcome>(unknown),
    fc.constant<'never'>('never'),
    fc.constant<'reload'>('reload'),
    fc.integer({ min: 0, max: 30_000 }).map((retryAfterMs): TryOutcome => ({ type: 'later', retryAfterMs })),
    fc.integer({ min: 0, max: 30_000 }).map((retryAfterMs): TryOutcome => ({ type: 'unknown', retryAfterMs })),
  );
  const last: fc.Arbitrary<TryOutcome> = fc.constantFrom<TryOutcome>(
    { type: 'placed', placed },
    { type: 'refused', error: { code: 'price_changed', message: '' } },
  );

  test('I2: whatever the answers, every try carries the stored key and body, and what is said at the end is what the server said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { maxLength: 12 }), last, async (outcomes, end) => {
        const answers = [...outcomes];
        const phone = device(() => {
          const next = answers.shift() ?? end;
          return next === 'reload' ? 'never' : next;
        });
        phone.open().submit('shop1', 'key-1', body);
        for (let turn = 0; turn < 40 && phone.state()?.phase !== end.type; turn++) {
          const { length } = phone.tries;
          await phone.pass(35_000);
          const state = phone.state();
          if (state?.phase === 'asking') phone.placer().goOn();
          else if (phone.tries.length === length && state?.phase !== end.type) phone.open(); // no answer: the page is reloaded
          expect(phone.stored.size).toBe(state?.phase === end.type ? 0 : 1);
        }
        expect(phone.state()?.phase).toBe(end.type);
        expect(new Set(phone.tries.map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
        expect(phone.kept()).toEqual(end.type === 'placed' ? placed : undefined);
      }),
      { seed: 20_260, numRuns: 300 },
    );
  });
});

describe('9.6 F54: a device whose clock is set', () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

  test.each([-7 * day, -3 * hour, -20 * minute, -2_000])('by %i ms waits no longer for its next tries', async ms => {
    const phone = device(() => unknown);
    phone.open().submit('shop1', 'key-1', body);
    await phone.pass(2_000);
    const before = phone.tries.length;
    phone.setClock(ms);
    await phone.pass(32_000);
    expect(phone.tries.length).toBeGreaterThan(before);
  });

  test.each([
    -7 * day,
    -3 * hour,
  ])('by %i ms in the middle of a wait that the server wants waits that long', async ms => {
    const phone = device((_, tries) =>
      tries === 1 ? { type: 'later', retryAfterMs: 60_000 } : { type: 'placed', placed },
    );
    phone.open().submit('shop1', 'key-1', body);
    await phone.pass(30_000);
    phone.setClock(ms);
    await phone.pass(29_000);
    expect(phone.tries).toHaveLength(1);
    await phone.pass(3_000);
    expect(phone.state()?.phase).toBe('placed');
  });

  test('back asks about an order at the same age as ever', async () => {
    const phone = device(() => unknown);
    phone.open().submit('shop1', 'key-1', body);
    await phone.pass(5 * minute);
    phone.setClock(-2 * day);
    await phone.pass(6 * minute);
    expect(phone.state()?.phase).toBe('asking');
  });

  test.each([
    -3 * hour,
    3 * hour,
    2 * day,
    -400 * day,
  ])('by %i ms between two pages asks before it goes on, and goes on at once when told to', async ms => {
    const phone = device((_, tries) => (tries < 3 ? unknown : { type: 'placed', placed }));
    phone.open().submit('shop1', 'key-1', body);
    await phone.settle();
    phone.setClock(ms);
    phone.open();
    expect(phone.state()?.phase).toBe('asking');
    phone.placer().goOn();
    await phone.pass(60_000);
    expect(phone.state()?.phase).toBe('placed');
  });
});

describe('9.13: an order without a network', () => {
  test('is kept and not sent; it goes out by itself when the network is back', async () => {
    const phone = device(() => ({ type: 'placed', placed }));
    phone.network(false);
    phone.open().submit('shop1', 'key-1', body);
    await phone.pass(60_000);
    expect(phone.state()?.phase).toBe('held');
    expect(phone.tries).toEqual([]);
    expect(phone.stored.get('key-1')).toMatchObject({ isSent: false });
    phone.network(true);
    await phone.settle();
    expect(phone.log.slice(-4)).toEqual(['store', 'try', 'keep', 'forget']);
    expect(phone.state()?.phase).toBe('placed');
  });

  test('can be let go, and then nothing of it is ever sent', async () => {
    const phone = device(() => ({ type: 'placed', placed }));
    phone.network(false);
    phone.open().submit('shop1', 'key-1', body);
    await phone.pass(1_000);
    phone.placer().giveUp();
    phone.network(true);
    await phone.pass(60_000);
    phone.open();
    await phone.pass(60_000);
    expect(phone.tries).toEqual([]);
    expect(phone.stored.size).toBe(0);
  });

  test('is known to be unsent after a reload too, and is not sent once another tab has let it go', async () => {
    const phone = device(() => ({ type: 'placed', placed }));
    phone.network(false);
    phone.open().submit('shop1', 'key-1', body);
    phone.open();
    expect(phone.state()?.phase).toBe('held');
    phone.placer().forget('key-1');
    phone.network(true);
    await phone.pass(60_000);
    expect(phone.tries).toEqual([]);
  });

  test('that is sent all the same, because a person says that there is one, is not let go from then on', async () => {
    const phone = device(() => unknown);
    phone.network(false);
    phone.open().submit('shop1', 'key-1', body);
    phone.placer().goOn();
    expect(phone.stored.get('key-1')).toMatchObject({ isSent: true });
    phone.placer().giveUp();
    await phone.settle();
    phone.placer().giveUp();
    phone.open();
    phone.placer().giveUp();
    expect(phone.stored.size).toBe(1);
    expect(phone.state()?.phase).toBe('unknown');
  });

  test('is not sent ten minutes later without asking, and the question says that it was never sent', async () => {
    const phone = device(() => ({ type: 'placed', placed }));
    phone.network(false);
    phone.open().submit('shop1', 'key-1', body);
    await phone.pass(ASK_AFTER_MS + 60_000);
    phone.network(true);
    await phone.pass(60_000);
    expect(phone.state()).toMatchObject({ phase: 'asking', mayHaveArrived: false });
    expect(phone.tries).toEqual([]);
    phone.placer().giveUp();
    expect(phone.state()?.phase).toBe('idle');
  });

  test('that was only ever answered "too many" can be let go between two tries, and not while one is out', async () => {
    const phone = device((_, tries) => (tries === 1 ? { type: 'later', retryAfterMs: 5_000 } : 'never'));
    phone.open().submit('shop1', 'key-1', body);
    phone.placer().giveUp();
    expect(phone.state()?.phase).toBe('trying');
    await phone.pass(8_000);
    expect(phone.tries).toHaveLength(2);
    phone.placer().giveUp();
    expect(phone.stored.size).toBe(1);
  });
});

describe('an answer of bill', () => {
  const attempt: Attempt = { key: 'key-1', shop: 'shop1', body: '{}', startedAt: 0 };
  const answering = (status: number, text: string, headers: Record<string, string> = {}) =>
    postAttempt('http://x/bill', attempt, async () => new Response(text, { status, headers }));

  test.each([
    [201, JSON.stringify(placed), 'placed'],
    [200, JSON.stringify(placed), 'placed'],
    [200, '{"order":{"id"', 'unknown'],
    [200, '<html>', 'unknown'],
    [409, '{"error":{"code":"price_changed","message":""}}', 'refused'],
    [404, '{"error":{"code":"shop_not_found","message":""}}', 'refused'],
    [404, '{"error":{"code":"not_found","message":""}}', 'later'],
    [422, '{"error":{"code":"idempotency_key_reused","message":""}}', 'refused'],
    [429, '{"error":{"code":"rate_limited","message":""}}', 'later'],
    [500, '{"error":{"code":"internal","message":""}}', 'unknown'],
    [502, '<html>', 'unknown'],
    [503, '{"error":{"code":"unavailable","message":""}}', 'unknown'],
  ])('%i %s is %s', async (status, text, type) => {
    expect((await answering(status, text)).type).toBe(type);
  });

  test('is a refusal for every code under which bill stores nothing and no later try can help', async () => {
    const [, table = ''] =
      /POST \/bill[\s\S]*?\n\| status \| code [^\n]*\n\|[^\n]*\n([\s\S]*?)\n\n/.exec(
        readFileSync('docs/protocol/http.md', 'utf8'),
      ) ?? [];
    const rows = table.split('\n').map(row => [Number(/\d{3}/.exec(row)?.[0]), [...row.matchAll(/`(\w+)`/g)]] as const);
    const final = [400, 409, 413, 415, 422];
    const codes = rows.flatMap(([status, found]) =>
      found.flatMap(([, code = '']) =>
        final.includes(status) && code in statusOfCode ? [[status, code] as const] : [],
      ),
    );
    expect(codes.length).toBeGreaterThan(10);
    for (const [status, code] of codes) {
      const outcome = await answering(status, JSON.stringify({ error: { code, message: '' } }));
      expect([code, outcome.type]).toEqual([code, 'refused']);
    }
  });

  test('tells how long to wait', async () => {
    expect(await answering(503, '', { 'retry-after': '7' })).toEqual({ type: 'unknown', retryAfterMs: 7_000 });
    const tooMany = '{"error":{"code":"rate_limited","message":""}}';
    expect(await answering(429, tooMany, { 'retry-after': 'soon' })).toEqual({
      type: 'later',
      retryAfterMs: undefined,
    });
  });

  test('13.5 that sets a task is answered by the same request with its proof; one that cannot be done is waited for', async () => {
    const asking = (kind: string) =>
      JSON.stringify({ error: { code: 'proof_required', message: '', proof: { kind, challenge: 'c', bits: 8 } } });
    const seen: unknown[] = [];
    const outcome = await postAttempt('http://x/bill', attempt, async (_, init) => {
      seen.push(init?.body, (init?.headers as Record<string, string>)['order-proof']);
      return seen.length === 2
        ? new Response(asking('work'), { status: 428 })
        : new Response(JSON.stringify(placed), { status: 201 });
    });
    expect(outcome.type).toBe('placed');
    expect(seen).toEqual(['{}', undefined, '{}', expect.stringMatching(/^c\.\d+$/)]);
    expect(await answering(428, asking('phone'), { 'retry-after': '5' })).toEqual({
      type: 'later',
      retryAfterMs: 5_000,
    });
  });

  test('carries the stored body, byte for byte, and the key', async () => {
    const seen: RequestInit[] = [];
    await postAttempt('http://x/bill', { ...attempt, body: '{"b":1, "a":2}' }, async (_, init) => {
      seen.push(init ?? {});
      return new Response('', { status: 503 });
    });
    expect(seen[0]).toMatchObject({ body: '{"b":1, "a":2}', headers: { 'idempotency-key': 'key-1' } });
  });
});
