import { offeredBackplane } from '../../apigateway/backplane/of-process.ts';
import { writeLog } from '../../apigateway/log.ts';
import type { Push } from '../../apigateway/push.ts';
import { securityEventsOfProcess } from '../../apigateway/security-events-of-process.ts';
import { postgresConnections } from '../../db/connections/postgres.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { postgresShops } from '../../db/shops.ts';
import { postgresStreams } from '../../db/streams.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { connectionCaps, webhookRule } from './environment.ts';
import { database } from './store.ts';
import { createWebhookCaller } from './webhook.ts';

/** For `redeliver`, on PostgreSQL, with a cloud's way to the clients. */
export function redeliverDependencies(push: Push) {
  return {
    push,
    connections: postgresConnections(database, connectionCaps()),
    subscriptions: postgresSubscriptions(database, connectionCaps()),
    shops: postgresShops(database),
    streams: postgresStreams(database),
    redelivery: postgresRedelivery(database, leftOut, () => offeredBackplane()?.name),
    callWebhook: createWebhookCaller(webhookRule()),
    nowSeconds: () => Math.floor(Date.now() / 1000),
    log: writeLog,
    securityEvents: securityEventsOfProcess(),
  };
}

/** A shop that could not be served, while the others were: the next run tries again. */
function leftOut(error: unknown, shop: string): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  writeLog('error', 'shop left out of a run', { shop, code });
}
