import { postgresCommands } from '../../db/commands.ts';
import { postgresConnections } from '../../db/connections/postgres.ts';
import { postgresReports } from '../../db/reports.ts';
import { postgresShops } from '../../db/shops.ts';
import { postgresStreams } from '../../db/streams.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import type { Push } from '../domain/push.ts';
import { connectionCaps } from './environment.ts';
import { database, isTokenOf } from './store.ts';

/** For `transport`, on PostgreSQL, with a cloud's way to the clients and to its log. */
export function transportWorld(push: Push, logFailure: (requestId: string, error: unknown) => void) {
  return {
    push,
    connections: postgresConnections(database, connectionCaps()),
    subscriptions: postgresSubscriptions(database, connectionCaps()),
    streams: postgresStreams(database),
    shops: postgresShops(database),
    commands: postgresCommands(database),
    reports: postgresReports(database),
    isTokenOf,
    log: ({ requestId, error }: { requestId: string; error?: unknown }) => logFailure(requestId, error),
  };
}
