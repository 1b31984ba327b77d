import { randomUUID } from 'node:crypto';
import type { PushOutcome } from '../../apigateway/push.ts';
import type { SecurityEventKind } from '../../apigateway/security-events.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import type { ServerFrame } from '../../functions/domain/frames.ts';
import type { Redelivery } from '../../functions/domain/redelivery.ts';
import { type RedeliverAnswer, type RedeliverDependencies, redeliver } from '../../functions/redeliver/redeliver.ts';
import { createWebhookCaller } from '../../functions/runtime/webhook.ts';
import { aKeyOf, type DatabasePorts, openPorts, type PortsSettings, place, read } from '../support/postgres/ports.ts';

/** Re-delivery on a real database, with a push that only writes down what it was given. */
export interface RecordedRedelivery extends DatabasePorts {
  /** One run of the timer function. */
  run(): Promise<RedeliverAnswer>;
  /** The same, with claims of its own. */
  runWith(redelivery: Redelivery): Promise<RedeliverAnswer>;
  /** What was pushed, by connection. */
  pushed: Map<string, ServerFrame[]>;
  closed: string[];
  /** What the next pushes come to. */
  outcome: { now: PushOutcome };
  notes: Record<string, unknown>[];
  securityEvents: SecurityEventKind[];
}

export async function openRedelivery({
  workMs,
  ...settings
}: PortsSettings & { workMs?: number } = {}): Promise<RecordedRedelivery> {
  const world = await openPorts(settings);
  const pushed: RecordedRedelivery['pushed'] = new Map();
  const closed: string[] = [];
  const notes: Record<string, unknown>[] = [];
  const securityEvents: SecurityEventKind[] = [];
  const outcome: RecordedRedelivery['outcome'] = { now: 'sent' };
  const dependencies: Omit<RedeliverDependencies, 'redelivery'> = {
    ...world,
    ...(workMs !== undefined && { workMs }),
    push: {
      async send(id, text) {
        pushed.set(id, [...(pushed.get(id) ?? []), JSON.parse(text) as ServerFrame]);
        return outcome.now;
      },
      async close(id) {
        closed.push(id);
        return outcome.now;
      },
    },
    callWebhook: createWebhookCaller({ privateHosts: [], allowsOwn: true }),
    nowSeconds: () => Math.floor(Date.now() / 1000),
    log: (level, event, fields) => notes.push({ level, event, ...fields }),
    securityEvents: { tell: kind => securityEvents.push(kind) },
  };
  const runWith = (redelivery: Redelivery) => redeliver({ ...dependencies, redelivery })();
  return {
    ...world,
    run: () => runWith(postgresRedelivery(world.database)),
    runWith,
    pushed,
    closed,
    outcome,
    notes,
    securityEvents,
  };
}

/** A screen that has said hello and has acknowledged everything so far. */
export async function aScreen(world: DatabasePorts, shop: string, id: string = randomUUID()): Promise<string> {
  await world.connections.add({ id, address: undefined });
  const keyId = await aKeyOf(world, shop);
  await world.subscriptions.bindScreen({ id, shop, device: randomUUID(), keyId });
  const { epoch, head } = await world.streams.openOrders(shop);
  await world.subscriptions.startSnapshot(id, epoch);
  await world.subscriptions.touch(id, { epoch: undefined, after: head, lastId: undefined });
  return id;
}

/** An order, placed that many seconds ago as far as the database can tell. */
export async function anOldOrder(world: DatabasePorts, shop: string, secondsAgo: number): Promise<string> {
  const { order } = await place(world, shop);
  const { id } = read(order);
  const back = `interval '${secondsAgo} seconds'`;
  await world.pool.query(
    `update orders set placed_at = placed_at - ${back}, accept_by = accept_by - ${back} where id = $1`,
    [id],
  );
  await world.pool.query(`update events set at = at - ${back} where order_id = $1`, [id]);
  return id;
}
