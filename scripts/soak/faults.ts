import { setTimeout as sleep } from 'node:timers/promises';
import { foreignAnswers, foreignResponse } from '../../tests/support/foreign-answers.ts';
import type { PgBouncer } from '../../tests/support/postgres/pgbouncer.ts';
import { pick, seeded } from '../../tests/support/random.ts';
import type { BreakableSystem } from '../../tests/support/trial/breakable-system.ts';
import type { Front } from '../../tests/support/trial/customer.ts';
import type { FreezingProxy, Way } from '../../tests/support/trial/freezing-proxy.ts';
import type { FunctionHost } from '../../tests/support/trial/function-host.ts';
import type { ReplicatedPostgres } from '../../tests/support/trial/replicated-postgres.ts';
import type { PushRule, Treatment } from '../../tests/support/trial/send-back-proxy.ts';
import type { Trial } from '../../tests/support/trial/trial.ts';
import type { Fault, FaultKind } from './schedule.ts';

/** Where faults happen. */
export interface Scene {
  world: BreakableSystem;
  trial: Trial;
  /** Between each screen and the gateway. */
  links: FreezingProxy[];
  /** Of a full soak. */
  replicated?: ReplicatedPostgres | undefined;
  pooler?: PgBouncer | undefined;
}

/** A fault that has begun: what undoes it. */
export type Undo = () => unknown;

/** Makes a fault happen. */
export async function begin({ kind, host, seed }: Fault, scene: Scene): Promise<Undo> {
  return begins[kind]({ ...scene, host: hostsOf(scene.world)[host], random: seeded(seed) });
}

/** The function hosts of a world, in the order that a schedule counts them. */
export function hostsOf({ stream, bills }: BreakableSystem): FunctionHost[] {
  return [stream, ...bills];
}

interface Moment extends Scene {
  host: FunctionHost | undefined;
  random: () => number;
}

const nothing = () => {};

const begins: Record<FaultKind, (moment: Moment) => Undo | Promise<Undo>> = {
  async 'postgres-kill'({ world: { postgres } }) {
    await postgres.kill();
    return () => postgres.start();
  },
  'postgres-freeze'({ world: { postgres } }) {
    postgres.freeze();
    return () => postgres.thaw();
  },
  async 'backends-terminated'({ world: { postgres } }) {
    await postgres.pool.query(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'websocket-order'`);
    return nothing;
  },
  async 'function-kill'({ host }) {
    await host?.kill();
    return () => host?.start();
  },
  'function-freeze'({ host }) {
    host?.freeze();
    return () => host?.thaw();
  },
  async 'gateway-kill'({ world: { gateway } }) {
    await gateway.kill();
    return () => gateway.start();
  },
  'gateway-freeze'({ world: { gateway } }) {
    gateway.freeze();
    return () => gateway.thaw();
  },
  'database-cut'({ host }) {
    host?.database.weather({ kind: 'refuse' });
    host?.database.cut();
    return () => host?.database.weather({ kind: 'pass' });
  },
  'database-slow'({ host, random }) {
    host?.database.weather({ kind: 'slow', ms: 20 + random() * 130 });
    return () => host?.database.weather({ kind: 'pass' });
  },
  'database-half-open'({ host }) {
    host?.database.weather({ kind: 'half-open' });
    return () => host?.database.weather({ kind: 'pass' });
  },
  'pushes-dropped': ({ world, random }) => ruled(world, () => (random() < 0.5 ? 'drop' : 'pass')),
  'pushes-tripled': ({ world }) => ruled(world, () => 'triple'),
  'pushes-shuffled': ({ world, random }) => ruled(world, () => ({ late: random() * 3_000 })),
  'pushes-failed': ({ world, random }) => ruled(world, () => pick(failures, random)),
  'screens-dropped'({ trial, random }) {
    for (const screen of trial.screens) if (random() < 0.5) screen.drop();
    return nothing;
  },
  'foreign-answers'({ trial, random }) {
    trial.setFront(answering(random));
    return () => trial.setFront();
  },
  async 'primary-lost'({ replicated, random }) {
    if (replicated === undefined || !(await replicated.isSafe())) throw new Error('there is no standby that has all');
    // Its last moments reach the standby no more, whatever becomes of those who wait.
    replicated.link.weather({ kind: 'half-open' });
    await sleep(200);
    await endWaits(replicated, random() < 0.5 ? 'pg_terminate_backend' : 'pg_cancel_backend');
    await sleep(100);
    await replicated.failOver();
    return () => replicated.addStandby();
  },
  'standby-cut'({ replicated }) {
    replicated?.link.weather({ kind: 'refuse' });
    replicated?.link.cut();
    return () => replicated?.link.heal();
  },
  async 'waits-cancelled'({ replicated, random }) {
    if (replicated !== undefined)
      await endWaits(replicated, random() < 0.5 ? 'pg_terminate_backend' : 'pg_cancel_backend');
    return nothing;
  },
  async 'pooler-kill'({ pooler }) {
    await pooler?.kill();
    return () => pooler?.start();
  },
  'link-frozen'({ links, random }) {
    const frozen = links.filter(() => random() < 0.5);
    for (const link of frozen) link.freeze(pick(ways, random));
    return () => {
      for (const link of frozen) link.thaw();
    };
  },
};

/** Ends those that wait for the standby, or lets them go on without it, while it is cut off. */
async function endWaits(
  { pool }: ReplicatedPostgres,
  how: 'pg_terminate_backend' | 'pg_cancel_backend',
): Promise<void> {
  await pool.query(`
    select ${how}(pid) from pg_stat_activity where datname = current_database() and wait_event = 'SyncRep'`);
}

const ways: Way[] = ['up', 'down', 'both'];

/** Answers four of ten requests as a platform or a proxy does (F51): half of these after the request got through. */
function answering(random: () => number): Front {
  return async send => {
    if (random() < 0.6) return send();
    if (random() < 0.5) await send();
    return foreignResponse(pick(foreignAnswers, random));
  };
}

/** What a gateway that is unwell may answer; none of it says that a connection is gone. */
const failures: Treatment[] = [
  'hang',
  'redirect',
  'garbage',
  'pass',
  { status: 500 },
  { status: 429 },
  { status: 404 },
];

function ruled({ sendBack }: BreakableSystem, rule: PushRule): Undo {
  sendBack.rule(rule);
  return () => sendBack.rule(() => 'pass');
}
