import type { Backplane } from '../../apigateway/backplane/backplane.ts';
import type { AskReadiness } from '../../apigateway/server/readiness.ts';
import type { Database } from '../../db/database.ts';
import { askFailover } from '../../db/durability.ts';

/**
 * What `GET /readyz` of an instance says: it is ready when its database answers and it has once been on its backplane.
 * An instance that has lost the backplane still takes orders and serves its own screens, and re-delivery reaches the
 * others: would it say that it is not ready, a Redis that is away would take all of them out of service at once.
 */
export function createReadiness(database: Database, backplane: Pick<Backplane, 'state'>): AskReadiness {
  return async () => {
    const failover = await askFailover(database).catch(() => undefined);
    const state = backplane.state();
    return {
      ready: failover !== undefined && state !== 'never joined',
      functions: 'loaded',
      database: failover === undefined ? 'away' : 'answers',
      backplane: state,
      ...(failover && { failover: failover.inPublic }),
    };
  };
}
