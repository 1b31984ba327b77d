import { randomUUID } from 'node:crypto';
import { postgresRedelivery } from '../../db/redelivery.ts';
import type { Change, Hours } from '../../functions/domain/frames.ts';
import type { ShopDefinition } from '../../functions/domain/init-event.ts';
import { canonicalOrder, type OrderRequest } from '../../functions/domain/place-order.ts';
import type { RunCommand } from '../../functions/domain/ports.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import { aShop, type DatabasePorts, openPorts } from '../support/postgres/ports.ts';
import { installShop, menu } from './model-shops.ts';
import { type Models, modelsOn } from './models.ts';
import { type Random, seededRandom } from './random.ts';
import { modelDatabase } from './tables.ts';

/*
 * The simulation says as much about the product as its models are like PostgreSQL. Here both are asked the same, in a
 * random order, and have to answer the same. Time is left out: it does not pass while this runs.
 */

const caps = { perShop: 3, perOrder: 2, visitorsPerShop: 2 };
let world: DatabasePorts;
beforeAll(async () => {
  world = await openPorts({ caps });
});
afterAll(() => world.end());

type Ports = Record<keyof Models, Record<string, (...values: unknown[]) => unknown>>;

/** One of the two, and the names it has given to what both have: ids and epochs are made by each for itself. */
interface Side {
  ports: Ports;
  names: Map<string, string>;
}

/** An answer in which every UUID that a side has made stands by the number of its first appearance. */
function plain({ names }: Side, answer: unknown): string {
  const text = JSON.stringify(answer, (key, value) => {
    if (value === undefined) return 'nothing';
    // Read on the way in PostgreSQL, and by those who announce in the model.
    if (key === 'screens') return undefined;
    return typeof value === 'string' && value.startsWith('{') ? sorted(JSON.parse(value)) : value;
  });
  return (text ?? 'nothing')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, id => {
      if (!names.has(id)) names.set(id, `#${names.size + 1}`);
      return names.get(id) ?? id;
    })
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"some time"')
    .replace(/"message":"[^"]*"/g, '"message":"in words"')
    .replace(/"name":"[^"]*"/g, '"name":"a name"');
}

/** Keys of objects in one order; jsonb has its own. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).map(([key, part]) => [key, sorted(part)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function ask(
  side: Side,
  port: keyof Ports,
  call: string,
  values: unknown[],
): Promise<{ text: string; answer: unknown }> {
  try {
    const answer = await side.ports[port][call]?.(...values);
    const isList = call === 'screensOf' || call === 'revokedScreens' || call === 'followersOf' || call === 'visitorsOf';
    const inOrder = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    return { text: plain(side, isList ? [...(answer as unknown[])].sort(inOrder) : answer), answer };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      text: `refused: ${error.code} ${JSON.stringify(error.fields?.map(({ path }) => path) ?? [])}`,
      answer: undefined,
    };
  }
}

/** What both sides have made, by the same place in both lists. */
interface Made {
  orders: [string, string][];
  epochs: [string, string];
  events: Map<number, [string, string]>;
}

test('the models answer as PostgreSQL does, whatever they are asked', async () => {
  const calls = new Map<string, number>();
  for (let seed = 1; seed <= 25; seed++) await compare(seed, calls);
  for (const name of [
    'orders.place',
    'commands.run',
    'subscriptions.touch',
    'subscriptions.bindScreen',
    'streams.page',
  ])
    expect([name, (calls.get(name) ?? 0) > 50]).toEqual([name, true]);
});

