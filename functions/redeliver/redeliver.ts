import type { Log } from '../../apigateway/log.ts';
import type { PushOutcome } from '../../apigateway/push.ts';
import type { SecurityEventLog } from '../../apigateway/security-events.ts';
import { type AnnounceShopDependencies, announce, announceShop, tellVisitors } from '../domain/announce.ts';
import { type BacklogDependencies, sendPage, sendSnapshot } from '../domain/backlog.ts';
import { sayFarewell } from '../domain/farewell.ts';
import { inLanes } from '../domain/lanes.ts';
import type { Connections } from '../domain/ports.ts';
import type { Audit, CallWebhook, Overdue, Redelivery, Stale } from '../domain/redelivery.ts';
import { Refusal } from '../domain/refusal.ts';
import { partOf, round, rounds } from './rounds.ts';
import { createShopNotices, type ShopNotices } from './shop-notices.ts';
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
  /** How long a run goes on as long as something is due, milliseconds; 0 is one round. */
  workMs?: number;
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

/** How long a run goes on with what is due: the gateway gives it 15 s in all, of which it needs some for the rest. */
const WORK_MS = 9_000;

// Bounds of one round, in which the shops take turns.
const MAX_EXPIRED = 200;
const MAX_REOPENED = 50;
const MAX_SCREENS = 500;
const AT_ONCE = 32;
// Much less than what can be pushed to in the ten seconds of a claim.
const SETTLED_AT_ONCE = 128;
const MAX_STALE = 500;
const MAX_ESCALATED = 500;
const MAX_CALLS = 20;
const MAX_VISITED_SHOPS = 20;

/**
 * What happens without anybody's doing, for all shops in one call: orders expire, screens get what they have not
 * acknowledged, dead connections go, shops whose orders reach no screen are called. It goes on until nothing is due or
 * its time is over, and the next run goes on from there. Meant to run every 20 s; safe to overlap, and to be killed
 * anywhere. A part that fails keeps the others from nothing: the run throws its error when all are done.
 */
export function redeliver(dependencies: RedeliverDependencies): () => Promise<RedeliverAnswer> {
  const notices = createShopNotices(dependencies.log);
  return async () => {
    const { redelivery, workMs = WORK_MS } = dependencies;
    const stepSeconds = await redelivery.settleClock();
    if (stepSeconds !== undefined) dependencies.log('warn', 'clock was set, or no timer ran', { stepSeconds });
    const end = performance.now() + workMs;
    const isTimeUp = () => performance.now() >= end;
    const failures: unknown[] = [];
    const fail = (error: unknown) => void failures.push(error);
    const expired = partOf(MAX_EXPIRED, () => expireOrders(dependencies));
    const reopened = partOf(MAX_REOPENED, () => reopenShops(dependencies));
    const closed = partOf(MAX_STALE, () => closeStale(dependencies));
    const overdue = partOf(MAX_SCREENS, pushOverdue(dependencies));
    const escalated = partOf(MAX_ESCALATED, () => escalate(dependencies, notices));
    const told = partOf(MAX_CALLS, () => tellShops(dependencies, notices));
    const visited = partOf(MAX_VISITED_SHOPS, () => tellVisitorsOfShops(dependencies));
    const left = await round([expired, reopened, closed, overdue, escalated, told, visited], fail);
    // Webhooks that hang, and visitors, do not keep screens waiting.
    const slow = left.filter(part => part === told || part === visited);
    const quick = left.filter(part => !slow.includes(part));
    await Promise.all([slow, quick].map(parts => rounds(parts, isTimeUp, fail)));
    notices.tell();
    const last = <Done>(work: Promise<Done>) => work.catch(fail as (error: unknown) => never);
    const answer = {
      ...{ expired: expired.done, reopened: reopened.done, closed: closed.done, overdue: overdue.done },
      ...{ escalated: escalated.done, told: told.done, visited: visited.done },
      cut: await last(redelivery.cutLogs()),
      audit: await last(audit(dependencies)),
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

/** The events of one shop are told in their order, and shops do not wait for each other. */
async function expireOrders(dependencies: RedeliverDependencies): Promise<number> {
  const expired = await dependencies.redelivery.expireOrders(MAX_EXPIRED);
  const shops = [...new Set(expired.map(({ shop }) => shop))];
  await inLanes(shops, AT_ONCE, async shop => {
    for (const event of expired) if (event.shop === shop) await announce(dependencies, event);
  });
  return expired.length;
}

async function reopenShops(dependencies: RedeliverDependencies): Promise<number> {
  const shops = await dependencies.redelivery.reopenShops(MAX_REOPENED);
  await Promise.all(shops.map(shop => announceShop(dependencies, shop)));
  return shops.length;
}

/** Each screen once in a run: what is not taken now is due again at once, perhaps for another instance. */
function pushOverdue(dependencies: RedeliverDependencies): () => Promise<number> {
  const tried = new Set<string>();
  return async () => {
    const overdue = await dependencies.redelivery.claimOverdue(MAX_SCREENS);
    const fresh = overdue.filter(({ connectionId }) => !tried.has(connectionId));
    for (const { connectionId } of fresh) tried.add(connectionId);
    const again = overdue.filter(screen => !fresh.includes(screen));
    await inLanes(again, AT_ONCE, ({ connectionId }) => dependencies.redelivery.releaseOverdue(connectionId));
    for (let at = 0; at < fresh.length; at += SETTLED_AT_ONCE)
      await pushAll(dependencies, fresh.slice(at, at + SETTLED_AT_ONCE));
    return fresh.length;
  };
}

async function pushAll(dependencies: RedeliverDependencies, screens: readonly Overdue[]): Promise<void> {
  const sent: Overdue[] = [];
  await inLanes(screens, AT_ONCE, async screen => {
    if ((await pushAgain(dependencies, screen)) === 'sent') sent.push(screen);
  });
  if (sent.length > 0) await dependencies.redelivery.settleOverdue(sent);
}

async function pushAgain(
  dependencies: RedeliverDependencies,
  { connectionId, shop, epoch, head, ackedSeq }: Overdue,
): Promise<PushOutcome> {
  const outcome =
    ackedSeq === undefined
      ? await sendSnapshot(dependencies, connectionId, shop)
      : await sendPage(dependencies, connectionId, { shop, epoch, head }, ackedSeq);
  if (outcome === 'gone') await dependencies.connections.prune(connectionId);
  // What the gateway has not taken says nothing about the device: the next run tries again, with no longer wait, and so
  // may another instance, which perhaps holds the connection while the way between the two is cut.
  else if (outcome === 'unknown') await dependencies.redelivery.releaseOverdue(connectionId);
  return outcome;
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

async function escalate({ redelivery }: RedeliverDependencies, notices: ShopNotices): Promise<number> {
  const noted = await redelivery.escalate(MAX_ESCALATED);
  for (const { orderId, shop, hasWebhook } of noted)
    notices.note({ level: 'warn', event: 'order reaches no screen', shop, fields: { orderId, hasWebhook } });
  return noted.length;
}

async function tellShops(dependencies: RedeliverDependencies, notices: ShopNotices): Promise<number> {
  const due = await dependencies.redelivery.claimEscalations(MAX_CALLS);
  await Promise.all(due.map(escalation => tellShop({ ...dependencies, notices }, escalation)));
  return due.length;
}

async function tellVisitorsOfShops(dependencies: RedeliverDependencies): Promise<number> {
  const news = await dependencies.redelivery.claimVisitorNews(MAX_VISITED_SHOPS);
  await Promise.all(news.map(({ visitors, text }) => tellVisitors(dependencies, visitors, text)));
  return news.length;
}
