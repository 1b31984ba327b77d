import { postgresConnections } from '../../db/connections/postgres.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { postgresStreams } from '../../db/streams.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import type { Push } from '../domain/push.ts';
import { connectionCaps } from './environment.ts';
import { database } from './store.ts';
import { callWebhook } from './webhook.ts';

/** For `redeliver`, on PostgreSQL, with a cloud's way to the clients. */
export function redeliverWorld(push: Push) {
  return {
    push,
    connections: postgresConnections(database, connectionCaps()),
    subscriptions: postgresSubscriptions(database, connectionCaps()),
    streams: postgresStreams(database),
    redelivery: postgresRedelivery(database),
    callWebhook,
    nowSeconds: () => Math.floor(Date.now() / 1000),
    log: (entry: object) => console.error(JSON.stringify(entry)),
  };
}
