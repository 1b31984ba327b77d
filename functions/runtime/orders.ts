import { postgresConnections } from '../../db/connections/postgres.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { announce } from '../domain/announce.ts';
import type { StoredEvent } from '../domain/ports.ts';
import type { Push } from '../domain/push.ts';
import { within } from './budget.ts';
import { connectionCaps, rateLimits } from './environment.ts';
import { database, subject, tokenOf } from './store.ts';

/**
 * For `bill`, on PostgreSQL, with a cloud's way to the clients. A customer waits for the pushes 2.5 s at most; what is
 * not told by then, re-delivery tells.
 */
export function ordersWorld(push: Push) {
  const told = {
    push,
    connections: postgresConnections(database, connectionCaps()),
    subscriptions: postgresSubscriptions(database, connectionCaps()),
  };
  return {
    orders: postgresOrders(database, rateLimits()),
    announce: (event: StoredEvent, screens?: string[]) => within(2_500, announce(told, event, screens)),
    tokenOf,
    subject,
  };
}
