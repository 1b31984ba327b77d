import type { AnnouncingShop } from '../domain/announce.ts';
import type { Commands, Connections, Reports, Shops, Streams, Subscriptions } from '../domain/ports.ts';

/** What the frames of clients are handled with. */
export interface TransportWorld extends AnnouncingShop {
  connections: Connections;
  subscriptions: Subscriptions;
  streams: Streams;
  shops: Shops;
  commands: Commands;
  reports: Reports;
  /** Whether a token is the order's. */
  isTokenOf(orderId: string, token: string): boolean;
  /** Tells of what went wrong without the client's having done anything; never of what a frame said. */
  log(entry: { msg: string; error?: unknown; requestId: string }): void;
}
