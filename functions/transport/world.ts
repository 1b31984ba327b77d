import type { Announcing } from '../domain/announce.ts';
import type { Commands, Connections, Shops, Streams, Subscriptions } from '../domain/ports.ts';

/** What the frames of clients are handled with. */
export interface TransportWorld extends Announcing {
  connections: Connections;
  subscriptions: Subscriptions;
  streams: Streams;
  shops: Shops;
  commands: Commands;
  /** Whether a token is the order's. */
  isTokenOf(orderId: string, token: string): boolean;
  /** Tells of what went wrong without the client's having done anything; never of what a frame said. */
  log(entry: { msg: string; error?: unknown; requestId: string }): void;
}