async function compare(seed: number, calls: Map<string, number>): Promise<void> {
  const random = seededRandom(seed);
  const shop = `shop-${randomUUID()}`;
  const { timeZone = '' } = aShop();
  const terms = { dishes: [...menu], pickup: true, timeZone, later: aLater(2) };
  // Never twice the same, as the microseconds of PostgreSQL: which connection is the oldest depends on it.
  let last = 0;
  const now = () => {
    last = Math.max(Date.now(), last + 1);
    return last;
  };
  const database = modelDatabase(now, seededRandom(seed + 1_000));
  installShop(database, { id: shop, keyHash: hashOf('key'), ...terms });
  await world.installation.upsertShop(
    { id: shop, name: shop, currency: 'CNY', ...terms } as ShopDefinition,
    hashOf('key'),
  );
  const redelivery = postgresRedelivery(world.database);
  const sides: [Side, Side] = [
    { ports: modelsOn(database, caps) as unknown as Ports, names: new Map() },
    { ports: { ...world, redelivery } as unknown as Ports, names: new Map() },
  ];
  const streams = await Promise.all(sides.map(side => ask(side, 'streams', 'openOrders', [shop])));
  const [ours, theirs] = streams.map(({ answer }) => (answer as { epoch: string }).epoch);
  const made: Made = { orders: [], epochs: [ours ?? '', theirs ?? ''], events: new Map() };
  const connections = Array.from({ length: 6 }, () => randomUUID());
  const keys = Array.from({ length: 8 }, () => randomUUID());
  const commands = Array.from({ length: 10 }, () => randomUUID());

  for (let step = 0; step < 80; step++) {
    const [port, call, values] = question(random, { shop, made, connections, keys, commands });
    const [one, other] = [await ask(sides[0], port, call, values(0)), await ask(sides[1], port, call, values(1))];
    expect(`seed ${seed}, step ${step}, ${port}.${call}: ${one.text}`).toBe(
      `seed ${seed}, step ${step}, ${port}.${call}: ${other.text}`,
    );
    calls.set(`${port}.${call}`, (calls.get(`${port}.${call}`) ?? 0) + 1);
    remember(made, one.answer, other.answer);
  }
}

/** Keeps the ids of what was made, so that later questions can be about it. */
function remember(made: Made, ours: unknown, theirs: unknown): void {
  type Placed = { orderId?: string; event?: { seq: number; id: string } | undefined };
  const [one, other] = [ours as Placed | undefined, theirs as Placed | undefined];
  if (one?.event !== undefined && other?.event !== undefined)
    made.events.set(one.event.seq, [one.event.id, other.event.id]);
  if (one?.orderId !== undefined && other?.orderId !== undefined && one.event !== undefined)
    made.orders.push([one.orderId, other.orderId]);
}

/** Whole hours from now on, where a shop of these tests has slots: it is about noon there. */
const SLOTS = [1, 1, 2, 30].map(hours =>
  new Date((Math.ceil(Date.now() / 3_600_000) + hours) * 3_600_000).toISOString(),
);

function aLater(perSlot: number) {
  return { leadMinutes: 10, daysAhead: 0, slotMinutes: 60, perSlot };
}

/** At about noon: at every hour, open now, closed now and later, closed now and not again. */
function someHours(random: Random): Hours {
  const day = random.pick([
    [],
    [{ from: '06:00', to: '20:00' }],
    [{ from: '18:00', to: '22:00' }],
    [{ from: '03:00', to: '04:00' }],
  ]);
  return { week: Array.from({ length: 7 }, () => day), exceptions: [] };
}

function aLine(random: Random): OrderRequest['items'][number] {
  const quantity = 1 + random.below(3);
  const dish = random.pick(['rice', 'tofu', 'tofu', 'nothing']);
  const choice = { option: 'spice', choice: random.pick(['mild', 'hot', 'cold']), quantity: random.pick([1, 1, 1, 2]) };
  return { dish, quantity, ...(dish === 'tofu' && random.chance(0.9) ? { choices: [choice] } : {}) };
}

type Question = [port: keyof Ports, call: string, values: (side: 0 | 1) => unknown[]];

