import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Change, Order, OrderStatus, Reason } from '../../functions/domain/frames.ts';
import type { CommandOutcome, RunCommand } from '../../functions/domain/ports.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { earlier } from '../support/postgres/earlier.ts';
import { contentsOf, type DatabasePorts, newShop, openPorts, place, read, upTo } from '../support/postgres/ports.ts';

let world: DatabasePorts;

beforeAll(async () => {
  world = await openPorts();
});

afterAll(() => world.end());

/** A shop with one order in it, and what its shop and its customer may ask for. */
interface Scene {
  shop: string;
  order: string;
  byShop(operation: Change, id?: string): RunCommand;
  byCustomer(operation: Change, id?: string): RunCommand;
}

async function aScene(): Promise<Scene> {
  const shop = await newShop(world);
  const { orderId: order } = await place(world, shop);
  const command = (byCustomer: boolean, operation: Change, id: string): RunCommand => ({
    scope: byCustomer ? order : shop,
    id,
    contentHash: hashOf(JSON.stringify(operation)),
    shop,
    byCustomer,
    operation,
  });
  return {
    shop,
    order,
    byShop: (operation, id = randomUUID()) => command(false, operation, id),
    byCustomer: (operation, id = randomUUID()) => command(true, operation, id),
  };
}

/** The outcome as a client reads it. */
function told({ result }: Pick<CommandOutcome, 'result'>): {
  ok: boolean;
  error?: { code: string; message: string };
  order?: Order;
} {
  return JSON.parse(result);
}

const codeOf = (outcome: CommandOutcome) => told(outcome).error?.code ?? 'ok';

