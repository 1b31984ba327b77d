import { setTimeout as sleep } from 'node:timers/promises';
import type { Shop } from '../../functions/domain/frames.ts';
import { seeded } from '../../tests/support/random.ts';
import { type BreakableSystem, startBreakableSystem } from '../../tests/support/trial/breakable-system.ts';
import { type FreezingProxy, startFreezingProxy } from '../../tests/support/trial/freezing-proxy.ts';
import type { Report } from '../../tests/support/trial/history.ts';
import { linkSettings } from '../../tests/support/trial/link-settings.ts';
import { startTrial } from '../../tests/support/trial/trial.ts';
import { begin, hostsOf, type Scene } from './faults.ts';
import { fullSystem } from './full.ts';
import { startPeople } from './people.ts';
import { type Fault, type FaultKind, faultKinds, fullFaultKinds, scheduleOf } from './schedule.ts';
import { aWish, soakShops } from './shops.ts';

const SHOPS = 6;
const SCREENS_PER_SHOP = 2;

/** What came of a soak. */
export interface SoakResult extends Report {
  seed: number;
  minutes: number;
  /** How often each kind of fault was injected. */
  faults: Partial<Record<FaultKind, number>>;
}

/** What to run. */
export interface SoakOptions {
  seed: number;
  minutes: number;
  customers: number;
  /** With a standby, and a pooler where one is installed, and with their faults. */
  isFull?: boolean;
  /** Hears of each fault as it begins, and of those that could not be made to happen. */
  log: (line: string) => void;
  /** Aborted: everything is ended, and the soak throws. */
  ending?: AbortSignal;
}

/**
 * Customers order by all rules and shops work while one fault after the other is injected, several at a time; then
 * everything is healed, what is under way comes to its end, and the history is checked. Redelivery and the clients' waits
 * are those of the product.
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { seed, minutes, customers, isFull = false, log, ending } = options;
  const { pingSeconds, aliveFrame } = linkSettings();
  const { replicated, pooler } = isFull ? await fullSystem(log) : {};
  const world = await startBreakableSystem({
    ...(replicated && { postgres: replicated }),
    databaseUrl: pooler?.url,
    billHosts: 2,
    redeliverSeconds: 20,
    gateway: { pingSeconds },
    aliveFrame,
  });
  const links: FreezingProxy[] = [];
  const abort = () => void world.end();
  ending?.addEventListener('abort', abort);
  try {
    const random = seeded(seed + 1);
    const { port } = new URL(world.url);
    for (let count = 0; count < SHOPS * SCREENS_PER_SHOP; count++) links.push(await startFreezingProxy(Number(port)));
    const unused = links.values();
    const trial = await startTrial(world, {
      shops: await makeShops(world),
      screensPerShop: SCREENS_PER_SHOP,
      screenUrl: () => `ws://127.0.0.1:${unused.next().value?.port ?? port}/pgws`,
      jitter: 1,
      random,
    });
    const shops = await readShops(world, trial.shops);
    const wishFor = (id: string) => {
      const shop = shops.get(id);
      return shop === undefined ? { shop: id } : aWish(shop, random);
    };
    const writers = trial.startWriters({ count: customers, pauseMs: 300, paths: ['/bill', '/bill-1'], wishFor });
    const people = startPeople(trial, random, world.ending);
    const kinds = isFull ? fullFaultKinds(pooler !== undefined) : faultKinds;
    const schedule = scheduleOf(seed, minutes, hostsOf(world).length, kinds);
    const faults = await inject(schedule, { world, trial, links, replicated, pooler }, log);
    await world.heal();
    const healedAt = Date.now();
    await Promise.all([writers.stop(), people.stop()]);
    const selling = { shops, deeds: people.deeds, revoked: await people.revoked() };
    const report = await trial.finish({ healedAt, selling });
    return { seed, minutes, faults, ...report };
  } finally {
    ending?.removeEventListener('abort', abort);
    await world.end();
    await pooler?.end();
    await Promise.all(links.map(link => link.close()));
  }
}

/** Makes the shops, and gives their keys. */
async function makeShops({ init }: BreakableSystem): Promise<Record<string, string>> {
  const ids = Array.from({ length: SHOPS }, (_, index) => `shop-${index}`);
  const answer = await init({ shops: soakShops(ids) });
  if ('error' in answer) throw new Error(answer.error.message);
  return Object.fromEntries(answer.shops.map(({ id, key = '' }) => [id, key]));
}

/** How the shops sell, as customers read it. */
async function readShops({ url }: BreakableSystem, ids: string[]): Promise<Map<string, Shop>> {
  const read = ids.map(async id => {
    const response = await fetch(`${url}/get_shop_info?shop=${id}`);
    const { shops } = (await response.json()) as { shops: Shop[] };
    return shops;
  });
  return new Map((await Promise.all(read)).flat().map(shop => [shop.id, shop]));
}

async function inject(schedule: Fault[], scene: Scene, log: SoakOptions['log']): Promise<SoakResult['faults']> {
  const from = Date.now();
  const counts: SoakResult['faults'] = {};
  const { ending: signal } = scene.world;

  async function run(fault: Fault): Promise<void> {
    const at = `${(fault.atMs / 1_000).toFixed(1)} s`.padStart(9);
    try {
      const undo = await begin(fault, scene);
      counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
      log(`${at} ${fault.kind} (${fault.target}) for ${fault.forMs} ms`);
      await sleep(fault.forMs, undefined, { signal });
      await undo();
    } catch (error) {
      if (signal.aborted) return;
      // Another fault was in its way, as a database that is cold is in that of whoever would terminate its sessions.
      log(`${at} ${fault.kind} (${fault.target}) did not happen: ${String(error).split('\n')[0]}`);
    }
  }

  const before = new Map<string, Promise<void>>();
  for (const fault of schedule) {
    await sleep(from + fault.atMs - Date.now(), undefined, { signal });
    const turn = (before.get(fault.target) ?? Promise.resolve()).then(() => run(fault));
    before.set(fault.target, turn);
  }
  await Promise.all(before.values());
  return counts;
}