function question(
  random: Random,
  its: { shop: string; made: Made; connections: string[]; keys: string[]; commands: string[] },
): Question {
  const { shop, made } = its;
  const id = random.pick(its.connections);
  const order: [string, string] = made.orders.length > 0 ? random.pick(made.orders) : [randomUUID(), randomUUID()];
  const seq = random.below(made.events.size + 2);
  const command = random.pick(its.commands);
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2: {
      const request: OrderRequest = {
        shop: random.chance(0.95) ? shop : 'nowhere',
        items: [aLine(random)],
        customer: { name: 'Li', phone: '138', address: 'Street 1' },
        ...(random.chance(0.4) ? { wantedAt: random.pick(SLOTS) } : {}),
        ...(random.chance(0.2) ? { fulfilment: { type: 'pickup' } as const } : {}),
        ...(random.chance(0.3) ? { expectedTotalCents: random.pick([200, 400, 2_200]) } : {}),
      };
      const placing = {
        request,
        key: random.pick(its.keys),
        bodyHash: hashOf(canonicalOrder(request)),
        address: undefined,
      };
      return ['orders', 'place', () => [placing]];
    }
    case 3:
    case 4:
      return ['commands', 'run', commandOf(random, its, order, id)];
    case 5: {
      const isReadOnly = random.chance(0.3);
      const keyId = `${shop}.${random.pick([1, 1, 2, 3])}`;
      return random.chance(0.7)
        ? ['subscriptions', 'bindScreen', () => [{ id, shop, device: its.connections[0], keyId }]]
        : ['subscriptions', 'followOrder', side => [{ id, shop, order: order[side], isReadOnly }]];
    }
    case 6:
    case 7:
    case 8: {
      const kind = random.below(5);
      const lastId = made.events.get([seq, 1 + random.below(3)][kind] ?? 0);
      const wrong = randomUUID();
      return [
        'subscriptions',
        'touch',
        side => {
          if (kind === 4) return [id, undefined];
          const epoch = kind === 3 ? undefined : kind === 2 ? wrong : made.epochs[side];
          return [id, { epoch, after: seq, lastId: lastId?.[side] }];
        },
      ];
    }
    case 9:
      return ['streams', 'page', () => [shop, seq, 1 + (seq % 4)]];
    case 10: {
      const where = random.pick([[shop], ['nowhere'], []]);
      return random.chance(0.5)
        ? ['streams', 'openOrders', () => [shop]]
        : ['streams', 'order', side => [order[side], ...where]];
    }
    case 11:
      return random.pick<Question>([
        ['connections', 'add', () => [{ id, address: undefined }]],
        ['connections', 'remove', () => [id]],
        ['connections', 'prune', () => [id]],
        ['subscriptions', 'startSnapshot', side => [id, made.epochs[side]]],
        ['subscriptions', 'setPage', () => [id, seq]],
        ['subscriptions', 'turnPage', () => [id, seq, seq + 1]],
      ]);
    case 12:
      return random.pick<Question>([
        ['subscriptions', 'followedBy', () => [id]],
        ['subscriptions', 'followsAny', () => [id]],
        ['subscriptions', 'ordersToTell', () => [id]],
        ['subscriptions', 'screensOf', () => [shop]],
        ['subscriptions', 'revokedScreens', () => [shop]],
        ['subscriptions', 'visitShop', () => [{ id, shop }]],
        ['subscriptions', 'visitShop', () => [{ id, shop }]],
        ['subscriptions', 'visitorsOf', () => [shop]],
        ['subscriptions', 'visitedVersion', () => [id]],
        ['subscriptions', 'followersOf', side => [shop, order[side]]],
        ['commands', 'autoAccept', () => [shop, seq, seq + 3]],
        ['redelivery', 'expireOrders', () => [1]],
      ]);
    default:
      return random.pick<Question>([
        ['shops', 'forScreens', () => [shop]],
        ['shops', 'forVisitors', () => [shop]],
        ['shops', 'keyOf', () => [shop, hashOf('key')]],
        ['shops', 'keyOf', () => [shop, hashOf('another')]],
        ['shops', 'keyOf', () => [shop, hashOf(`key of ${command}`)]],
        ['shops', 'exists', () => [shop]],
      ]);
  }
}

