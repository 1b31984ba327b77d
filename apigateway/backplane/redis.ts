import type { Medium } from './backplane.ts';

/** Frames travel as they are, up to what a gateway sends at all. */
const FRAME_BYTES = 256 * 1024;

/**
 * Redis 6 or later, by publish and subscribe, both on one connection. The client is loaded with the first session, so that
 * whoever does not use it does not wait for it. Several deployments may share a server, as no two processes have one name.
 */
export function redisMedium(url: string): Medium {
  return {
    frameBytes: FRAME_BYTES,
    async open(name, { onMessage, onEnd }) {
      const { createClient } = await import('redis');
      const client = createClient({
        url,
        name: `websocket-order-${name}`,
        // Reconnecting is the line's business, which also notices a link that is half open.
        socket: { reconnectStrategy: false, connectTimeout: 3_000, keepAlive: true },
        disableOfflineQueue: true,
      });
      let isOpen = false;
      client.on('error', (error: Error) => isOpen && onEnd(error));
      // Once connected, the client itself waits for ever.
      const deadline = setTimeout(() => client.destroy(), 5_000);
      try {
        await client.connect();
        client.unref();
        await client.subscribe(channelOf(name), onMessage);
      } catch (error) {
        client.destroy();
        throw error;
      } finally {
        clearTimeout(deadline);
      }
      isOpen = true;
      return {
        send: async (to, text) => (await client.publish(channelOf(to), text)) > 0,
        async end() {
          isOpen = false;
          client.destroy();
        },
      };
    },
  };
}

function channelOf(name: string): string {
  return `websocket-order:${name}`;
}