describe('any sequence of commands on an order', () => {
  /** Rule 11 of the stream, written down once more. */
  const successors: Record<OrderStatus, OrderStatus[]> = {
    placed: ['accepted', 'rejected', 'cancelled', 'expired'],
    accepted: ['ready', 'completed', 'cancelled'],
    ready: ['completed', 'cancelled'],
    completed: [],
    rejected: [],
    cancelled: [],
    expired: [],
  };
  const goals = {
    accept: 'accepted',
    reject: 'rejected',
    ready: 'ready',
    complete: 'completed',
    cancel: 'cancelled',
  } as const;

  type Step =
    | {
        op: keyof typeof goals;
        byCustomer: boolean;
        versionOff: number;
        reason: Reason & Exclude<Reason, 'expired'>;
        prepMinutes: number | undefined;
      }
    | { op: 'remind' }
    | { op: 'repeat'; which: number }
    | { op: 'reuse'; which: number };

  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        op: fc.constantFrom('accept', 'reject', 'ready', 'complete', 'cancel'),
        byCustomer: fc.constantFrom(false, false, false, true),
        versionOff: fc.constantFrom(0, 0, 0, 0, 0, -1, 1),
        reason: fc.constantFrom('sold_out', 'too_busy', 'closing', 'cannot_deliver', 'customer_request', 'other'),
        prepMinutes: fc.option(fc.integer({ min: 1, max: 240 }), { nil: undefined }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ op: 'remind' as const }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('repeat' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('reuse' as const), which: fc.nat() }) },
  );

  it('has the outcomes, versions and events of the state machine, each command once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async steps => {
        const scene = await aScene();
        const model = { status: 'placed' as OrderStatus, version: 1, reason: null as Reason | null, reminded: false };
        const log = ['order.placed 1'];
        const run: { command: RunCommand; result: string; isKept: boolean }[] = [];

        for (const each of steps) {
          if (each.op === 'repeat' || each.op === 'reuse') {
            const kept = run.filter(({ isKept }) => isKept);
            const earlier = kept[each.which % (kept.length || 1)];
            if (earlier === undefined) continue;
            const contentHash = each.op === 'repeat' ? earlier.command.contentHash : hashOf('something else');
            const outcome = await world.commands.run({ ...earlier.command, contentHash });
            expect(outcome.event).toBeUndefined();
            if (each.op === 'repeat') expectSameAnswer(outcome, earlier, model);
            else expect(codeOf(outcome)).toBe('invalid_request');
            continue;
          }
          const command = commandOf(scene, each, model.version);
          const outcome = await world.commands.run(command);
          const code = expected(each, model);
          expect(codeOf(outcome)).toBe(code);
          if (code === 'ok') {
            move(each, model);
            log.push(`order.${each.op === 'remind' ? 'reminded' : model.status} ${model.version}`);
            expect(read(outcome.event?.order ?? '')).toEqual(told(outcome).order);
          }
          expect(outcome.event === undefined).toBe(code !== 'ok');
          if (code !== 'rate_limited') {
            expect(told(outcome).order).toMatchObject({ id: scene.order, ...stateOf(model) });
          }
          run.push({ command, result: outcome.result, isKept: code !== 'rate_limited' });
        }

        const events = await world.streams.page(scene.shop, 0, 50);
        expect(events.map(({ type, order }) => `${type} ${read(order).version}`)).toEqual(log);
        expect(events.map(({ seq }) => seq)).toEqual(upTo(log.length));
        expect(read((await world.streams.order(scene.order))?.order ?? '')).toMatchObject(stateOf(model));
        const isOpen = ['placed', 'accepted', 'ready'].includes(model.status);
        expect((await world.streams.openOrders(scene.shop)).orders).toHaveLength(isOpen ? 1 : 0);
        // Whatever has happened since, a command that comes again is answered as it was.
        for (const { command, result } of run.filter(({ isKept }) => isKept)) {
          const again = await world.commands.run(command);
          expect(again).toMatchObject({ event: undefined, shopChanged: false });
          expectSameAnswer(again, { result }, model);
        }
        expect(await world.streams.page(scene.shop, 0, 50)).toEqual(events);
      }),
      { numRuns: 150 },
    );
  });

  it('knows no other transitions than those of rule 11', async () => {
    const states = Object.keys(successors) as OrderStatus[];
    const { rows } = await world.pool.query<{ pair: string }>(
      `select a || ' ' || b as pair from unnest($1::text[]) a, unnest($1::text[]) b where may_become(a, b)`,
      [states],
    );
    const pairs = states.flatMap(from => successors[from].map(to => `${from} ${to}`));
    expect(rows.map(({ pair }) => pair).sort()).toEqual(pairs.sort());
  });

  type Model = { status: OrderStatus; version: number; reason: Reason | null; reminded: boolean };
  type Action = Exclude<Step, { op: 'repeat' | 'reuse' }>;

  function commandOf(scene: Scene, each: Action, current: number): RunCommand {
    const { order } = scene;
    if (each.op === 'remind') return scene.byCustomer({ op: 'remind', order });
    const change = { order, version: current + each.versionOff };
    const { op, reason, byCustomer, prepMinutes } = each;
    if (byCustomer) return scene.byCustomer({ op: 'cancel', ...change });
    if (op === 'reject' || op === 'cancel') return scene.byShop({ op, ...change, reason });
    if (op === 'accept' && prepMinutes !== undefined) return scene.byShop({ op, ...change, prepMinutes });
    return scene.byShop({ op, ...change });
  }

  function expected(each: Action, { status, reminded }: Model): string {
    if (each.op === 'remind') {
      if (successors[status].length === 0) return 'invalid_transition';
      return reminded ? 'rate_limited' : 'ok';
    }
    if (each.versionOff !== 0) return 'version_conflict';
    if (each.byCustomer) return status === 'placed' ? 'ok' : 'invalid_transition';
    return successors[status].includes(goals[each.op]) ? 'ok' : 'invalid_transition';
  }

  function move(each: Action, model: Model): void {
    if (each.op === 'remind') {
      model.reminded = true;
      return;
    }
    model.status = each.byCustomer ? 'cancelled' : goals[each.op];
    model.version++;
    model.reason = null;
    if (model.status === 'rejected' || model.status === 'cancelled') {
      model.reason = each.byCustomer ? 'customer_request' : each.reason;
    }
  }

  /** A refusal comes with the order as it is now. */
  function expectSameAnswer(again: CommandOutcome, earlier: Pick<CommandOutcome, 'result'>, model: Model) {
    const { order: _, ...answer } = told(earlier);
    if (answer.ok) expect(again.result).toBe(earlier.result);
    else expect(told(again)).toMatchObject({ ...answer, order: stateOf(model) });
  }

  function stateOf({ status, version, reason }: Model) {
    return { status, version, reason };
  }
});