function commandOf(
  random: Random,
  its: { shop: string; commands: string[] },
  order: [string, string],
  connectionId: string,
) {
  const version = 1 + random.below(3);
  const id = random.pick(its.commands);
  const dice = random.below(14);
  const byCustomer = dice === 7;
  const changeOfMenu = aChangeOfMenu(random);
  const changeOfKeys = random.pick<Change>([
    { op: 'make_key', name: 'a key', role: 'display' },
    { op: 'make_key', name: 'a key', role: 'staff' },
    ...[2, 3].map(number => ({ op: 'revoke_key', keyId: `${its.shop}.${number}` }) as const),
  ]);
  const operationOf = (order: string): Change => {
    if (dice === 0) return { op: 'set_open', open: version > 1 };
    if (dice === 1) return { op: 'set_dish', dish: version > 2 ? 'nothing' : 'tofu', available: version > 1 };
    if (dice === 2) return { op: 'set_auto_accept', autoAccept: version > 1 };
    if (dice === 8) return { op: 'claim_print', order };
    if (dice > 11) return changeOfKeys;
    if (dice > 8) return changeOfMenu;
    if (dice === 7) return version > 2 ? { op: 'remind', order } : { op: 'cancel', order, version };
    const op = (['accept', 'ready', 'complete', 'cancel'] as const)[dice - 3] ?? 'accept';
    return op === 'cancel' ? { op, order, version, reason: 'other' } : { op, order, version };
  };
  return (side: 0 | 1): [RunCommand] => {
    const operation = operationOf(order[side]);
    // The hash is made of what both sides have in common.
    const contentHash = hashOf(JSON.stringify({ ...operationOf(order[0]) }));
    const scope = byCustomer ? order[side] : its.shop;
    const keyHash = operation.op === 'make_key' ? { keyHash: hashOf(`key of ${id}`) } : {};
    const asked = { scope, id, contentHash, shop: its.shop, byCustomer, operation, ...keyHash };
    return [{ ...asked, ...(byCustomer ? {} : { connectionId }) }];
  };
}

function aChangeOfMenu(random: Random): Change {
  const dish = random.pick(['rice', 'tofu', 'tea', 'soup']);
  const category = random.pick(['主食', '热菜', '饮料']);
  return random.pick<Change>([
    { op: 'set_busy', busyMinutes: random.below(121) },
    { op: 'put_dish', dish, name: dish, category, priceCents: random.below(5_000), available: random.chance(0.5) },
    { op: 'put_dish', dish, name: dish, category, priceCents: 100, available: true },
    { op: 'remove_dish', dish },
    {
      op: 'set_choice',
      dish: 'tofu',
      option: 'spice',
      choice: random.pick(['hot', 'cold']),
      available: random.chance(0.5),
    },
    { op: 'set_hours', hours: someHours(random) },
    { op: 'set_hours', hours: someHours(random) },
    { op: 'set_later', later: random.pick([null, aLater(1), aLater(3)]) },
    {
      op: 'set_fulfilment',
      pickup: random.chance(0.5),
      delivery: { minimumCents: 0, feeCents: 0, freeFromCents: null, areas: [] },
    },
    { op: 'pause', minutes: 1 },
    {
      op: 'order_dishes',
      dishes: random.pick([['tofu', 'rice'], ['rice', 'tofu', 'tea'], ['rice', 'rice'], [], [dish]]),
    },
    { op: 'move_dish', dish, before: random.pick(['rice', 'tofu', 'tea', 'soup']) },
    { op: 'move_dish', dish },
    { op: 'move_category', category, before: random.pick(['主食', '热菜', '饮料']) },
    { op: 'move_category', category },
    { op: 'rename_category', category, name: random.pick(['主食', '热菜', '饮料']) },
  ]);
}
