import type { WebSocket } from 'ws';
import type { Push } from '../../apigateway/push.ts';

/**
 * The way to clients whose sockets this process holds: two functions, of which neither throws. `gone` is said of a
 * connection that is certainly no more: what is pushed to is then forgotten.
 */
export function pushTo(sockets: ReadonlyMap<string, WebSocket>): Push {
  return {
    async send(connectionId, text) {
      const socket = sockets.get(connectionId);
      if (socket === undefined || socket.readyState !== socket.OPEN) return 'gone';
      return new Promise(resolve => socket.send(text, error => resolve(error ? 'unknown' : 'sent')));
    },
    async close(connectionId) {
      const socket = sockets.get(connectionId);
      socket?.close(1000);
      return socket === undefined ? 'gone' : 'sent';
    },
  };
}
