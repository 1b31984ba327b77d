import { createBackplane, type Medium } from '../../apigateway/backplane/backplane.ts';
import { postgresMedium } from '../../apigateway/backplane/postgres.ts';
import { backplanePush } from '../../apigateway/backplane/push.ts';
import { redisMedium } from '../../apigateway/backplane/redis.ts';
import type { Push } from '../../apigateway/push.ts';
import { sendBackPush } from '../../apigateway/tencent/push.ts';
import { startRedis } from '../../tests/support/redis.ts';
import type { BackplaneServer } from './backplane-server.ts';
import { startDatabase } from './database.ts';
import { load, perSecond } from './load.ts';
import { startProcess } from './process.ts';
import { openReceivers, type Receivers } from './receivers.ts';
import { atMost, type Section } from './row.ts';
import { inRounds, percentile } from './statistics.ts';

/** Function containers that push at the same time, each with a session of its own. */
const CONTAINERS = 8;

/** A push to a connection of another process: through the send-back URL, which is the floor, and through each backplane. */
export const backplane: Section = async ({ rounds }, report) => {
  const redis = await startRedis();
  const database = await startDatabase();
  const onRedis = await startProcess<BackplaneServer['info']>('backplane-server.ts', { redisUrl: redis.url });
  const onPostgres = await startProcess<BackplaneServer['info']>('backplane-server.ts', { databaseUrl: database.url });
  const url = ({ info }: { info: BackplaneServer['info'] }) => `${info.url.replace('http', 'ws')}/in-process`;
  const [redisReceivers, postgresReceivers] = [
    await openReceivers(url(onRedis), 200),
    await openReceivers(url(onPostgres), 200),
  ];
  const sendBack = { url: onRedis.info.sendBackUrl, timeoutMs: 5_000 };
  const targets = {
    sendBack: targetOf(redisReceivers, () => sendBackPush(sendBack)),
    redis: targetOf(redisReceivers, () => pushOver(redisMedium(redis.url))),
    postgres: targetOf(postgresReceivers, () => pushOver(postgresMedium(database.url))),
  };

  const single = await inRounds(
    rounds,
    eachOf(targets, target => oneAtATime(target)),
  );
  const some = await inRounds(
    rounds,
    eachOf(targets, target => fromContainers(target)),
  );
  const many = await inRounds(
    rounds,
    eachOf(targets, target => fromOneProcess(target)),
  );
  for (const [name, key] of [
    ['Redis', 'redis'],
    ['LISTEN/NOTIFY', 'postgres'],
  ] as const) {
    report({
      measure: `push through ${name}, one at a time, p50`,
      unit: 'ms',
      floor: single.sendBack.p50,
      ours: single[key].p50,
      goal: atMost(single.sendBack.p50, 1.5),
    });
    report({
      measure: `${CONTAINERS} containers, each one at a time, through ${name}: pushes`,
      unit: '/s',
      floor: some.sendBack.rate,
      ours: some[key].rate,
    });
    report({
      measure: `one process, 128 in flight, through ${name}: pushes`,
      unit: '/s',
      floor: many.sendBack.rate,
      ours: many[key].rate,
    });
  }
  await Promise.all([redisReceivers.close(), postgresReceivers.close()]);
  await Promise.all([onRedis.stop(), onPostgres.stop()]);
  await Promise.all([redis.end(), database.stop()]);
};

/** Clients, and as many ways to them as there are containers. */
interface Target {
  receivers: Receivers;
  pushes: Push[];
}

function targetOf(receivers: Receivers, open: () => Push): Target {
  return { receivers, pushes: Array.from({ length: CONTAINERS }, open) };
}

function pushOver(medium: Medium): Push {
  const own = createBackplane({ medium, times: { idleMs: 3_600_000 } });
  return backplanePush(() => own);
}

function eachOf<Name extends string, Figure extends string>(
  targets: Record<Name, Target>,
  measure: (target: Target) => Promise<Record<Figure, number>>,
) {
  const entries = Object.entries<Target>(targets).map(([name, target]) => [name, () => measure(target)]);
  return Object.fromEntries(entries) as Record<Name, () => Promise<Record<Figure, number>>>;
}

/** About as long as the frame of an order. */
const frame = JSON.stringify({
  type: 'events',
  order: Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`field${n}`, `value ${n}`])),
});
let number = 0;

/** Pushes and waits for both: the answer to the caller and the receipt at the client. */
async function pushed({ receivers, pushes }: Target, index: number, container: number): Promise<void> {
  const mine = ++number;
  const receipt = receivers.receipt(mine);
  const id = receivers.ids[index % receivers.ids.length] ?? '';
  const outcome = await pushes[container]?.send(id, `${mine} ${frame}`);
  if (outcome !== 'sent') throw new Error(`a push was ${outcome}`);
  await receipt;
}

async function oneAtATime(target: Target) {
  const { each } = await load(1_000, 1, index => pushed(target, index, 0));
  return { p50: percentile(each, 0.5) };
}

async function fromContainers(target: Target) {
  const total = 500;
  const begun = performance.now();
  const all = target.pushes.map((_, container) => load(total, 1, index => pushed(target, index, container)));
  await Promise.all(all);
  return { rate: perSecond(total * CONTAINERS, performance.now() - begun) };
}

async function fromOneProcess(target: Target) {
  const total = 10_000;
  const { all } = await load(total, 128, index => pushed(target, index, 0));
  return { rate: perSecond(total, all) };
}
