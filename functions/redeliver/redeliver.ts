import type { Log } from '../../apigateway/log.ts';
import type { SecurityEventLog } from '../../apigateway/security-events.ts';
import { type AnnounceShopDependencies, announce, announceShop, tellVisitors } from '../domain/announce.ts';
import { type BacklogDependencies, sendPage, sendSnapshot } from '../domain/backlog.ts';
import { sayFarewell } from '../domain/farewell.ts';
import type { Connections } from '../domain/ports.ts';
import type { Audit, CallWebhook, Overdue, Redelivery, Stale } from '../domain/redelivery.ts';
import { Refusal } from '../domain/refusal.ts';
import { tellShop } from './tell-shop.ts';

/** What re-delivery works with. */
export interface RedeliverDependencies extends AnnounceShopDependencies, BacklogDependencies {
  subscriptions: AnnounceShopDependencies['subscriptions'] & BacklogDependencies['subscriptions'];
  connections: Pick<Connections, 'prune'>;
  redelivery: Redelivery;
  callWebhook: CallWebhook;
  /** Whole seconds since 1970, for signatures. */
  nowSeconds(): number;
  /** Gets what somebody should know of: ids, codes and counts. */
  log: Log;
  securityEvents: SecurityEventLog;
}

/** What one run did. */
export interface RedeliverAnswer {
  expired: number;
  /** Shops whose pause was over. */
  reopened: number;
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
const MAX_REOPENED = 50;
const MAX_SCREENS = 200;
const MAX_STALE = 500;
const MAX_CALLS = 20;
const MAX_VISITED_SHOPS = 20;

/**
 * What happens without anybody's doing, for all shops in one call: orders expire, screens get what they have not
 * acknowledged, dead connections go, shops whose orders reach no screen are called. Meant to run every 20 s; safe to
 * overlap, and to be killed anywhere. A part that fails keeps the others from nothing: the run throws its error when all
 * are done.
 */
export function redeliver(dependencies: RedeliverDependencies): () => Promise<RedeliverAnswer> {
  return async () => {
    const stepSeconds = await dependencies.redelivery.settleClock();
    if (stepSeconds !== undefined) dependencies.log('warn', 'clock was set, or no timer ran', { stepSeconds });
    const failures: unknown[] = [];
    const part = <Done>(work: (dependencies: RedeliverDependencies) => Promise<Done>) =>
      work(dependencies).catch((error: unknown) => {
        failures.push(error);
        return undefined as never;
      });
    const answer = {
      expired: await part(expireOrders),
      reopened: await part(reopenShops),
      closed: await part(closeStale),
      overdue: await part(pushOverdue),
      escalated: await part(escalate),
      told: await part(tellShops),
      visited: await part(tellVisitorsOfShops),
      cut: await part(({ redelivery }) => redelivery.cutLogs()),
      audit: await part(audit),
    };
    if (failures.length > 0) throw failures[0];
    return answer;
  };
}

async function audit({ redelivery, log, securityEvents }: RedeliverDependencies): Promise<Audit> {
  const found = await redelivery.audit();
  if (Object.values(found).some(count => count > 0)) {
    securityEvents.tell('audit_finding');
    log('error', 'audit failed', { ...found });
  }
  return found;
}

async function expireOrders(dependencies: RedeliverDependencies): Promise<number> {
  let shop: string | undefined;
  for (let count = 0; count < MAX_EXPIRED; count++) {
    const event = await dependencies.redelivery.expireOrder(shop);
    if (event === undefined) return count;
    shop = event.shop;
    await announce(dependencies, event);
  }
  return MAX_EXPIRED;
}

async function reopenShops(dependencies: RedeliverDependencies): Promise<number> {
  const shops = await dependencies.redelivery.reopenShops(MAX_REOPENED);
  await Promise.all(shops.map(shop => announceShop(dependencies, shop)));
  return shops.length;
}

async function pushOverdue(dependencies: RedeliverDependencies): Promise<number> {
  const overdue = await dependencies.redelivery.claimOverdue(MAX_SCREENS);
  await Promise.all(overdue.map(screen => pushAgain(dependencies, screen)));
  return overdue.length;
}

async function pushAgain(
  dependencies: RedeliverDependencies,
  { connectionId, shop, epoch, head, ackedSeq }: Overdue,
): Promise<void> {
  const outcome =
    ackedSeq === undefined
      ? await sendSnapshot(dependencies, connectionId, shop)
      : await sendPage(dependencies, connectionId, { shop, epoch, head }, ackedSeq);
  if (outcome === 'gone') await dependencies.connections.prune(connectionId);
  else if (outcome === 'sent') await dependencies.redelivery.settleOverdue(connectionId);
  // What the gateway has not taken says nothing about the device: the next run tries again, with no longer wait, and so
  // may another instance, which perhaps holds the connection while the way between the two is cut.
  else await dependencies.redelivery.releaseOverdue(connectionId);
}

const farewells: Record<Stale['why'], Refusal> = {
  unbound: new Refusal('hello_required', 'no hello came in time'),
  lapsed: new Refusal('hello_required', 'no ping came for too long'),
  revoked: new Refusal('unauthorized', 'the key of the shop has been changed'),
};

async function closeStale({ redelivery, push, securityEvents }: RedeliverDependencies): Promise<number> {
  const stale = await redelivery.closeStale(MAX_STALE);
  for (const { why } of stale) if (why === 'revoked') securityEvents.tell('revoked_key');
  await Promise.all(stale.map(({ connectionId, why }) => sayFarewell(push, [connectionId], farewells[why])));
  return stale.length;
}

async function escalate({ redelivery, log }: RedeliverDependencies): Promise<number> {
  const noted = await redelivery.escalate();
  for (const { orderId, shop, hasWebhook } of noted) {
    log('warn', 'order reaches no screen', { orderId, shop, hasWebhook });
  }
  return noted.length;
}

async function tellShops(dependencies: RedeliverDependencies): Promise<number> {
  const due = await dependencies.redelivery.claimEscalations(MAX_CALLS);
  await Promise.all(due.map(escalation => tellShop(dependencies, escalation)));
  return due.length;
}

async function tellVisitorsOfShops(dependencies: RedeliverDependencies): Promise<number> {
  const news = await dependencies.redelivery.claimVisitorNews(MAX_VISITED_SHOPS);
  await Promise.all(news.map(({ visitors, text }) => tellVisitors(dependencies, visitors, text)));
  return news.length;
}
