import { postgresConnections } from '../../db/connections/postgres.ts';
import { postgresOrders } from '../../db/orders.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { announce } from '../domain/announce.ts';
import type { StoredEvent } from '../domain/ports.ts';
import { awsPush } from './aws-push.ts';
import { within } from './budget.ts';
import { connectionCaps, rateLimits } from './environment.ts';
import { database, subject, tokenOf } from './store.ts';

export { httpFunction } from '../../apigateway/aws/http-function.ts';

const told = {
  push: awsPush(),
  connections: postgresConnections(database, connectionCaps()),
  subscriptions: postgresSubscriptions(database, connectionCaps()),
};

/** For `bill`. A customer waits for the pushes 2.5 s at most; what is not told by then, re-delivery tells. */
export const world = {
  orders: postgresOrders(database, rateLimits()),
  announce: (event: StoredEvent, screens?: string[]) => within(2_500, announce(told, event, screens)),
  tokenOf,
  subject,
};
