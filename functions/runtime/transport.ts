import { logFailure } from '../../apigateway/bounded-log.ts';
import type { Push } from '../../apigateway/push.ts';
import { securityEventsOfProcess } from '../../apigateway/security-events-of-process.ts';
import { postgresCommands } from '../../db/commands.ts';
import { postgresConnections } from '../../db/connections/postgres.ts';
import { postgresReports } from '../../db/reports.ts';
import { postgresShops } from '../../db/shops.ts';
import { postgresStreams } from '../../db/streams.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { connectionCaps, rateLimits } from './environment.ts';
import { newKeyOf, readToken, shareTokenOf, subjectOf } from './secrets.ts';
import { database } from './store.ts';

/** For `transport`, on PostgreSQL, with a cloud's way to the clients. */
export function transportDependencies(push: Push) {
  return {
    push,
    connections: postgresConnections(database, connectionCaps()),
    subscriptions: postgresSubscriptions(database, connectionCaps()),
    streams: postgresStreams(database),
    shops: postgresShops(database),
    commands: postgresCommands(database),
    reports: postgresReports(database),
    readToken,
    shareTokenOf,
    newKeyOf,
    subjectOf,
    log: logFailure,
    securityEvents: securityEventsOfProcess(),
    isUnlimited: rateLimits() === undefined,
  };
}
