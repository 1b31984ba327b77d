import { timerFunction } from '../../apigateway/aws/timer-function.ts';
import { postgresConnections } from '../../db/connections/postgres.ts';
import { postgresRedelivery } from '../../db/redelivery.ts';
import { postgresStreams } from '../../db/streams.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { awsPush } from './aws-push.ts';
import { connectionCaps } from './environment.ts';
import { database } from './store.ts';
import { callWebhook } from './webhook.ts';

/** For `redeliver`. */
export const world = {
  push: awsPush(),
  connections: postgresConnections(database, connectionCaps()),
  subscriptions: postgresSubscriptions(database, connectionCaps()),
  streams: postgresStreams(database),
  redelivery: postgresRedelivery(database),
  callWebhook,
  nowSeconds: () => Math.floor(Date.now() / 1000),
  log: (entry: object) => console.error(JSON.stringify(entry)),
};

/**
 * EventBridge calls once a minute at most: three passes within one invocation, 20 s apart. A pass is given 15 s, so the
 * function's time-out has to be 60 s.
 */
export const everyTwentySeconds = <Answer>(pass: () => Promise<Answer>) =>
  timerFunction(pass, { passes: 3, everyMs: 20_000, neededMs: 15_000 });
