import type { FailureLog } from '../../apigateway/log.ts';
import type { SecurityEventLog } from '../../apigateway/security-events.ts';
import type { AnnounceShopDependencies } from '../domain/announce.ts';
import type { Commands, Connections, Reports, Shops, Streams, Subscriptions } from '../domain/ports.ts';
import type { OpenedOrder } from '../domain/secret.ts';

/** What the frames of clients are handled with. */
export interface TransportDependencies extends AnnounceShopDependencies {
  connections: Connections;
  subscriptions: Subscriptions;
  streams: Streams;
  shops: Shops;
  commands: Commands;
  reports: Reports;
  /** Turns a network address into what may be stored of it. */
  subjectOf(address: string | undefined): string | undefined;
  /** What a token opens; `undefined` when it is not the order's. */
  readToken(orderId: string, token: string): OpenedOrder | undefined;
  /** The token of an order's read-only link. */
  shareTokenOf(shop: string, orderId: string): string;
  /** The key that a command of a shop makes. */
  newKeyOf(shop: string, commandId: string): string;
  /** Logs failures that are not the client's doing; never what a frame said. */
  log: FailureLog;
  securityEvents: SecurityEventLog;
  /** Whether nothing has a pace, as in load tests. */
  isUnlimited?: boolean;
}