describe('an order that is accepted', () => {
  it.each([
    ['in the minutes the shop says', 25, 25],
    ['in the shop’s usual minutes when it says none', undefined, 15],
  ])('is promised %s', async (_, prepMinutes, minutes) => {
    const { byShop, order } = await aScene();
    const command = byShop({ op: 'accept', order, version: 1, ...(prepMinutes === undefined ? {} : { prepMinutes }) });
    const { readyAt, updatedAt, placedAt } = told(await world.commands.run(command)).order ?? ({} as Order);
    expect(Date.parse(readyAt ?? '') - Date.parse(updatedAt)).toBe(minutes * 60_000);
    expect(Date.parse(updatedAt)).toBeGreaterThanOrEqual(Date.parse(placedAt));
    const ready = await world.commands.run(byShop({ op: 'ready', order, version: 2 }));
    expect(told(ready).order?.readyAt).toBe(readyAt);
  });
});

describe('a command id', () => {
  it('does its work once, though 20 calls come at the same moment, with equal answers', async () => {
    const { byShop, shop, order } = await aScene();
    const command = byShop({ op: 'accept', order, version: 1 });
    const outcomes = await Promise.all(upTo(20).map(() => world.commands.run(command)));
    expect(new Set(outcomes.map(({ result }) => result)).size).toBe(1);
    expect(outcomes.filter(({ event }) => event !== undefined)).toHaveLength(1);
    expect(await world.streams.page(shop, 1, 50)).toHaveLength(1);
  });

  it('keeps a refusal: the order may have moved, the answer has not, and the order comes as it is', async () => {
    const { byShop, order } = await aScene();
    const early = byShop({ op: 'ready', order, version: 2 });
    const { result } = await world.commands.run(early);
    expect(told({ result }).error?.code).toBe('version_conflict');
    await world.commands.run(byShop({ op: 'accept', order, version: 1 }));
    const again = await world.commands.run(early);
    expect(again).toMatchObject({ event: undefined, shopChanged: false });
    expect(told(again)).toMatchObject({
      ok: false,
      error: told({ result }).error,
      order: { version: 2, status: 'accepted' },
    });
  });

  it('with other content is refused, in any order of arrival, and the first stays', async () => {
    const { byShop, order } = await aScene();
    const id = randomUUID();
    const commands = upTo(20).map(prepMinutes => byShop({ op: 'accept', order, version: 1, prepMinutes }, id));
    const codes = (await Promise.all(commands.map(command => world.commands.run(command)))).map(codeOf);
    expect(codes.filter(code => code === 'ok')).toHaveLength(1);
    expect(codes.filter(code => code === 'invalid_request')).toHaveLength(19);
    const again = (await Promise.all(commands.map(command => world.commands.run(command)))).map(codeOf);
    expect(again).toEqual(codes);
  });

  it('belongs to its shop or order: another may use the same', async () => {
    const [one, two] = [await aScene(), await aScene()];
    const id = randomUUID();
    for (const { byShop, byCustomer, order } of [one, two]) {
      expect(codeOf(await world.commands.run(byCustomer({ op: 'remind', order }, id)))).toBe('ok');
      expect(codeOf(await world.commands.run(byShop({ op: 'accept', order, version: 1 }, id)))).toBe('ok');
    }
  });
});

