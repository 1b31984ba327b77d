import { type Announcing, announce, tellVisitors } from '../domain/announce.ts';
import { type Sending, sendPage, sendSnapshot } from '../domain/backlog.ts';
import { errorFrame } from '../domain/delivery.ts';
import type { Connections } from '../domain/ports.ts';
import type { Audit, CallWebhook, Overdue, Redelivery, Stale } from '../domain/redelivery.ts';
import { type ErrorCode, Refusal } from '../domain/refusal.ts';
import { tellShop } from './tell-shop.ts';

/** What re-delivery works with. */
export interface RedeliverWorld extends Announcing, Sending {
  subscriptions: Announcing['subscriptions'] & Sending['subscriptions'];
  connections: Pick<Connections, 'prune'>;
  redelivery: Redelivery;
  callWebhook: CallWebhook;
  /** Whole seconds since 1970, for signatures. */
  nowSeconds(): number;
  /** Gets what somebody should know of: ids, codes and counts. */
  log(entry: { level: 'info' | 'warn' | 'error'; msg: string } & Record<string, unknown>): void;
}

/** What one run did. */
export interface RedeliverAnswer {
  expired: number;
  overdue: number;
  closed: number;
  escalated: number;
  told: number;
  /** Shops whose visitors were told of a change. */
  visited: number;
  cut: number;
  audit: Audit;
}

// Bounds of one run: it has to end well before the platform ends it, and the next one goes on.
const MAX_EXPIRED = 200;
const MAX_SCREENS = 200;
const MAX_STALE = 500;
const MAX_CALLS = 20;
const MAX_VISITED_SHOPS = 20;

/**
 * What happens without anybody's doing, for all shops in one call: orders expire, screens get what they have not
 * acknowledged, dead connections go, shops whose orders reach no screen are called. Meant to run every 20 s; safe to
 * overlap, and to be killed anywhere.
 */
export function redeliver(world: RedeliverWorld): () => Promise<RedeliverAnswer> {
  return async () => {
    const expired = await expireOrders(world);
    const closed = await closeStale(world);
    const overdue = await pushOverdue(world);
    const escalated = await escalate(world);
    const told = await tellShops(world);
    const visited = await tellVisitorsOfShops(world);
    const cut = await world.redelivery.cutLogs();
    const audit = await world.redelivery.audit();
    if (Object.values(audit).some(count => count > 0)) world.log({ level: 'error', msg: 'audit failed', ...audit });
    return { expired, overdue, closed, escalated, told, visited, cut, audit };
  };
}

async function expireOrders(world: RedeliverWorld): Promise<number> {
  for (let count = 0; count < MAX_EXPIRED; count++) {
    const event = await world.redelivery.expireOrder();
    if (event === undefined) return count;
    await announce(world, event);
  }
  return MAX_EXPIRED;
}

async function pushOverdue(world: RedeliverWorld): Promise<number> {
  const overdue = await world.redelivery.claimOverdue(MAX_SCREENS);
  await Promise.all(overdue.map(screen => pushAgain(world, screen)));
  return overdue.length;
}

async function pushAgain(world: RedeliverWorld, { connectionId, shop, epoch, head, ackedSeq }: Overdue): Promise<void> {
  const outcome =
    ackedSeq === undefined
      ? await sendSnapshot(world, connectionId, shop)
      : await sendPage(world, connectionId, { shop, epoch, head }, ackedSeq);
  if (outcome === 'gone') await world.connections.prune(connectionId);
  // What the gateway has not taken says nothing about the device: the next run tries again, with no longer wait.
  else if (outcome === 'sent') await world.redelivery.settleOverdue(connectionId);
}

const farewells: Record<Stale['why'], { code: ErrorCode; message: string }> = {
  unbound: { code: 'hello_required', message: 'no hello came in time' },
  lapsed: { code: 'hello_required', message: 'no ping came for too long' },
  revoked: { code: 'unauthorized', message: 'the key of the shop has been changed' },
};

async function closeStale({ redelivery, push }: RedeliverWorld): Promise<number> {
  const stale = await redelivery.closeStale(MAX_STALE);
  await Promise.all(
    stale.map(async ({ connectionId, why }) => {
      const { code, message } = farewells[why];
      await push.send(connectionId, errorFrame(new Refusal(code, message)));
      await push.close(connectionId);
    }),
  );
  return stale.length;
}

async function escalate({ redelivery, log }: RedeliverWorld): Promise<number> {
  const noted = await redelivery.escalate();
  for (const { orderId, shop, hasWebhook } of noted) {
    log({ level: 'warn', msg: 'order reaches no screen', orderId, shop, hasWebhook });
  }
  return noted.length;
}

async function tellShops(world: RedeliverWorld): Promise<number> {
  const due = await world.redelivery.claimEscalations(MAX_CALLS);
  await Promise.all(due.map(escalation => tellShop(world, escalation)));
  return due.length;
}

async function tellVisitorsOfShops(world: RedeliverWorld): Promise<number> {
  const news = await world.redelivery.claimVisitorNews(MAX_VISITED_SHOPS);
  await Promise.all(news.map(({ visitors, text }) => tellVisitors(world, visitors, text)));
  return news.length;
}
