import { logFailure } from '../../apigateway/aws/failure-log.ts';
import { postgresCommands } from '../../db/commands.ts';
import { postgresConnections } from '../../db/connections/postgres.ts';
import { postgresReports } from '../../db/reports.ts';
import { postgresShops } from '../../db/shops.ts';
import { postgresStreams } from '../../db/streams.ts';
import { postgresSubscriptions } from '../../db/subscriptions.ts';
import { awsPush } from './aws-push.ts';
import { connectionCaps } from './environment.ts';
import { database, isTokenOf } from './store.ts';

export { transportFunction } from '../../apigateway/aws/transport-function.ts';

/** For `transport`. */
export const world = {
  push: awsPush(),
  connections: postgresConnections(database, connectionCaps()),
  subscriptions: postgresSubscriptions(database, connectionCaps()),
  streams: postgresStreams(database),
  shops: postgresShops(database),
  commands: postgresCommands(database),
  reports: postgresReports(database),
  isTokenOf,
  log: ({ requestId, error }: { requestId: string; error?: unknown }) => logFailure(requestId, error),
};