describe('a refusal', () => {
  it('of a customer is kept without the order, twenty for an order in ten minutes; then commands have to wait', async () => {
    const { byCustomer, order } = await aScene();
    const cancel = () => byCustomer({ op: 'cancel', order, version: 99 });
    const kept = [];
    for (const _ of upTo(20)) kept.push(cancel());
    for (const command of kept) expect(codeOf(await world.commands.run(command))).toBe('version_conflict');
    const before = await contentsOf(world.pool);
    expect(codeOf(await world.commands.run(cancel()))).toBe('rate_limited');
    expect(await contentsOf(world.pool)).toEqual(before);
    expect(before.commands?.filter(row => row.includes(order) && row.includes('李雷'))).toEqual([]);
    expect(codeOf(await world.commands.run(kept[0] as RunCommand))).toBe('version_conflict');
    await world.pool.query(`update commands set ${earlier('at', "interval '10 minutes'")} where scope = $1`, [order]);
    expect(codeOf(await world.commands.run(byCustomer({ op: 'cancel', order, version: 1 })))).toBe('ok');
  });

  it('of a shop is answered however many there were, and a thousand are kept', async () => {
    const { byShop, shop, order } = await aScene();
    await world.pool.query(
      "insert into commands (shop, scope, id, content_hash, refused) select $1, $1, gen_random_uuid(), '', true from generate_series(1, 1000)",
      [shop],
    );
    const before = await contentsOf(world.pool);
    expect(codeOf(await world.commands.run(byShop({ op: 'ready', order, version: 9 })))).toBe('version_conflict');
    expect(await contentsOf(world.pool)).toEqual(before);
    expect(codeOf(await world.commands.run(byShop({ op: 'accept', order, version: 1 })))).toBe('ok');
  });
});

describe('a reminder', () => {
  it('comes 30 times at most', async () => {
    const { byCustomer, order } = await aScene();
    const remind = async () => {
      await world.pool.query('update orders set reminded_at = null where id = $1', [order]);
      return codeOf(await world.commands.run(byCustomer({ op: 'remind', order })));
    };
    for (const _ of upTo(30)) expect(await remind()).toBe('ok');
    expect(await remind()).toBe('rate_limited');
  });

  it('may come once a minute, leaves the version, and one that is too early is not kept', async () => {
    const { byCustomer, order } = await aScene();
    const first = await world.commands.run(byCustomer({ op: 'remind', order }));
    expect(first.event).toMatchObject({ type: 'order.reminded', seq: 2 });
    expect(told(first).order).toMatchObject({ version: 1, status: 'placed' });
    const early = byCustomer({ op: 'remind', order });
    const before = await contentsOf(world.pool);
    expect(codeOf(await world.commands.run(early))).toBe('rate_limited');
    expect(await contentsOf(world.pool)).toEqual(before);
    await world.pool.query(`update orders set ${earlier('reminded_at', "interval '61 seconds'")} where id = $1`, [
      order,
    ]);
    expect((await world.commands.run(early)).event).toMatchObject({ type: 'order.reminded', seq: 3 });
  });

  it('comes once when 20 tabs send one at the same moment', async () => {
    const { byCustomer, order } = await aScene();
    const codes = await Promise.all(
      upTo(20).map(async () => codeOf(await world.commands.run(byCustomer({ op: 'remind', order })))),
    );
    expect(codes.sort()).toEqual(['ok', ...Array(19).fill('rate_limited')]);
  });

  it('that 20 calls repeat at the same moment, too early, answers all of them the same', async () => {
    const { byCustomer, order } = await aScene();
    await world.commands.run(byCustomer({ op: 'remind', order }));
    const early = byCustomer({ op: 'remind', order });
    const codes = await Promise.all(upTo(20).map(async () => codeOf(await world.commands.run(early))));
    expect(codes).toEqual(Array(20).fill('rate_limited'));
  });
});

describe('orders', () => {
  it('of another shop are not found, and stay as they are', async () => {
    const [mine, other] = [await aScene(), await aScene()];
    for (const op of ['accept', 'ready', 'complete'] as const) {
      const outcome = await world.commands.run(mine.byShop({ op, order: other.order, version: 1 }));
      expect(told(outcome)).toEqual({ ok: false, error: { code: 'not_found', message: 'there is no such order' } });
    }
    expect(read((await world.streams.order(other.order))?.order ?? '')).toMatchObject({ status: 'placed', version: 1 });
    expect((await world.streams.page(mine.shop, 0, 50)).length).toBe(1);
  });

  it.each([
    '00000000-0000-4000-8000-000000000000',
    'no uuid',
    "'; drop table orders",
    '',
  ])('that do not exist are not found: %s', async order => {
    const { byShop } = await aScene();
    expect(codeOf(await world.commands.run(byShop({ op: 'accept', order, version: 1 })))).toBe('not_found');
  });
});

