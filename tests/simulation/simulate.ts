import { isOnItsWay } from '../../web/connection/placing.ts';
import { checkEverything, differencesOf, ordersMissing } from './check.ts';
import { type Kind, kindOf, runSteps } from './schedule.ts';
import { buildSystem, type SimulatedSystem, type SystemSettings } from './system.ts';
import { fair } from './weather.ts';

/** What came of a schedule. */
export interface Outcome {
  kind: Kind;
  /** What must never be, and was; empty is good. */
  problems: string[];
  /** Milliseconds from the healing until everybody had everything. */
  drainedAfterMs: number;
  orders: number;
  events: number;
}

/** Every 20 s, as a deployment has it. */
const REDELIVER_MS = 20_000;
const LEASE_MS = 600_000;
/** What was delayed arrives within this time of the healing. */
const HASTE_MS = 2_000;

/** Longest time from the healing until everything is on every screen. Milliseconds. */
const DRAIN_MS = {
  /** Nothing but pushes was lost. New orders are there after 30 s (I7); anything else may be acked after 30 s only. */
  pushes: 60_000,
  /**
   * The network says that it is back, so that whoever waits tries at once. But what was still under way may be committed
   * and told to nobody, and then the same holds as above.
   */
  woken: 65_000,
  /** Nobody says anything: a dead connection is noticed by a ping, which comes after 240 s. */
  alone: 300_000,
};
const ORDERS_MS = 30_000;
/**
 * After this time a customer looks at the phone, which is what a page that was hidden calls a wake: later than an order
 * is told again (TOLD_AGAIN_SECONDS), since what answered the ping before may have been lost.
 */
const LOOK_MS = 12_000;

/** Runs the schedule of a seed, heals everything, waits until everybody has everything, and checks what is promised. */
export async function simulate(settings: SystemSettings): Promise<Outcome> {
  const kind = kindOf(settings.seed);
  const world = buildSystem(settings);
  const { time, problems, random } = world;
  redeliverForEver(world);
  // For a while, now and then: what is only just opening is treated with more care.
  await time.pass(random.chance(0.5) ? 200 : 6_000);
  await runSteps(world, kind);
  const isWoken = kind !== 'pushes' && random.chance(0.92);
  heal(world);
  await time.pass(HASTE_MS + 1_000);
  if (isWoken) for (const client of [...world.screens, ...world.customers, ...world.viewers]) client.wake();
  const drainedAfterMs = await drain(
    world,
    kind,
    kind === 'pushes' ? DRAIN_MS.pushes : isWoken ? DRAIN_MS.woken : DRAIN_MS.alone,
  );
  for (let looks = 0; looks < 8; looks++) {
    attend(world);
    await time.pass(5_000);
  }
  checkEverything(world, kind, isWoken);
  if (random.chance(0.02)) await leasesEnd(world);
  world.end();
  const { orders, streams } = world.database.tables;
  const events = [...streams.values()].reduce((sum, { head }) => sum + head, 0);
  return { kind, problems, drainedAfterMs, orders: orders.size, events };
}

function redeliverForEver(world: SimulatedSystem): void {
  const { time, functions, problems, random } = world;
  const run = () => {
    time.later(REDELIVER_MS, run);
    void functions.redeliver().then(ending => {
      if (ending.type === 'answered' && Object.values(ending.answer.audit).some(count => count > 0))
        problems.push(`I9: ${JSON.stringify(ending.answer.audit)}`);
    });
  };
  time.later(random.below(REDELIVER_MS), run);
}

/** The weather is fair from now on, and what is still under way arrives soon. */
function heal(world: SimulatedSystem): void {
  world.setWeather(fair);
  world.time.hasten(HASTE_MS);
}

/** Waits until everybody has everything. People look at their devices every second. */
async function drain(world: SimulatedSystem, kind: Kind, bound: number): Promise<number> {
  const { time, customers, viewers, problems } = world;
  const from = time.now();
  for (;;) {
    const passed = time.now() - from;
    const differences = differencesOf(world, kind !== 'pushes');
    if (differences.length === 0 && !customers.some(({ placing }) => isOnItsWay(placing()))) return passed;
    if (kind === 'pushes' && passed === ORDERS_MS)
      problems.push(...ordersMissing(world).map(text => `I7, after 30 s: ${text}`));
    if (passed >= bound) {
      problems.push(...differences.map(text => `I7, after ${bound / 1_000} s: ${text}`));
      return passed;
    }
    attend(world);
    if (passed === LOOK_MS) for (const customer of [...customers, ...viewers]) customer.wake();
    await time.pass(1_000);
  }
}

/** People start what has stopped. */
function attend({ screens, customers, viewers, shops }: SimulatedSystem): void {
  for (const screen of screens) screen.attend(shops.find(({ id }) => id === screen.shop)?.token ?? '');
  for (const customer of [...customers, ...viewers]) customer.attend();
}

/** I8: whoever is gone is forgotten when its lease is over. */
async function leasesEnd(world: SimulatedSystem): Promise<void> {
  await world.time.pass(LEASE_MS + 30_000);
  const open = new Set(world.network.open().values());
  for (const { id, state, expiresAt } of world.database.tables.connections.values()) {
    if (state !== 'closed' && expiresAt > world.time.now() && !open.has(id)) world.problems.push(`I8: ${id} lives on`);
  }
}
