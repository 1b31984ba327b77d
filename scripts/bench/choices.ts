import { openDatabase } from '../../db/database.ts';
import { postgresInstallation } from '../../db/installation.ts';
import { hashOf } from '../../functions/domain/secret.ts';
import type { HttpClient } from './http-client.ts';
import { load } from './load.ts';
import { menuOf, orderOf, orderWithChoices } from './order.ts';
import type { Placing } from './placing.ts';
import { atMost, type Section } from './row.ts';
import { inRounds, percentile } from './statistics.ts';

const shops = 20;
const ORDERS = 3_000;
const READS = 200;
/** The largest menu that a shop is asked to have. */
const DISHES = 200;
const SLOWEST_READ_MS = 20;

/** Where the rows of options are measured: a system, its database, and clients that place orders in that. */
export interface ChoicesBench {
  databaseUrl: string;
  placing: Placing;
  clients: number;
  system: HttpClient;
  /** How often the system has written to its database. */
  databaseWrites(): Promise<number>;
}

/** What dishes with options cost: to place an order of them, and to read a large menu. */
export async function reportChoices(
  bench: ChoicesBench,
  rounds: number,
  report: Parameters<Section>[1],
): Promise<void> {
  const database = openDatabase({ url: bench.databaseUrl, poolSize: 1 });
  const installation = postgresInstallation(database);
  for (let index = 0; index < shops; index++) {
    await installation.upsertShop(menuOf(`plain${index}`), hashOf('key'));
    await installation.upsertShop(menuOf(`choosing${index}`, { hasOptions: true }), hashOf('key'));
  }
  await installation.upsertShop(menuOf('large', { count: DISHES, hasOptions: true }), hashOf('key'));
  await database.end();

  const { plain, choosing } = await inRounds(rounds, {
    plain: () => placeAll(bench, index => orderOf(`plain${index % shops}`, 'n0')),
    choosing: () => placeAll(bench, index => orderWithChoices(`choosing${index % shops}`, 'n0')),
  });
  report({
    measure: '`place_order` of three lines by 16 clients: without options; with three choices on each',
    unit: 'µs',
    floor: plain.perOrder,
    ours: choosing.perOrder,
    goal: atMost(plain.perOrder, 1.15),
  });
  const alone = { ...bench, clients: 1 };
  const one = await inRounds(rounds, {
    plain: () => placeAll(alone, () => orderOf('plain0', 'n0'), ORDERS / 5),
    choosing: () => placeAll(alone, () => orderWithChoices('choosing0', 'n0'), ORDERS / 5),
  });
  report({
    measure: 'the same by one client, p50',
    unit: 'µs',
    floor: one.plain.p50,
    ours: one.choosing.p50,
    goal: atMost(one.plain.p50, 1.15),
  });

  const before = await bench.databaseWrites();
  const { reading } = await inRounds(rounds, { reading: () => readAll(bench.system) });
  const writes = (await bench.databaseWrites()) - before;
  report({
    measure: `\`get_shop_info\` of a menu of ${DISHES} dishes with options, one at a time, p50`,
    unit: 'ms',
    ours: reading.p50,
    goal: { limit: SLOWEST_READ_MS, is: 'most', words: `≤ ${SLOWEST_READ_MS} ms` },
  });
  report({
    measure: 'statements for it',
    unit: 'writes',
    // What the system does by itself meanwhile is little beside so many.
    ours: writes / ((rounds + 1) * READS),
    goal: { limit: 1.1, is: 'most', words: '1' },
  });
}

async function placeAll(
  { placing, clients }: ChoicesBench,
  orderFor: (index: number) => ReturnType<typeof orderOf>,
  count = ORDERS,
): Promise<{ perOrder: number; p50: number }> {
  const free = Array.from({ length: clients }, (_, client) => client);
  const { each, all } = await load(count, clients, async index => {
    const client = free.pop() ?? 0;
    const order = orderFor(index);
    await placing.place(client, order.shop, order);
    free.push(client);
  });
  return { perOrder: (all / count) * 1_000, p50: percentile(each, 0.5) * 1_000 };
}

async function readAll(system: HttpClient): Promise<{ p50: number }> {
  const { each } = await load(READS, 1, async () => {
    const { status, body } = await system.get('/get_shop_info?shop=large');
    if (status !== 200 || body.length < 10_000) throw new Error(`GET /get_shop_info answered ${status}`);
  });
  return { p50: percentile(each, 0.5) };
}
