import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { SecurityEvents } from '../../security-events.ts';
import type { AddressCount } from '../address-count.ts';

/** What bounds the network connections of a server. */
export interface SocketLimits {
  /** Of all clients together; 0 is no limit. */
  inAll: number;
  /** Of each address; `undefined` behind a proxy, whose address all clients have. */
  addresses: AddressCount | undefined;
  securityEvents: SecurityEvents;
}

/** Follows the network connections of a server, those of WebSockets among them. One too many is closed unanswered. */
export function followSockets(server: Server, { inAll, addresses, securityEvents }: SocketLimits): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  if (inAll > 0) server.maxConnections = inAll;
  server.on('drop', () => securityEvents.tell('too_many_connections'));
  server.prependListener('connection', (socket: Socket) => {
    // A connection that offered another protocol comes a second time.
    if (sockets.has(socket)) return;
    const address = socket.remoteAddress;
    // It has gone already.
    if (address === undefined) return void socket.destroy();
    if (addresses?.admit(address) === false) {
      securityEvents.tell('too_many_connections');
      return void socket.destroy();
    }
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      addresses?.release(address);
    });
  });
  return sockets;
}
