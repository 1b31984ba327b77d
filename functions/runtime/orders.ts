import type { Push } from '../../apigateway/push.ts';
import { securityEventsOfProcess } from '../../apigateway/security-events-of-process.ts';
import { postgresConnections } from '../../db/connections/postgres.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { announce } from '../domain/announce.ts';
import type { Orders, StoredEvent } from '../domain/ports.ts';
import { createFloodWarning } from '../domain/warn-of-flood.ts';
import { waitWithin } from './budget.ts';
import { connectionCaps, poolSize, rateLimits } from './environment.ts';
import { createLine } from './line.ts';
import { paceOrders } from './paced-orders.ts';
import { orderProofs, subjectOf, tokenOf } from './secrets.ts';
import { database } from './store.ts';

/** Of an address a third of the database's connections at most, and nothing of it where there are no limits. */
function fairOrders(): Orders {
  const limits = rateLimits();
  const orders = postgresOrders(database, limits);
  if (limits === undefined) return orders;
  const atOnce = poolSize();
  return paceOrders(orders, createLine({ atOnce, ofOne: Math.max(1, Math.floor(atOnce / 3)) }));
}

/**
 * For `bill`, on PostgreSQL, with a cloud's way to the clients. A customer waits for the pushes 2.5 s at most; re-delivery
 * tells whoever has not been told by then.
 */
export function billDependencies(push: Push) {
  const told = {
    push,
    connections: postgresConnections(database, connectionCaps()),
    subscriptions: postgresSubscriptions(database, connectionCaps()),
  };
  const warn = createFloodWarning({ ...told, now: () => performance.now() });
  return {
    orders: fairOrders(),
    announce: (event: StoredEvent, screens?: string[]) => waitWithin(2_500, announce(told, event, screens)),
    tokenOf,
    subjectOf,
    securityEvents: securityEventsOfProcess(),
    proofs: orderProofs,
    warnOfFlood: (shop: string) => waitWithin(2_500, warn(shop)),
  };
}