describe('two at the same moment', () => {
  it('tablets: one accepts, the other meets a version conflict', async () => {
    for (const _ of upTo(15)) {
      const { byShop, shop, order } = await aScene();
      const accept = () => world.commands.run(byShop({ op: 'accept', order, version: 1 }));
      const outcomes = await Promise.all([accept(), accept()]);
      expect(outcomes.map(codeOf).sort()).toEqual(['ok', 'version_conflict']);
      const loser = outcomes.find(outcome => codeOf(outcome) !== 'ok');
      expect(loser && told(loser).order).toMatchObject({ status: 'accepted', version: 2 });
      expect(await world.streams.page(shop, 1, 50)).toHaveLength(1);
    }
  });

  it('shop and customer: exactly one wins, accept or cancel', async () => {
    const winners = new Set<string>();
    for (const turn of upTo(30)) {
      const { byShop, byCustomer, shop, order } = await aScene();
      const both = [byShop({ op: 'accept', order, version: 1 }), byCustomer({ op: 'cancel', order, version: 1 })];
      if (turn % 2 === 0) both.reverse();
      const outcomes = await Promise.all(both.map(command => world.commands.run(command)));
      expect(outcomes.map(codeOf).sort()).toEqual(['ok', 'version_conflict']);
      const [event, ...more] = await world.streams.page(shop, 1, 50);
      expect(more).toEqual([]);
      const { status } = read((await world.streams.order(order))?.order ?? '');
      expect(`order.${status}`).toBe(event?.type);
      winners.add(status);
    }
    expect([...winners].sort()).toEqual(['accepted', 'cancelled']);
  });
});

describe('settings of a shop', () => {
  const settings: [string, Change, object][] = [
    ['set_open', { op: 'set_open', open: false }, { open: false }],
    ['set_auto_accept', { op: 'set_auto_accept', autoAccept: true }, { autoAccept: true }],
    ['set_prep', { op: 'set_prep', prepMinutes: 240 }, { prepMinutes: 240 }],
    ['set_dish', { op: 'set_dish', dish: 'egg', available: false }, { open: true, autoAccept: false, prepMinutes: 15 }],
  ];

  it.each(settings)('%s raises the version once, though 20 calls repeat it', async (_, operation, expected) => {
    const { byShop, shop } = await aScene();
    const command = byShop(operation);
    const outcomes = await Promise.all(upTo(20).map(() => world.commands.run(command)));
    expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['{"ok":true}']));
    expect(outcomes.filter(({ shopChanged }) => shopChanged)).toHaveLength(1);
    expect(outcomes.filter(({ event }) => event !== undefined)).toEqual([]);
    const text = JSON.parse((await world.shops.forScreens(shop))?.full ?? '');
    expect(text).toMatchObject({ version: 2, ...expected });
    const soldOut = text.dishes.filter((dish: { available: boolean }) => !dish.available);
    expect(soldOut.map(({ id }: { id: string }) => id)).toEqual(operation.op === 'set_dish' ? ['egg'] : []);
  });

  it('counts every one of 20 changes at the same moment', async () => {
    const { byShop, shop } = await aScene();
    await Promise.all(
      upTo(20).map(n =>
        world.commands.run(byShop({ op: 'set_dish', dish: ['rice', 'egg', 'tofu'][n % 3] ?? '', available: n > 9 })),
      ),
    );
    expect(JSON.parse((await world.shops.forScreens(shop))?.full ?? '').version).toBe(21);
  });

  it('refuses a dish that is not on its own menu', async () => {
    const { byShop, shop } = await aScene();
    await newShop(world, { dishes: [{ id: 'caviar', name: 'x', priceCents: 1 }] });
    const outcome = await world.commands.run(byShop({ op: 'set_dish', dish: 'caviar', available: false }));
    expect([codeOf(outcome), outcome.shopChanged]).toEqual(['not_found', false]);
    expect(JSON.parse((await world.shops.forScreens(shop))?.full ?? '').version).toBe(1);
  });
});
