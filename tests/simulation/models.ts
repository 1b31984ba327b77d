import type { Installation } from '../../functions/domain/installation.ts';
import type {
  Commands,
  Connections,
  Orders,
  Reports,
  Shops,
  Streams,
  Subscriptions,
} from '../../functions/domain/ports.ts';
import type { Redelivery } from '../../functions/domain/redelivery.ts';
import type { Sync } from './invocation.ts';
import { modelCommands } from './model-commands.ts';
import { type Caps, modelConnections, modelSubscriptions } from './model-connections.ts';
import { modelOrders } from './model-orders.ts';
import { modelRedelivery } from './model-redelivery.ts';
import { modelInstallation, modelShops, modelStreams } from './model-shops.ts';
import type { ModelDatabase } from './tables.ts';

/** Every port, on one database in memory. tests/simulation/models.test.ts compares them with PostgreSQL. */
export interface Models {
  connections: Sync<Connections>;
  subscriptions: Sync<Subscriptions>;
  orders: Sync<Orders>;
  shops: Sync<Shops>;
  streams: Sync<Streams>;
  commands: Sync<Commands>;
  reports: Sync<Reports>;
  redelivery: Sync<Redelivery>;
  installation: Sync<Installation>;
}

/** Builds every port on a database. */
export function modelsOn(database: ModelDatabase, caps: Caps): Models {
  return {
    connections: modelConnections(database),
    subscriptions: modelSubscriptions(database, caps),
    orders: modelOrders(database),
    shops: modelShops(database),
    streams: modelStreams(database),
    commands: modelCommands(database),
    // Nobody here asks for a report.
    reports: { day: () => '{}', orders: () => ({ day: '2030-01-01', orders: [] }) },
    redelivery: modelRedelivery(database),
    installation: modelInstallation(database),
  };
}
