import { MAX_ORDERS_PER_CONNECTION, type Operation, type Order } from '../../functions/domain/frames.ts';
import { isTerminal } from '../../web/connection/order-book.ts';
import type { Random } from './random.ts';
import type { Screen } from './screen.ts';
import { anOrder, sellingChange } from './selling.ts';
import type { SimulatedSystem } from './system.ts';
import { fair, type Weather } from './weather.ts';

/**
 * What may happen in a schedule, and what is promised afterwards.
 *
 * - `pushes`: pushes are lost, repeated, late, for a quarter of a minute; nobody touches anything afterwards
 * - `faults`: whatever can go wrong with network, functions and database
 * - `disasters`: that, and restored backups, cut logs, changed keys, new epochs
 */
export type Kind = 'pushes' | 'faults' | 'disasters';

/** The kind of a seed: a fifth, two fifths, two fifths. */
export function kindOf(seed: number): Kind {
  return seed % 5 === 0 ? 'pushes' : seed % 2 === 0 ? 'faults' : 'disasters';
}

/** Does 20 to 200 things, each at a moment of its own. */
export async function runSteps(world: SimulatedSystem, kind: Kind): Promise<void> {
  const { random, time } = world;
  const count = 20 + (random.chance(0.02) ? random.below(180) : random.below(10));
  const end = time.now() + 15_000;
  for (let step = 0; step < count; step++) {
    if (kind === 'pushes' && time.now() > end) return;
    if (random.chance(0.62)) everyday(world, kind);
    else trouble(world, kind);
    const isLong = kind !== 'pushes' && random.chance(0.006);
    await time.pass(
      isLong ? 250_000 : random.pick(kind === 'pushes' ? [1, 20, 400] : [1, 20, 400, 400, 3_000, 3_000, 12_000]),
    );
  }
}

/** What people do. */
function everyday(world: SimulatedSystem, kind: Kind): void {
  const { random, customers, screens, shops } = world;
  if (random.chance(0.03)) {
    look(world);
    return;
  }
  const dice = random.below(12);
  if (dice < 5) {
    const key = random.uuid();
    const shop = random.pick(shops).id;
    // The key stands in the note, so that the table tells which order was meant by which key.
    const hungry = random.pick(customers);
    if (hungry.placed.length < MAX_ORDERS_PER_CONNECTION)
      hungry.order(shop, key, { shop, ...anOrder(random, world.time.now()), note: key });
  } else if (dice < 9) {
    const screen = random.pick(screens);
    // A screen that is not told that its key was revoked finds out by itself, which takes longer than lost pushes may.
    if (kind !== 'pushes' && random.chance(0.1)) world.changeKeys(screen);
    else screen.command(random.uuid(), operationFor(screen, world));
  } else if (dice < 10) {
    const customer = random.pick(customers);
    const order = customer.orders().find(each => !isTerminal(each));
    if (order === undefined) return;
    const operation = random.chance(0.5)
      ? ({ op: 'remind', order: order.id } as const)
      : ({ op: 'cancel', order: order.id, version: order.version } as const);
    customer.command(random.uuid(), operation);
  } else if (dice < 11) random.pick([...screens, ...customers]).wake();
  else
    for (const screen of screens)
      if (random.chance(0.5)) screen.attend(shops.find(({ id }) => id === screen.shop)?.token ?? '');
}

/** Somebody is sent the link of an order, or presses a button that the page does not show there. */
function look({ random, customers, viewers }: SimulatedSystem): void {
  const viewer = random.pick(viewers);
  const seen = viewer.orders().find(order => !isTerminal(order));
  if (seen !== undefined && random.chance(0.5)) {
    viewer.command(random.uuid(), { op: 'cancel', order: seen.id, version: seen.version });
    return;
  }
  const { placed } = random.pick(customers);
  if (placed.length === 0 || viewer.links.length === MAX_ORDERS_PER_CONNECTION) return;
  const { id, shop } = random.pick(placed).order;
  viewer.look({ order: id, token: `view of ${shop} ${id}` });
}

function operationFor(screen: Screen, { random, time }: SimulatedSystem): Operation {
  const orders = screen.openOrders();
  if (orders.length === 0 || random.chance(0.2)) {
    return random.pick<Operation>([
      { op: 'set_open', open: random.chance(0.8) },
      { op: 'set_dish', dish: 'tofu', available: random.chance(0.7) },
      { op: 'set_prep', prepMinutes: 1 + random.below(60) },
      { op: 'set_auto_accept', autoAccept: random.chance(0.5) },
      sellingChange(random, time.now()),
      sellingChange(random, time.now()),
    ]);
  }
  const { id: order, version, status }: Order = random.pick(orders);
  const usual = status === 'placed' ? 'accept' : status === 'accepted' ? 'ready' : 'complete';
  const op = random.pick([usual, usual, usual, 'accept', 'reject', 'ready', 'complete', 'cancel'] as const);
  return op === 'reject' || op === 'cancel' ? { op, order, version, reason: 'other' } : { op, order, version };
}

/** What goes wrong. */
function trouble(world: SimulatedSystem, kind: Kind): void {
  const { random, network, functions, screens, customers, viewers, shops, database } = world;
  const owner = random.pick([...screens, ...customers, ...viewers.filter(({ links }) => links.length > 0)]);
  const dice = random.below(kind === 'pushes' ? 4 : kind === 'faults' ? 14 : 20);
  if (dice < 4) world.setWeather(kind === 'pushes' ? roughPushes(random) : rough(random));
  else if (dice < 6) network.cut(owner.name, random.pick(['noticed', 'by client', 'by nobody'] as const));
  else if (dice < 8) for (let runs = 1 + random.below(5); runs > 0; runs--) void functions.redeliver();
  else if (dice < 9) owner.reload(random.chance(0.2) ? 'nothing saved' : undefined);
  else if (dice < 10) network.restart();
  else if (dice < 12) world.setWeather(fair);
  else if (dice < 14) world.setWeather({ ...rough(random), databaseAway: true });
  else if (dice < 16) world.backUp();
  else if (dice < 17) world.restore(random.chance(0.5));
  else if (dice < 18) world.newEpoch();
  else if (dice < 19) world.rotateKey(random.pick(shops).id);
  else {
    const { id } = random.pick(shops);
    const { head = 0, minSeq = 1 } = database.tables.streams.get(id) ?? {};
    world.cut(id, minSeq + random.below(head + 2 - minSeq));
  }
}

function roughPushes(random: Random): Weather {
  return {
    ...fair,
    pushLoss: random.pick([0, 0.3, 0.7]),
    pushRepeat: random.pick([0, 0.3]),
    pushDelayMs: random.pick([5, 300, 3_000]),
    pushUnknown: random.pick([0, 0.3]),
  };
}

function rough(random: Random): Weather {
  return {
    ...roughPushes(random),
    pushDelayMs: random.pick([5, 300, 3_000, 60_000]),
    goneWhenYoung: random.pick([0, 0.5]),
    callLoss: random.pick([0, 0, 0.2]),
    callRepeat: random.pick([0, 0.2]),
    registerAstray: random.pick([0, 0.3]),
    closingAstray: random.pick([0, 0.5]),
    kill: random.pick([0, 0.1, 0.3]),
    freeze: random.pick([0, 0.05]),
    databaseAway: random.chance(0.1),
    slowMs: random.pick([0, 5, 5, 300]),
    answerLost: random.pick([0, 0, 0.1]),
    repeatedCall: random.pick([0, 0, 0.1]),
    httpLoss: random.pick([0, 0.2]),
  };
}
